"""Notes as Markdown files in folders. A note is never overwritten: a second one of a name becomes "Name 2"."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.once import uid_of
from tinyagent_cli.desktops.text import fold, one_line, plain, quoted, safe_name
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

from .markdown import addition, body, note, title_of

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop

SUFFIXES = {".md", ".markdown", ".txt"}
MOST_FILES = 200_000
MOST_BYTES = 5_000_000
NEAR = 70
MOST_PLACES, MOST_MARK = 50, 16
"""Places at which an added text is looked for, and bytes that stand before it at most: line breaks, a list's mark."""


def create_note(desk: OpenDesktop, call: Call, *, name: str, content: str, folder: str) -> Outcome:
    """Write a new note; one that a crash interrupted is taken up under the name it had chosen."""
    title = one_line(name).strip() or one_line(content).strip()[:40].strip() or "Untitled"
    where = folder_of(desk, folder)
    data = note(title, content).encode()
    uid = uid_of(call)
    with files.locked(desk.places.state, desk.places.notes):
        made = files.make_directory(where)
        begun = desk.ledger.get(uid)
        path = Path(begun["path"]) if begun else free_name(where, title)
        if not begun:
            desk.ledger.put(uid, {"path": str(path), "sha256": files.digest(data)})
        files.create(path, data, mode=0o644)
    other = (
        ""
        if path.stem == safe_name(title)
        else f" as {quoted(path.stem)}, for there is one of that name already"
    )
    made_folder = f" in the new folder {quoted(where.name)}" if where in made and folder else ""
    return Outcome(
        str(path), f"Created the note {quoted(title)}{made_folder}{other}.", desk.undo_of_new(path, data, made),
        details={"path": str(path)},
    )  # fmt: skip


def open_note(desk: OpenDesktop, call: Call, *, name: str, folder: str) -> Outcome:
    """Find a note and return its text."""
    path = find(desk, name, folder)
    text = text_of(path)
    opened = desk.show(path, call)
    return Outcome(
        body(text, title_of(text)), f"{'Opened' if opened else 'Read'} the note {quoted(path.stem)}.",
        details={"path": str(path), "opened": opened},
    )  # fmt: skip


def append_note_content(desk: OpenDesktop, call: Call, *, name: str, content: str, folder: str) -> Outcome:
    """Add text at the end of a note."""
    if not content:
        raise DesktopError(f"There is nothing to add to the note {quoted(name)}.")
    path = find(desk, name, folder)
    uid = uid_of(call)
    with files.locked(desk.places.state, path):
        before = files.read(path)
        text = decoded(path, before)
        begun = desk.ledger.get(uid)
        if begun and begun.get("path") == str(path) and written(begun, before, content):
            return added(path, content, {**begun, "text": tail(begun, before, content)})
        more = addition(text, content)
        entry = {
            "kind": "appended", "path": str(path), "before": files.digest(before),
            "after": files.digest(before + more.encode()), "length": len(more.encode()),
        }  # fmt: skip
        desk.ledger.put(uid, entry)
        files.replace(path, before + more.encode())
    return added(path, content, {**entry, "text": more})


def written(begun: Mapping[str, Any], data: bytes, content: str) -> bool:
    """Whether a call repeated after a crash finds its text there, be it that the person wrote on since."""
    now = files.digest(data)
    return bool(now == begun["after"] or (now != begun["before"] and plain(content).encode() in data))


def tail(begun: Mapping[str, Any], data: bytes, content: str) -> str:
    """Return what was added: the end of the note, or where the person wrote on since, what follows the old text.

    Where that has been changed too it is the content alone.
    """
    length, wanted = int(begun["length"]), plain(content).encode()
    if files.digest(data) == begun["after"]:
        return data[-length:].decode()
    for found in itertools.islice(re.finditer(re.escape(wanted), data), MOST_PLACES):
        for start in range(max(0, found.start() - MOST_MARK), found.start() + 1):
            if files.digest(data[:start]) == begun["before"]:
                return data[start : start + length].decode()
    return plain(content)


def added(path: Path, content: str, entry: Mapping[str, Any]) -> Outcome:
    """The outcome of an addition."""
    undo = {key: entry[key] for key in ("kind", "path", "before", "after", "text")}
    return Outcome(
        str(path),
        f"Added {quoted(content)} to the note {quoted(path.stem)}.",
        undo,
        details={"path": str(path)},
    )


