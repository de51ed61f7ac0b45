"""The names that the desktop knows: people, notes and files. What Whisper is told of, and mended towards."""

from __future__ import annotations

import importlib
import inspect
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import TinyAgentError

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop

MOST_FILES = 2_000
MOST_THINGS = 200
TITLES = ("Dr.", "Prof.", "Mr.", "Mrs.", "Ms.")


@dataclass(frozen=True)
class Lexicon:
    """Names as they are written: of `people` each by what they are called, of `things` (notes, files) the titles."""

    people: tuple[str, ...] = ()
    things: tuple[str, ...] = ()


def lexicon_of(desktop: Any) -> Lexicon:
    """Ask a desktop for its names; whatever cannot be read gives none, since a command can be heard without."""
    shared = getattr(desktop, "shared", desktop)
    return Lexicon(unique(people_of(desktop, shared)), unique(things_of(shared)))


def people_of(desktop: Any, shared: Any) -> Iterator[str]:
    """Yield what people are called."""
    try:
        if hasattr(desktop, "script"):
            yield from from_contacts_app(desktop)
        else:
            yield from from_cards(shared)
    except (TinyAgentError, ImportError, AttributeError, OSError, ValueError):
        return


def from_cards(desk: OpenDesktop) -> Iterator[str]:
    """Yield the names on the vCards, by way of the contacts' own index."""
    package = package_of(desk, "get_phone_number")
    index_of = importlib.import_module(f"{package}.index").index_of
    with index_of(desk.places.contacts, desk.places.cache) as index:
        rows = index.connection.execute(
            "SELECT data FROM card JOIN file USING (path) WHERE book IN (SELECT value FROM json_each(?))",
            [index.books],
        ).fetchall()
    for (data,) in rows:
        card = json.loads(data)
        if card.get("kind") == "group":
            yield card["name"]
            continue
        yield from spoken(card["name"], card["given"], card["family"], card["prefix"], card["nicknames"])


def from_contacts_app(desk: Any) -> Iterator[str]:
    """Yield the names in the app Contacts: every one contains the empty word."""
    macos = importlib.import_module(f"{package_of(desk, 'get_phone_number')}.macos")
    status, rows = desk.script("contacts", "find_people", "")
    if status == "ok":
        for person in macos.people_of(rows):
            yield from spoken(person.name, person.first, person.last, "", (person.nick,))


def spoken(full: str, given: str, family: str, prefix: str, nicknames: Iterable[str]) -> Iterator[str]:
    """Yield what a person may be called: the whole name, the first, the nickname, Dr. and the last."""
    yield from (full, given)
    yield from nicknames
    title = prefix or next((t for t in TITLES if full.casefold().startswith(t.casefold())), "")
    if title and family:
        yield f"{title} {family}"
    elif family:
        yield family


def things_of(shared: Any) -> Iterator[str]:
    """Yield the titles of notes and the names of documents, without their endings, newest first."""
    places = getattr(shared, "places", None)
    if places is None:
        return
    notes = list(files_in([places.notes], {".md", ".markdown", ".txt"}))
    others = list(
        files_in(places.search[:3], {".pdf", ".docx", ".xlsx", ".csv", ".pptx", ".odt", ".ods", ".key"})
    )
    for _, path in sorted(notes, reverse=True)[:MOST_THINGS] + sorted(others, reverse=True)[:MOST_THINGS]:
        yield path.stem.replace("_", " ")


def files_in(folders: Iterable[Path], endings: set[str]) -> Iterator[tuple[float, Path]]:
    """Yield the files of some kinds, two folders deep and no more than `MOST_FILES` looked at, with their ages."""
    left = MOST_FILES
    for folder in folders:
        for where, inner, names in os.walk(folder):
            depth = len(Path(where).relative_to(folder).parts)
            inner[:] = [] if depth >= 2 else [name for name in inner if not name.startswith(".")]
            for name in names:
                left -= 1
                path = Path(where, name)
                if path.suffix.lower() in endings and not name.startswith("."):
                    try:
                        yield path.stat().st_mtime, path
                    except OSError:
                        continue
            if left < 0:
                return


def package_of(desk: Any, tool: str) -> str:
    """The package of the app that a tool belongs to."""
    return str(inspect.unwrap(desk.toolbox.functions[tool]).__module__)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names in order, each once, nothing that is no name."""
    kept = (" ".join(name.split()) for name in names if name)
    return tuple(
        dict.fromkeys(name for name in kept if 1 < len(name) <= 60 and any(c.isalpha() for c in name))
    )
