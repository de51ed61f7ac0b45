"""Taking back what was written to files, unless the person has changed it since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinyagent_cli.desktops import files
from tinyagent_cli.errors import DesktopError


def take_back(state: Path, undo: Mapping[str, Any], *, force: bool = False) -> str:
    """Take a created file away or an appended text off; returns a sentence.

    Raises DesktopError, with nothing touched, where the file is no longer as it was left and not `force`.
    """
    try:
        kind, path = undo["kind"], Path(undo["path"])
        if kind == "created":
            return uncreate(state, path, str(undo["sha256"]), [Path(p) for p in undo.get("made", ())], force)
        if kind == "appended":
            return unappend(state, path, undo, force)
    except (KeyError, TypeError) as fault:
        raise DesktopError(f"The record of what was done lacks {fault}; nothing was undone.") from fault
    raise DesktopError(f"The record of what was done is of an unknown kind, {kind!r}; nothing was undone.")


def uncreate(state: Path, path: Path, sha256: str, made: list[Path], force: bool) -> str:
    """Remove a file that is as it was written, then the directories made for it that are empty again."""
    with files.locked(state, path.parent):
        here = present(path)
        if here is None:
            return f"{path} is gone already: nothing to undo."
        if files.digest(files.read(here)) != sha256 and not force:
            raise DesktopError(f"{here} has been changed since it was written; it was left as it is.")
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
        if files.digest(data) == after and data.endswith(text):
            files.replace(path, data[: -len(text)])
        elif not force:
            raise DesktopError(f"{path} has been changed since the text was added; it was left as it is.")
        elif data.count(text) == 1:
            files.replace(path, data.replace(text, b""))
        else:
            raise DesktopError(f"The added text can no longer be told apart in {path}; it was left as it is.")
    return f"Took the added text off {path}."
