"""Sound out of a microphone, through PortAudio: frames at `RATE`, whatever the microphone's own rate is."""

from __future__ import annotations

import queue
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import UsageError
from tinyagent_cli.voice.audio import RATE
from tinyagent_cli.voice.detect import FRAME, Listener, State, nothing_heard
from tinyagent_cli.voice.faults import INSTALL, VoiceError

if TYPE_CHECKING:
    from tinyagent_cli.voice.audio import Sound

STARTING = 10.0
"""Seconds that a microphone is given until its first sample: a wireless one changes its mode, a server's may be asleep."""
STALLED = 2.0
"""Seconds without a sample, after the first, after which a microphone counts as unplugged."""
Shown = Callable[[State, float], None]
"""Is told the state and the level in dBFS, some thirty times a second."""


def portaudio() -> Any:
    """Load sounddevice with its library. Raises VoiceError that says what is missing."""
    try:
        import sounddevice
    except ImportError as fault:
        raise VoiceError(f"recording needs the Python package {fault.name or fault}; {INSTALL}") from fault
    except OSError as fault:
        how = "brew install portaudio" if sys.platform == "darwin" else "sudo apt install libportaudio2"
        raise VoiceError(f"the PortAudio library is not there; install it, as in: {how}") from fault
    return sounddevice


def microphones() -> list[str]:
    """The names of the devices that sound can be recorded from. Raises VoiceError."""
    library = portaudio()
    try:
        return [str(each["name"]) for each in library.query_devices() if each["max_input_channels"] > 0]
    except library.PortAudioError as fault:
        raise refused(fault) from fault


def chosen(library: Any, name: str) -> tuple[int | None, dict[str, Any]]:
    """Find a device by its number or a part of its name; the default for none.

    Returns its number and description. Raises UsageError where nothing or several answer to the name, VoiceError
    where there is no microphone.
    """
    if not microphones():
        raise VoiceError(
            "there is no microphone; plug one in, or give a recording: tinyagent listen --file said.wav"
        )
    wanted: int | str | None = int(name) if name.isdecimal() else name or None
    try:
        found = library.query_devices(wanted, "input")
    except (ValueError, library.PortAudioError) as fault:
        if wanted is None:
            raise VoiceError("there is no default microphone; choose one with --device NAME") from fault
        there = ", ".join(f'"{each}"' for each in dict.fromkeys(microphones()))
        raise UsageError(f'no microphone answers to "{name}", or several do; there are {there}') from fault
    return (found.get("index") if wanted is not None else None), dict(found)


def frames_of(device: str = "") -> Iterator[Sound]:
    """Record, as long as frames are asked for, and yield them: `FRAME` samples each.

    Raises VoiceError where there is no microphone, where it is refused, and where it is unplugged meanwhile.
    """
    import numpy as np

    library = portaudio()
    number, about = chosen(library, device)
    rate = best_rate(library, number, about)
    arrived: queue.Queue[Sound | None] = queue.Queue()

    def take(data: Any, count: int, when: Any, status: Any) -> None:  # noqa: ARG001 (PortAudio's own thread)
        arrived.put(np.array(data[:, 0], np.float32))

    try:
        stream = library.InputStream(
            samplerate=rate, device=number, channels=1, dtype="float32", callback=take,
            finished_callback=lambda: arrived.put(None),
        )  # fmt: skip
        with stream:
            yield from framed(blocks_from(arrived), rate)
    except library.PortAudioError as fault:
        raise refused(fault) from fault


def blocks_from(
    arrived: queue.Queue[Sound | None], starting: float = STARTING, stalled: float = STALLED
) -> Iterator[Sound]:
    """Yield blocks as they arrive. Raises VoiceError where they end, or none comes for so many seconds."""
    patience = starting
    while True:
        try:
            block = arrived.get(timeout=patience)
        except queue.Empty:
            block = None
        if block is None:
            raise VoiceError(
                "the microphone stopped: it was unplugged, or another program took it. Nothing was done"
            )
        patience = stalled
        yield block


def framed(blocks: Iterable[Sound], rate: int) -> Iterator[Sound]:
    """Cut blocks of any size and rate into frames at `RATE`."""
    import numpy as np

    change: Callable[[Sound], Sound] | None = None
    if rate != RATE:
        import soxr

        change = soxr.ResampleStream(rate, RATE, 1, dtype="float32").resample_chunk
    left = np.zeros(0, np.float32)
    for block in blocks:
        left = np.concatenate([left, change(block) if change else block])
        while len(left) >= FRAME:
            yield left[:FRAME]
            left = left[FRAME:]


def best_rate(library: Any, number: int | None, about: dict[str, Any]) -> int:
    """`RATE` where the device has it, otherwise the device's own rate."""
    try:
        library.check_input_settings(device=number, channels=1, dtype="float32", samplerate=RATE)
    except (ValueError, library.PortAudioError):
        return int(about["default_samplerate"])
    return RATE


def refused(fault: Exception) -> VoiceError:
    """Say in words why PortAudio will not record."""
    reason = str(fault.args[0] if fault.args else fault).rstrip(".")
    if sys.platform == "darwin":
        help_ = "allow it in System Settings, Privacy & Security, Microphone, or plug it in again"
    else:
        help_ = "see that no other program holds it and that you are in the group audio"
    return VoiceError(f"the microphone cannot be used ({reason}); {help_}")


def listen(
    frames: Iterable[Sound],
    listener: Listener,
    most_seconds: float,
    show: Shown = lambda _state, _level: None,
    pause: Callable[[Sound], None] = lambda _said: None,
) -> Sound:
    """Record one command: until silence after speech, or so many seconds from where speech began.

    Waiting for speech to begin has the same limit. `pause` is given what was said at every silence that may be the end.
    Raises NothingHeardError, and what `frames` raises.
    """
    import numpy as np

    from tinyagent_cli.voice.audio import loudness

    heard: list[Sound] = []
    begun: int | None = None
    limit = most_seconds * RATE / FRAME
    for number, frame in enumerate(frames):
        heard.append(frame)
        state = listener.hear(frame)
        show(state, loudness(frame))
        if state != "listening" and begun is None:
            begun = number
        if listener.pausing():
            pause(listener.said())
        if state == "ended" or number - (begun or 0) >= limit:
            break
    said = listener.said()
    if not len(said):
        sound = np.concatenate(heard) if heard else np.zeros(0, np.float32)
        raise nothing_heard(sound, microphone=True)
    return said


def until(
    frames: Iterable[Sound], stop: Callable[[], bool], most_seconds: float, show: Shown = lambda _state, _level: None
) -> Sound:
    """Record everything until `stop`, or for so many seconds. Detection has no part in it, and cannot lag behind."""
    import numpy as np

    from tinyagent_cli.voice.audio import loudness

    heard: list[Sound] = []
    for frame in frames:
        heard.append(frame)
        show("hearing", loudness(frame))
        if stop() or len(heard) * FRAME >= most_seconds * RATE:
            break
    return np.concatenate(heard) if heard else np.zeros(0, np.float32)
