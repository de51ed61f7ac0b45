"""Whisper, run by whisper.cpp: from sound to words with their times and how sure each one is."""

from __future__ import annotations

import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import ModelError
from tinyagent_cli.voice.audio import RATE, seconds_of
from tinyagent_cli.voice.faults import NoWordsError, missing
from tinyagent_cli.voice.ggml import heads
from tinyagent_cli.voice.weights import calm_threads, checked, cores

if TYPE_CHECKING:
    from tinyagent_cli.voice.audio import Sound

ERROR = 4
"""The level of an error in whisper.cpp's log."""
FRAMES_A_SECOND = 50
SHORTEST = 1.1
"""Seconds; whisper.cpp transcribes nothing shorter than one."""
WHOLE = 1500
"""Encoder frames of a full window of 30 seconds."""
SPARE = 256
"""Encoder frames past the end of the sound; with fewer, Whisper loses its way at the end."""
INVENTED = re.compile(
    r"(?i)\W*(thank you( (very|so) much| for (watching|listening))?|thanks for watching|you|bye|okay|so)\W*"
)
"""What Whisper makes of noise, having learned from subtitles."""
DOUBTFUL = 0.5
_ASIDE = re.compile(r"\[[^\]]*\]|\([^)]*\)|♪[^♪]*♪?|\*[^*]+\*")


@dataclass(frozen=True)
class Word:
    """A word with its times in seconds, and the least likely of its tokens' probabilities."""

    text: str
    start: float
    end: float
    confidence: float


@dataclass(frozen=True)
class Transcript:
    """What was said. `confidence` is the geometric mean of the tokens' probabilities; times are in seconds."""

    text: str
    words: tuple[Word, ...] = ()
    confidence: float = 0.0
    seconds: float = 0.0
    took: float = 0.0
    model: str = ""


def aligning(whisper: Any, file: Path) -> Any:
    """The parameters by which words get their times from attention (dynamic time warping), which excludes flash attention.

    whisper.cpp's other way, by tokens of time, puts every word at the end as soon as there is a prompt.
    """
    return {
        "flash_attn": False, "dtw_token_timestamps": True, "dtw_n_top": 2,
        "dtw_aheads_preset": getattr(whisper, f"WHISPER_AHEADS_{heads(file)}"),
    }  # fmt: skip


@contextmanager
def log_of(whisper: Any) -> Iterator[list[str]]:
    """Take whisper.cpp's log in place of the terminal, and collect the errors in it.

    The callback is taken back again: one that is still there when Python ends aborts the process.
    """
    faults: list[str] = []
    whisper.whisper_log_set(lambda level, text: faults.append(text.strip()) if level == ERROR else None)
    try:
        yield faults
    finally:
        whisper.whisper_log_set(None)


class Transcriber:
    """A Whisper model in memory. Safe for several threads, one after the other."""

    def __init__(self, file: Path, threads: int = 0) -> None:
        """Load the model. Raises ModelError where the file is none or not whole; VoiceError where pywhispercpp is missing."""
        calm_threads()
        try:
            import _pywhispercpp as whisper
            from pywhispercpp.model import Model
        except ImportError as fault:
            raise missing(fault) from fault
        begun = time.perf_counter()
        checked(file)
        try:
            with log_of(whisper) as faults:
                self._model: Any = Model(
                    str(file), n_threads=threads or cores(), print_progress=False, print_realtime=False,
                    print_timestamps=False, suppress_nst=True, token_timestamps=True, context_params=aligning(whisper, file),
                )  # fmt: skip
        except (RuntimeError, OSError, MemoryError) as fault:
            raise ModelError(f"{file}: the speech model cannot be loaded ({fault})") from fault
        if faults:  # whisper.cpp hands back an empty model, which crashes when used
            raise ModelError(f"{file}: the speech model cannot be loaded ({faults[0]})")
        self.name = file.stem.removeprefix("ggml-")
        self.loading = time.perf_counter() - begun
        self._whisper: Any = whisper
        self._lock = threading.Lock()

    def transcribe(self, sound: Sound, prompt: str = "") -> Transcript:
        """Write down what is said. `prompt` is text that stands before it, as far as Whisper knows.

        Raises NoWordsError where there are no words in it.
        """
        import numpy as np

        begun = time.perf_counter()
        short = max(0, round(SHORTEST * RATE) - len(sound))
        padded = np.pad(np.asarray(sound, np.float32), (0, short))
        with self._lock:
            self._model.transcribe(padded, initial_prompt=prompt, audio_ctx=window(seconds_of(padded)))
            heard = transcript_of(list(self.tokens()))
        heard = replace(heard, seconds=seconds_of(sound), took=time.perf_counter() - begun, model=self.name)
        if not heard.text or (INVENTED.fullmatch(heard.text) and heard.confidence < DOUBTFUL):
            raise NoWordsError("no words could be made out; say it again, closer to the microphone")
        return heard

    def tokens(self) -> Iterator[tuple[bytes, float, float, float]]:
        """Yield every token of text: its bytes, start and end in seconds, probability.

        Attention tells where a token ends; it starts where the one before ends, the first where the sound gets loud.
        """
        whisper, context = self._whisper, getattr(self._model, "_ctx")  # noqa: B009 (the wrapper gives segments only)
        end_of_text = whisper.whisper_token_eot(context)
        last: float | None = None
        for segment in range(whisper.whisper_full_n_segments(context)):
            for number in range(whisper.whisper_full_n_tokens(context, segment)):
                data = whisper.whisper_full_get_token_data(context, segment, number)
                if data.id < end_of_text:
                    end = data.t_dtw / 100
                    start = min(data.t0 / 100, end) if last is None else min(last, end)
                    last = end
                    yield bytes(whisper.whisper_token_to_bytes(context, data.id)), start, end, data.p


def window(seconds: float) -> int:
    """Encoder frames for so much sound; 0, the whole window, where that is no more.

    Whisper fills 30 seconds whatever is said; a command is a few, and the encoder's work falls with the frames.
    """
    frames = -(-(math.ceil(seconds * FRAMES_A_SECOND) + SPARE) // 64) * 64
    return frames if frames < WHOLE else 0


def transcript_of(tokens: list[tuple[bytes, float, float, float]]) -> Transcript:
    """Put tokens together to words, and those to a text without `[BLANK_AUDIO]` and its kind."""
    words: list[tuple[bytes, float, float, float]] = []
    for data, start, end, likely in tokens:
        if words and not data.startswith(b" "):
            before = words[-1]
            spoken = any(char.isalnum() for char in data.decode("utf-8", "replace"))  # a pause hides in a comma
            words[-1] = (before[0] + data, before[1], end if spoken else before[2], min(before[3], likely))
        else:
            words.append((data, start, end, likely))
    made = [Word(data.decode("utf-8", "replace").strip(), start, end, p) for data, start, end, p in words]
    kept = without_asides([word for word in made if word.text])
    sure = sum(math.log(max(p, 1e-9)) for _, _, _, p in tokens) / len(tokens) if tokens else -99.0
    return Transcript(" ".join(word.text for word in kept), tuple(kept), math.exp(sure))


def without_asides(words: list[Word]) -> list[Word]:
    """Leave out what stands in brackets or between notes: Whisper's description of what is no speech."""
    text = " ".join(word.text for word in words)
    covered = {at for found in _ASIDE.finditer(text) for at in range(*found.span())}
    kept, at = [], 0
    for word in words:
        if not covered & set(range(at, at + len(word.text))):
            kept.append(word)
        at += len(word.text) + 1
    return kept
