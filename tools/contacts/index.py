"""An index of the vCards, kept in the cache: a card is read again only when its file changes.

With tens of thousands of contacts a look-up costs one directory listing and a few queries. A cache that
is broken or cannot be written is passed over: the index is then made in memory.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from tinyagent_cli.desktops.files import make_private
from tinyagent_cli.desktops.text import fold
from tinyagent_cli.errors import DesktopError

from .cards import Card, Reading, cards_of

VERSION = 1
MOST_BYTES = 80_000_000
"""The largest file of cards that is read: photographs and all."""
PART = 10_000
"""Files that are read and kept at a time: what was read before an interruption is not read again."""
READING = threading.Lock()
"""Two look-ups at once are not to read the same ten thousand cards twice."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS file (path TEXT PRIMARY KEY, book TEXT, stamp TEXT, faults TEXT);
CREATE TABLE IF NOT EXISTS card (id INTEGER PRIMARY KEY, path TEXT REFERENCES file ON DELETE CASCADE, data TEXT);
CREATE TABLE IF NOT EXISTS key (text TEXT, kind TEXT, card INTEGER REFERENCES card ON DELETE CASCADE);
CREATE INDEX IF NOT EXISTS key_text ON key (text, kind);
CREATE INDEX IF NOT EXISTS key_card ON key (card);
CREATE INDEX IF NOT EXISTS card_path ON card (path);
"""


CARDS = """
SELECT data FROM card JOIN file USING (path)
WHERE book IN (SELECT value FROM json_each(:books)) AND card.id IN (
    SELECT card FROM key
    WHERE text IN (SELECT value FROM json_each(:texts)) AND kind IN (SELECT value FROM json_each(:kinds))
    GROUP BY card HAVING COUNT(DISTINCT text) = json_array_length(:texts)
) ORDER BY path, card.id
"""
NAMES = """
SELECT DISTINCT text FROM key JOIN card ON card.id = key.card JOIN file USING (path)
WHERE book IN (SELECT value FROM json_each(?)) AND kind IN ('full', 'part', 'group')
"""
ADDRESSES = """
SELECT DISTINCT text FROM key JOIN card ON card.id = key.card JOIN file USING (path)
WHERE book IN (SELECT value FROM json_each(?)) AND kind = 'email'
"""
FAULTS = "SELECT path, faults FROM file WHERE book IN (SELECT value FROM json_each(?)) AND faults != '' ORDER BY path"
STAMPS = "SELECT path, stamp FROM file WHERE book IN (SELECT value FROM json_each(?))"


class Index:
    """The contacts of some address books."""

    def __init__(self, connection: sqlite3.Connection, books: Sequence[Path]) -> None:
        self.connection = connection
        self.books = json.dumps([str(b) for b in books])

    def cards(self, kinds: Sequence[str], *texts: str) -> list[Card]:
        """Return the cards that have each of the folded texts as a key of one of the kinds."""
        values = {
            "books": self.books,
            "texts": json.dumps(sorted(set(texts))),
            "kinds": json.dumps(list(kinds)),
        }
        return (
            [Card.of(json.loads(data)) for (data,) in self.connection.execute(CARDS, values)] if texts else []
        )

    def names(self) -> list[str]:
        """Return every name a card goes by."""
        return [text for (text,) in self.connection.execute(NAMES, [self.books])]

    def addresses(self) -> frozenset[str]:
        """Return every e-mail address of a card, in small letters."""
        return frozenset(text for (text,) in self.connection.execute(ADDRESSES, [self.books]))

    def faults(self) -> list[str]:
        """Say which files could not be read, or not wholly."""
        return [f"{path}: {faults}" for path, faults in self.connection.execute(FAULTS, [self.books])]


@contextmanager
def index_of(books: Sequence[Path], cache: Path) -> Iterator[Index]:
    """Open the index, brought up to date. Raises DesktopError where an address book cannot be listed."""
    try:
        make_private(cache)
        connection = opened(cache / "contacts.sqlite")
    except (DesktopError, sqlite3.Error, OSError):
        connection = opened(Path(":memory:"))
    with closing(connection):
        with READING:
            try:
                update(connection, books)
            except sqlite3.Error:
                connection.close()
                connection = opened(Path(":memory:"))
                update(connection, books)
        with closing(connection):
            yield Index(connection, books)


def opened(path: Path) -> sqlite3.Connection:
    """Open the database, made anew where it is of another version or broken."""
    try:
        return prepared(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return prepared(path)


def prepared(path: Path) -> sqlite3.Connection:
    """Open the database and make its tables. Raises sqlite3.DatabaseError where it is not ours or broken."""
    connection = sqlite3.connect(path, timeout=10, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -65536")  # KiB; a hundred thousand cards' keys come in no order
        if connection.execute("PRAGMA user_version").fetchone()[0] not in (0, VERSION):
            raise sqlite3.DatabaseError("another version")
        connection.executescript(SCHEMA)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.close()
        raise
    return connection


def update(connection: sqlite3.Connection, books: Sequence[Path]) -> None:
    """Read what is new or changed, forget what is gone."""
    there = {path: (book, stamp) for book in books for path, stamp in listed(book)}
    known = dict(connection.execute(STAMPS, [json.dumps([str(b) for b in books])]).fetchall())
    gone = [path for path in known if path not in there]
    changed = [path for path, (_, stamp) in there.items() if known.get(path) != stamp]
    if gone:
        connection.executemany("DELETE FROM file WHERE path = ?", [(path,) for path in gone])
    for at in range(0, len(changed), PART):
        part = changed[at : at + PART]
        # Reading comes before the transaction: another process is not to wait for thousands of cards to be read.
        keep(connection, there, [(path, reading(path)) for path in part])


def keep(connection: sqlite3.Connection, there: Mapping[str, tuple[Path, str]], readings: Sequence[tuple[str, Reading]]) -> None:
    """Put what was read of some files in the place of what was known of them."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany("DELETE FROM file WHERE path = ?", [(path,) for path, _ in readings])
        files = [(path, *map(str, there[path]), "; ".join(read.faults[:3])) for path, read in readings]
        connection.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", files)
        [last] = connection.execute("SELECT COALESCE(MAX(id), 0) FROM card").fetchone()
        cards = list(enumerate(((path, card) for path, read in readings for card in read.cards), last + 1))
        rows = ((number, path, json.dumps(card.data(), ensure_ascii=False)) for number, (path, card) in cards)
        connection.executemany("INSERT INTO card VALUES (?, ?, ?)", rows)
        # Sorted, they go into the index side by side.
        found = sorted((t, k, number) for number, (_, card) in cards for t, k in set(keys(card)) if t)
        connection.executemany("INSERT INTO key VALUES (?, ?, ?)", found)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def reading(path: str) -> Reading:
    """Read a file's cards; a file that cannot be read is a fault like any other."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (of a hundred thousand cards, a tenth of the time was spent on Path)
            data = file.read(MOST_BYTES + 1)
        return cards_of(data) if len(data) <= MOST_BYTES else Reading(faults=["it is too large"])
    except OSError as fault:
        return Reading(faults=[fault.strerror or str(fault)])


def listed(book: Path) -> Iterator[tuple[str, str]]:
    """Yield the vCard files of an address book with what tells whether they have changed."""
    try:
        entries = list(os.scandir(book)) if book.is_dir() else []
    except OSError as fault:
        raise DesktopError(f"The address book {book} cannot be read: {fault.strerror}.") from fault
    for entry in sorted(entries, key=lambda e: e.name):
        if entry.name.startswith(".") or not entry.name.lower().endswith((".vcf", ".vcard")):
            continue
        try:
            status = entry.stat()
        except OSError:
            continue
        if not stat.S_ISREG(status.st_mode):
            continue  # a pipe would be waited for for ever
        if any("\ud800" <= letter <= "\udfff" for letter in entry.path):
            continue  # its name is no text, which is what the index keeps
        yield entry.path, f"{status.st_mtime_ns}:{status.st_size}:{status.st_ino}"


def keys(card: Card) -> Iterator[tuple[str, str]]:
    """Yield what a card is found by.

    Its `full` name, `part`s of that and bynames, `role`s and organisations, `group`s, the `word`s of names.
    """
    if card.kind == "group":
        yield fold(card.name), "set"
        return
    parts = [card.given, card.family, *card.nicknames, *card.notes]
    if card.prefix:
        parts += [f"{card.prefix} {card.family}", f"{card.prefix} {card.given}"]
    names = (card.name, card.given, card.family, card.prefix, *card.nicknames)
    found: dict[str, Sequence[str]] = {
        "full": (card.name, f"{card.given} {card.family}"),
        "part": parts,
        "role": (*card.roles, *card.organisations),
        "group": card.groups,
    }
    for kind, texts in found.items():
        yield from ((fold(text), kind) for text in texts)
    yield from ((word, "word") for name in names for word in fold(name).split())
    yield card.uid.lower(), "uid"
    yield from ((value.text.lower(), "email") for value in card.emails)
