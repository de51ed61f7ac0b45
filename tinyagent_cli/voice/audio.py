"""Sound as every part here takes it, and sound read from files into that form."""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import UsageError
from tinyagent_cli.voice.faults import missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE = 16_000
"""Samples a second of a `Sound`: one channel, 32-bit floats from -1 to 1. Whisper and Silero hear nothing else."""
STANDARD_INPUT = "-"
MOST_BYTES = 400_000_000
BLOCK = 1 << 16


def seconds_of(sound: Sound) -> float:
    """How long a sound lasts."""
    return len(sound) / RATE


def loudness(sound: Sound) -> float:
    """The level of a sound in dBFS: 0 is as loud as can be, -120 and below is nothing at all."""
    import numpy as np

    power = float(np.mean(np.square(sound, dtype=np.float64))) if len(sound) else 0.0
    return 10 * math.log10(power) if power > 1e-12 else -120.0


def read(source: str, most_seconds: float) -> Sound:
    """Read a sound file (WAV, FLAC, OGG and what else libsndfile knows), or standard input for `-`.

    Channels are mixed and the rate is changed to `RATE`. Raises UsageError where it is no sound, is broken, or
    lasts longer than `most_seconds`; VoiceError where the libraries are missing.
    """
    try:
        import soundfile
    except ImportError as fault:
        raise missing(fault) from fault
    except OSError as fault:  # the library behind it
        raise UsageError(f"libsndfile cannot be loaded ({fault}); install libsndfile1") from fault
    name = "standard input" if source == STANDARD_INPUT else source
    try:
        with soundfile.SoundFile(opened(source)) as file:
            sound = samples(file, name, most_seconds)
    except soundfile.SoundFileError as fault:
        reason = str(getattr(fault, "error_string", fault)).rstrip(".")
        raise UsageError(f"{name}: no sound that can be read ({reason}); WAV, FLAC and OGG can") from fault
    except OSError as fault:
        raise UsageError(f"{name}: cannot be read ({fault.strerror or fault})") from fault
    if not len(sound):
        raise UsageError(f"{name}: there is no sound in it, it lasts 0 seconds")
    return sound


def opened(source: str) -> io.BytesIO | io.BufferedReader:
    """Open a file, or standard input whole, since a sound's header is sought in. Raises OSError, UsageError."""
    if source != STANDARD_INPUT:
        return Path(source).expanduser().open("rb")
    if sys.stdin.isatty():
        raise UsageError(
            "standard input is a terminal; send a recording in: tinyagent listen --file - < said.wav"
        )
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError(f"standard input: longer than {MOST_BYTES:,} bytes")
    return io.BytesIO(data)


def samples(file: Any, name: str, most_seconds: float) -> Sound:
    """Read an open soundfile in blocks, mixed to one channel at `RATE`. Raises UsageError where it is too long."""
    import numpy as np

    piped = file.frames > (1 << 30)  # a header written before the end was known
    lasts = 0.0 if piped else file.frames / file.samplerate
    if lasts > most_seconds:
        raise too_long(name, lasts, most_seconds)
    blocks, count = [], 0
    for block in file.blocks(BLOCK, dtype="float32", always_2d=True, frames=-1 if not piped else 1 << 30):
        count += len(block)
        if count > most_seconds * file.samplerate:
            raise too_long(name, count / file.samplerate, most_seconds, more=True)
        blocks.append(block.mean(axis=1))
    sound = np.concatenate(blocks) if blocks else np.zeros(0, np.float32)
    return resampled(np.clip(np.nan_to_num(sound), -1, 1), file.samplerate)


def too_long(name: str, lasts: float, most: float, *, more: bool = False) -> UsageError:
    """The error for a recording that is no command."""
    said = (
        f"{'more than ' if more else ''}{lasts / 60:.0f} minutes" if lasts >= 120 else f"{lasts:.0f} seconds"
    )
    return UsageError(
        f"{name}: {said} of sound, and a command lasts {most:g} seconds at most; "
        f"to transcribe it all the same: --max-seconds {math.ceil(lasts)}"
    )


def resampled(sound: Sound, rate: int) -> Sound:
    """Change the rate of a sound to `RATE`."""
    import numpy as np

    if rate == RATE:
        return np.asarray(sound, np.float32)
    try:
        import soxr
    except ImportError as fault:
        raise missing(fault) from fault
    return np.asarray(soxr.resample(np.asarray(sound, np.float32), rate, RATE), np.float32)


def write(path: Path, sound: Sound) -> None:
    """Keep a sound as a WAV file of 16 bits that only its owner may read. Raises UsageError where that is impossible."""
    import os
    import wave

    import numpy as np

    data = (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(handle, "wb") as raw, wave.open(raw, "wb") as file:  # noqa: PTH123 (a descriptor, not a path)
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(data)
    except OSError as fault:
        raise UsageError(f"{path}: the recording cannot be kept ({fault.strerror})") from fault
