"""Files by name: exact, in other letters, without the suffix, by all its words, and at last by likeness."""

from __future__ import annotations

import os
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from tinyagent_cli.desktops.text import fold

PASSED_OVER = {"node_modules", "__pycache__", "site-packages", "venv", "lost+found", "Library"}
MOST_ENTRIES = 300_000
MOST_SECONDS = 5.0
NEAR = 80


def given_path(name: str, home: Path) -> Path | None:
    """Return the file where the name is a path to one: absolute, with `~`, or in the home or current directory."""
    if "/" not in name and not name.startswith("~"):
        return None
    if name == "~" or name.startswith("~/"):
        name = str(home) + name[1:]
    for path in (Path(name), home / name) if not Path(name).is_absolute() else (Path(name),):
        try:
            if path.is_file():
                # What `..` means is for the system to say where links stand before it.
                plain = path.is_absolute() and ".." not in path.parts
                return Path(os.path.normpath(path)) if plain else path.resolve()
        except (OSError, ValueError):
            return None
    return None


def walk(roots: Iterable[Path]) -> Iterator[Path]:
    """Yield files below the roots, near ones first, each once; hidden ones and links to directories are left out.

    Stops after `MOST_ENTRIES` entries or `MOST_SECONDS` seconds.
    """
    start, entries = time.monotonic(), 0
    seen: set[tuple[int, int]] = set()
    waiting = deque(roots)
    while waiting:
        folder = waiting.popleft()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            inside = sorted(os.scandir(folder), key=lambda e: e.name)
        except OSError:
            continue
        for entry in inside:
            entries += 1
            if entries > MOST_ENTRIES or time.monotonic() - start > MOST_SECONDS:
                return
            if entry.name.startswith(".") or entry.name in PASSED_OVER:
                continue
            try:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(Path(entry.path))
                elif entry.is_file():
                    yield Path(entry.path)
            except OSError:
                continue


def found(name: str, listed: list[Path]) -> tuple[list[Path], list[Path]]:
    """Return the files that the name fits certainly (best way of fitting first tried), and those that only come near."""
    key, words = fold(name), set(fold(name).split())
    tests: list[Callable[[Path], bool]] = [
        lambda p: p.name == name,
        lambda p: fold(p.name) == key,
        lambda p: fold(p.stem) == key,
        lambda p: key == fold(f"{p.stem} {p.suffix}") or spaced(p.stem) == key,
        lambda p: bool(words) and words <= set(fold(p.name).split()) | set(spaced(p.name).split()),
    ]
    for test in tests:
        if fits := [p for p in listed if test(p)]:
            return fits, []
    from rapidfuzz import fuzz

    stem = fold(Path(name).stem)
    rated = [(max(fuzz.ratio(key, fold(p.name)), fuzz.WRatio(stem, fold(p.stem))), p) for p in listed]
    return [], [p for score, p in sorted(rated, key=lambda pair: (-pair[0], pair[1])) if score >= NEAR]


def spaced(name: str) -> str:
    """Fold a name after parting words written together: "Q3Report2025" gives "q3 report 2025"."""
    return fold(re.sub(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[0-9])(?=[A-Z][a-z])", " ", name.replace(".", " ")))
