"""Notes on macOS: in any account of the Notes app, folders by name."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop, seal, take_back
from tinyagent_cli.errors import AmbiguousError, ChangedError, DesktopError, NotFoundError

# Scripts see the folder of deleted notes like any other: only its name, in the person's language, tells it.
DELETED = {
    "recently deleted", "zuletzt gelöscht", "suppressions récentes", "supprimés récemment", "eliminado",
    "eliminados recientemente", "eliminati di recente", "recent verwijderd", "apagadas", "senast raderade",
}  # fmt: skip
BLOCKS = {"div", "p", "h1", "h2", "h3", "li", "tr", "ul", "ol", "table", "blockquote"}


def create_note(desk: MacDesktop, call: Call, name: str, content: str, folder: str) -> Outcome:
    """Create a note; its first line is its name, as Notes has it."""
    del call
    identifier = folder_id(desk, folder)
    _, answer = desk.script("notes", "create_note", f"<h1>{escaped(name)}</h1>{as_html(content)}", identifier)
    done = f'Created the note "{name}" in the folder {answer[1]}.'
    undo = {"id": answer[0], "name": name, "seal": seal([answer[2], "0"])}
    return Outcome(result=done, done=done, undo=undo, details={"id": answer[0], "folder": answer[1]})


def open_note(desk: MacDesktop, call: Call, name: str, folder: str) -> Outcome:
    """Show a note; the result is its text."""
    identifier = note_id(desk, name, folder)
    title, body, _ = read(desk, identifier)
    if call.opens:
        desk.script("notes", "show_note", identifier)
    return Outcome(
        result=as_text(body), done=f'{"Opened" if call.opens else "Read"} the note "{title}".', shown=title,
        details={"id": identifier},
    )  # fmt: skip


def append_note_content(desk: MacDesktop, call: Call, name: str, content: str, folder: str) -> Outcome:
    """Add text at the end of a note."""
    del call
    identifier = note_id(desk, name, folder)
    title, before, attached = read(desk, identifier)
    if attached:
        raise DesktopError(
            f'the note "{title}" holds {attached} attachment(s), which Notes would drop: add the text by hand'
        )
    _, answer = desk.script("notes", "set_note_body", identifier, before + as_html(content))
    undo = {"id": identifier, "name": title, "before": before, "after": answer[0]}
    done = f'Added the text at the end of the note "{title}".'
    return Outcome(result=done, done=done, undo=undo, details={"id": identifier})


def undo(desk: MacDesktop, undo: Mapping[str, Any], *, force: bool) -> str:
    """Delete the note, or take the added text off, if the note is as it was left."""
    note = f'the note "{undo["name"]}"'
    if "after" in undo:
        return text_taken_off(desk, undo, note, force)
    status, facts = desk.script("notes", "note_body", undo["id"])
    return take_back(
        undo, force,
        facts=(status, facts[1:]),
        what=note,
        delete=lambda: desk.script("notes", "delete_note", undo["id"]),
    )  # fmt: skip


def text_taken_off(desk: MacDesktop, undo: Mapping[str, Any], note: str, force: bool) -> str:
    """Put the old text back; by force, take only the addition out of a note that was changed since."""
    status, facts = desk.script("notes", "note_body", undo["id"])
    if status == "missing":
        return f"{note} is not there any more: nothing to take back."
    body, before, after = facts[1], str(undo["before"]), str(undo["after"])
    restored = before
    if body != after:
        if not force:
            raise ChangedError(f"{note} was changed since: left as it is", body)
        tail = after[len(shared_start(before, after)) :]
        head, found, rest = body.rpartition(tail)
        if not tail or not found or int(facts[2]):
            raise DesktopError(f"the text added to {note} cannot be told apart any more: remove it by hand")
        restored = head + rest
    desk.script("notes", "set_note_body", undo["id"], restored)
    return f"Took the added text off {note}."


def shared_start(one: str, other: str) -> str:
    """What two texts begin with."""
    for k, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return one[:k]
    return one[: len(other)]


def folder_id(desk: MacDesktop, wanted: str) -> str:
    """The id of a folder by its name, in whichever account; an id will do too. Empty for the default one."""
    if not wanted.strip():
        return ""
    _, rows = desk.script("notes", "folder_names")
    folders = {rows[k + 2]: (rows[k], rows[k + 1]) for k in range(0, len(rows) - 2, 3)}
    if wanted in folders:
        return wanted
    same = [key for key, (_, name) in folders.items() if name.casefold() == wanted.strip().casefold()]
    if len(same) > 1:
        candidates = [(f"{folders[key][1]} ({folders[key][0]})", key) for key in same]
        raise AmbiguousError(f"{len(same)} folders are called {wanted}", candidates)
    if not same:
        names = ", ".join(dict.fromkeys(name for _, name in folders.values()))
        raise NotFoundError(f'Notes has no folder "{wanted}"; there are: {names}')
    return same[0]


def note_id(desk: MacDesktop, name: str, folder: str) -> str:
    """The id of the one note of that name; an id will do too. Raises NotFoundError and AmbiguousError.

    Notes whose name only contains the words are offered, never taken.
    """
    if name.startswith("x-coredata://"):
        return name
    if not name.strip():
        raise NotFoundError("no note is named")
    where = folder_id(desk, folder)
    for whole in (True, False):
        _, rows = desk.script("notes", "find_notes", name.strip(), where, whole)
        notes = [(rows[k], rows[k + 1], rows[k + 2]) for k in range(0, len(rows) - 2, 3)]
        notes = list(dict.fromkeys(note for note in notes if note[2].casefold() not in DELETED))
        if whole and len(notes) == 1:
            return notes[0][0]
        if notes:
            candidates = [(f"{title} (in {place})" if place else title, key) for key, title, place in notes]
            raise AmbiguousError(f'{len(notes)} note(s) may be meant by "{name}": which one?', candidates)
    raise NotFoundError(f'Notes has no note "{name}"{f" in {folder}" if folder else ""}')


def read(desk: MacDesktop, identifier: str) -> tuple[str, str, int]:
    """Name, body and number of attachments of a note. Raises NotFoundError."""
    status, rows = desk.script("notes", "note_body", identifier)
    if status != "ok":
        raise NotFoundError("the note is not there any more")
    return rows[0], rows[1], int(rows[2])


def escaped(text: str) -> str:
    """Text inside HTML; runs of spaces, which HTML would join, are kept."""
    return html.escape(text, quote=False).replace("  ", " &nbsp;").replace("\t", "&emsp;")


def as_html(text: str) -> str:
    """Text as the body of a note: a block a line."""
    return "".join(f"<div>{escaped(line) or '<br>'}</div>" for line in re.split(r"\r\n|\r|\n", text))


def as_text(body: str) -> str:
    """The text of a note's body."""
    reader = Reader()
    reader.feed(body)
    reader.close()
    lines = "".join(reader.parts).replace("\u00a0", " ").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


class Reader(HTMLParser):
    """Collects text; blocks and breaks end a line, an empty block is an empty line."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.broken = False

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        """A block begins on a new line."""
        if tag == "br":
            self.parts.append("\n")
            self.broken = True
        elif tag in BLOCKS:
            self._new_line()
            if tag == "li":
                self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        """A block ends its line, unless a break just did."""
        if tag in BLOCKS:
            if not self.broken:
                self._new_line()
            self.broken = False

    def handle_data(self, data: str) -> None:
        """Line breaks of the HTML source mean nothing."""
        if text := data.replace("\n", ""):
            self.parts.append(text)
            self.broken = False

    def _new_line(self) -> None:
        if self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")