def folder_of(desk: OpenDesktop, folder: str) -> Path:
    """Return the folder of that name, one that is there in preference, below the notes always."""
    path = desk.places.notes
    for part in filter(None, (p.strip() for p in folder.split("/"))):
        wanted = safe_name(part, "Notes")
        there = (d for d in sorted(path.iterdir()) if d.is_dir()) if path.is_dir() else iter(())
        path = next((d for d in there if fold(d.name) == fold(wanted)), path / wanted)
    return among(path, desk.places.notes)


def free_name(folder: Path, title: str) -> Path:
    """Return a name for a new note that no note in the folder has, not even in other letters."""
    taken = {fold(p.stem) for p in folder.iterdir()} if folder.is_dir() else set()
    name = safe_name(title)
    names = itertools.chain([name], (f"{name} {number}" for number in itertools.count(2)))
    return folder / (next(n for n in names if fold(n) not in taken) + ".md")


def notes_in(folder: Path) -> Iterator[Path]:
    """Yield the notes below a folder, hidden ones and other files left out."""
    seen = 0
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(names):
            seen += 1
            if seen > MOST_FILES:
                return
            path = Path(root, name)
            # No pipes, which would be waited for for ever.
            if path.suffix.lower() in SUFFIXES and not name.startswith(".") and path.is_file():
                yield path


def find(desk: OpenDesktop, name: str, folder: str) -> Path:
    """Return the note of that name: its path, its file's name or its heading, then in other letters.

    Raises AmbiguousError where several have it or some only come near, NotFoundError where none does.
    """
    root = desk.places.notes
    where = folder_of(desk, folder)
    given = Path(name)
    if given.is_absolute() and given.suffix.lower() in SUFFIXES and below(given, root) and given.is_file():
        return given
    if not where.is_dir():
        raise NotFoundError(
            f"There is no folder {quoted(folder)} among the notes in {root}."
            if folder
            else f"There are no notes in {root} yet."
        )
    there = list(notes_in(where))
    key = fold(name)
    exact = [p for p in there if p.stem == safe_name(name)]
    alike = exact or [p for p in there if key in {fold(p.stem), fold(p.name)}]
    alike = alike or [p for p in there if fold(title_at(p)) == key]
    if len(alike) == 1:
        return among(alike[0], root)
    if alike:
        raise AmbiguousError(f"Several notes are called {quoted(name)}.", choices(alike, root))
    from rapidfuzz import fuzz

    rated = sorted(((fuzz.WRatio(key, fold(p.stem)), p) for p in there), key=lambda pair: (-pair[0], pair[1]))
    near = [p for score, p in rated if score >= NEAR or set(key.split()) <= set(fold(p.stem).split())][:5]
    if near:
        raise AmbiguousError(f"No note is called {quoted(name)}; this comes near.", choices(near, root))
    raise NotFoundError(f"No note is called {quoted(name)} in {where}.")


def below(path: Path, root: Path) -> bool:
    """Whether a path leads below a folder, links and `..` followed."""
    try:
        return path.resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):
        return False


def among(path: Path, root: Path) -> Path:
    """Return the path of a note. Raises DesktopError where it is a link out of the notes: a shared folder may bring one."""
    if not below(path, root):
        raise DesktopError(
            f"{path} is a link out of the notes, to {os.path.realpath(path)}; it was left alone. "
            "Use the file itself, or put it among the notes."
        )
    return path


def choices(paths: list[Path], root: Path) -> list[tuple[str, str]]:
    """Label notes by their place below the root; the value is the path, which stands for the name."""
    return [(str(p.relative_to(root).with_suffix("")), str(p)) for p in paths]


def title_at(path: Path) -> str:
    """The title in a note's heading, empty where the file cannot be read."""
    try:
        with path.open("rb") as file:
            return title_of(file.read(4096).decode("utf-8", "replace"))
    except OSError:
        return ""


def text_of(path: Path) -> str:
    """Read a note. Raises DesktopError."""
    with files.explained(path, "read"):
        if path.stat().st_size > MOST_BYTES:
            raise DesktopError(f"{path} is too large for a note: {path.stat().st_size:,} bytes.")
    return decoded(path, files.read(path))


def decoded(path: Path, data: bytes) -> str:
    """Return a note's text. Raises DesktopError where it is no text."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise DesktopError(f"{path} is not text in UTF-8; it was left as it is.") from None
