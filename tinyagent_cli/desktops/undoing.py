"""Taking back what was written to files, unless the person has changed it since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinyagent_cli.desktops import files
from tinyagent_cli.errors import ChangedError, DesktopError

MOST_LINES = 40
"""Lines of a difference that are shown."""
MOST_PLACES = 200
"""Places where an added text may stand, at which the text before it is compared."""


def take_back(state: Path, undo: Mapping[str, Any], *, force: bool = False) -> str:
    """Take a created file away or an appended text off; returns a sentence.

    Raises ChangedError, with nothing touched, where the file is no longer as it was left and not `force`.
    """
    try:
        kind, path = undo["kind"], Path(undo["path"])
        if kind == "created":
            return uncreate(state, path, undo, force)
        if kind == "appended":
            return unappend(state, path, undo, force)
    except (KeyError, TypeError) as fault:
        raise DesktopError(f"The record of what was done lacks {fault}; nothing was undone.") from fault
    raise DesktopError(f"The record of what was done is of an unknown kind, {kind!r}; nothing was undone.")


def uncreate(state: Path, path: Path, undo: Mapping[str, Any], force: bool) -> str:
    """Remove a file that is as it was written, then the directories made for it that are empty again."""
    sha256, made = str(undo["sha256"]), [Path(p) for p in undo.get("made", ())]
    with files.locked(state, path.parent):
        here = present(path)
        if here is None:
            return f"{path} is gone already: nothing to undo."
        data = files.read(here)
        if files.digest(data) != sha256 and not force:
            raise ChangedError(
                f"{here} has been changed since it was written; it was left as it is.",
                difference(undo.get("was"), data),
            )
        files.remove(here)
        for folder in sorted(made, key=lambda p: -len(p.parts)):
            unmake(folder)
    return f"Removed {here}."


def unmake(folder: Path) -> None:
    """Remove a directory where nothing is left in it but the name that was given to it."""
    try:
        left = {p.name for p in folder.iterdir()}
        if left <= {"displayname"}:
            (folder / "displayname").unlink(missing_ok=True)
            folder.rmdir()
    except OSError:
        return


def present(path: Path) -> Path | None:
    """Return where the file is: mail programs move drafts from new/ to cur/ and rename them as their flags change."""
    if path.is_file():
        return path
    base, mark, _ = path.name.partition(":2,")
    if not mark:
        return None
    for folder in ("cur", "new"):
        for sibling in (path.parent.parent / folder).glob("*"):
            if sibling.name.partition(":2,")[0] == base:
                return sibling
    return None


def unappend(state: Path, path: Path, undo: Mapping[str, Any], force: bool) -> str:
    """Take an appended text off again."""
    before, after, text = str(undo["before"]), str(undo["after"]), str(undo["text"]).encode()
    with files.locked(state, path):
        if not path.is_file():
            return f"{path} is gone: nothing to undo."
        data = files.read(path)
        if files.digest(data) == before:
            return f"{path} is as it was before: nothing to undo."
        at = len(data) - len(text) if files.digest(data) == after and data.endswith(text) else place(data, text, before)
        if at < 0 and data.count(text) != 1:
            raise DesktopError(f"The added text can no longer be told apart in {path}; it was left as it is.")
        if at < 0 and not force:
            raise ChangedError(
                f"{path} has been changed since the text was added; it was left as it is.",
                "".join(f"- {line}\n" for line in text.decode("utf-8", "replace").strip("\n").split("\n")),
            )
        at = data.index(text) if at < 0 else at
        rest = data[at + len(text) :]
        # The line break before the text stays where the person wrote on after it.
        files.replace(path, data[:at] + (b"\n" if rest and text.startswith(b"\n") else b"") + rest)
    return f"Took the added text off {path}." + (" What was written after it stays." if rest else "")


def place(data: bytes, text: bytes, before: str) -> int:
    """Return where an added text stands with nothing before it changed; -1 where that cannot be told."""
    at = data.find(text)
    for _ in range(MOST_PLACES):
        if at < 0 or files.digest(data[:at]) == before:
            return at
        at = data.find(text, at + 1)
    return -1


def difference(was: object, data: bytes) -> str:
    """Return how a file differs from what was written, a line each, or the file where that is not known."""
    now = data.decode("utf-8", "replace")
    if not isinstance(was, str):
        lines = now.splitlines()
    else:
        import difflib

        lines = list(difflib.unified_diff(was.splitlines(), now.splitlines(), n=1, lineterm=""))[2:]
    more = [f"… {len(lines) - MOST_LINES} lines more"] if len(lines) > MOST_LINES else []
    return "\n".join([*lines[:MOST_LINES], *more])
