"""Which Whisper model listens, and where its file is."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from tinyagent_cli.errors import ModelError

PREFIX = "whisper-"
LADDER = ("whisper-tiny.en", "whisper-base.en", "whisper-small.en")


def cores() -> int:
    """How many cores this process may use, eight at most: whisper.cpp gains nothing from more."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(count, 8)


def calm_threads() -> None:
    """Keep libgomp's threads from spinning long at barriers; to be called before a library brings libgomp in.

    On a machine whose cores are all busy, two spinning threads of Whisper spent 19 seconds of processor time on what
    takes less than one.
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")


def suited() -> str:
    """The model that answers within a second or two on this machine: tiny.en, base.en or small.en."""
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return LADDER[2]
    return LADDER[0] if cores() < 4 else LADDER[1] if cores() < 8 else LADDER[2]


def whisper_file(given: str = "") -> Path:
    """Find the file of a model: a path, or a name with or without `whisper-`; the machine's own choice for none.

    With none, another one of the ladder serves until the chosen one is there, the better one first. Raises
    ModelError that says how to get one.
    """
    if given:
        return checked(named(given))
    best = LADDER.index(suited())
    wanted = [LADDER[best], *reversed(LADDER[:best]), *LADDER[best + 1 :]]
    broken: ModelError | None = None
    for name in wanted:
        try:
            path = named(name)
        except ModelError:
            continue
        try:
            return checked(path)
        except ModelError as fault:
            broken = broken or fault
    if broken:
        raise broken
    raise ModelError(f"no speech model is on this machine; fetch one with: tinyagent models pull {wanted[0]}")


def named(name: str) -> Path:
    """Find a model by its name, or take a path as it is. Raises ModelError."""
    path = Path(name).expanduser()
    if path.is_file():
        return path
    if path.suffix == ".bin" or os.sep in name:
        raise ModelError(f"{name}: there is no such file")
    from tinyagent_cli.models import locate
    from tinyagent_cli.models.known import WHISPER_SIZES

    size = name.casefold().removeprefix(PREFIX)
    if size not in WHISPER_SIZES:
        raise ModelError(
            f'there is no speech model "{name}"; there are {", ".join(WHISPER_SIZES)}, and any file'
        )
    return locate(PREFIX + size)


def checked(path: Path) -> Path:
    """Return the path of what is a whole model. Raises ModelError."""
    from tinyagent_cli.voice.ggml import check

    check(path)
    return path
