"""Files on macOS: found by Spotlight, opened by the system's opener."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop
from tinyagent_cli.errors import AmbiguousError, NotFoundError

MOST = 12
PROGRAMS = {
    ".action", ".app", ".applescript", ".bash", ".command", ".dmg", ".fileloc", ".inetloc", ".jar", ".mpkg",
    ".pkg", ".py", ".scpt", ".scptd", ".sh", ".terminal", ".tool", ".webloc", ".workflow", ".zsh",
}  # fmt: skip


def open_and_get_file_path(desk: MacDesktop, call: Call, file_name: str) -> Outcome:
    """Find a file by its name, or by the words that it is known by, and open it."""
    path = found(desk, file_name)
    done = f"Found {path}."
    if call.opens and runs(path):
        done = f"Found {path}; it is a program and was not started."
    elif call.opens:
        desk.show(str(path))
        done = f"Opened {path}."
    return Outcome(result=str(path), done=done, shown=str(path), details={"path": str(path)})


def found(desk: MacDesktop, file_name: str) -> Path:
    """The one file that is meant. Raises NotFoundError and AmbiguousError."""
    given = Path(file_name).expanduser() if file_name.startswith(("/", "~")) else None
    if given is not None and given.exists():
        return given.absolute()
    words = split(file_name)
    if not words:
        raise NotFoundError("no file is named")
    home = Path.home()
    fits = ranked([path for path in desk.find(query(words), home) if visible(path, home)], file_name)
    if not fits:
        raise NotFoundError(f'Spotlight knows no file "{file_name}" in your home folder: give its path')
    if len(fits) == 1:
        return fits[0]
    candidates = [(short(path, home), str(path)) for path in fits[:MOST]]
    raise AmbiguousError(f'{len(fits)} files fit "{file_name}"', candidates)


def runs(path: Path) -> bool:
    """Whether opening it would start a program: to find a file is not to run it."""
    program = path.is_file() and not path.suffix and os.access(path, os.X_OK)
    return program or path.suffix.lower() in PROGRAMS


def query(words: Sequence[str]) -> str:
    """Spotlight's query for files, not folders, whose name contains every word, in any case and accents."""
    terms = [f'kMDItemFSName == "*{escaped(word)}*"cd' for word in words]
    return " && ".join([*terms, 'kMDItemContentTypeTree != "public.folder"'])


def escaped(word: str) -> str:
    """A word inside a quoted value of a query: quotes, backslashes and wildcards stand for themselves."""
    return re.sub(r"""(["'\\*?])""", r"\\\1", word)


def split(name: str) -> list[str]:
    """The words of a name. `Budget_2026 (final).xlsx` is budget, 2026, final and xlsx."""
    return [word for word in re.split(r"[\W_]+", name) if word] or name.split()


def ranked(paths: Sequence[Path], name: str) -> list[Path]:
    """The files that fit best: by the whole name, else without its ending, else by words; newest first."""
    wanted = key(name)
    words = set(split(wanted))
    ways: list[Callable[[Path], bool]] = [
        lambda path: key(path.name) == wanted,
        lambda path: key(path.stem) == wanted,
        lambda path: words <= set(split(key(path.name))),
        lambda _: True,
    ]
    for fits in ways:
        best = [path for path in paths if fits(path)]
        if best:
            return sorted(best, key=changed, reverse=True)
    return []


def key(name: str) -> str:
    """A name as far as it matters: macOS keeps accents apart from their letters."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def changed(path: Path) -> float:
    """When a file was last changed; 0 where that cannot be seen."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def visible(path: Path, home: Path) -> bool:
    """Whether a person would call it a file of theirs: nothing hidden, nothing in Library."""
    parts = path.relative_to(home).parts if path.is_relative_to(home) else path.parts
    return not any(part.startswith(".") for part in parts) and parts[:1] != ("Library",)


def short(path: Path, home: Path) -> str:
    """A path as people write it."""
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
