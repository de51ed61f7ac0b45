"""The journal's database: opened, its failures put in words.

SQLite with a write-ahead log (WAL), so that readers never wait for writers, and `synchronous=FULL`, so that
what is written down has reached the disk before the effect begins (https://sqlite.org/wal.html,
https://sqlite.org/pragma.html#pragma_synchronous).
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tinyagent_cli.desktops.files import make_private
from tinyagent_cli.errors import TinyAgentError

PATIENCE = 30.0
"""Seconds to wait for other processes that are writing."""
VERSION = 1
TABLES = (
    """CREATE TABLE agreements (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, command TEXT NOT NULL,
        plan TEXT NOT NULL, desktop TEXT NOT NULL, now TEXT NOT NULL, ended TEXT, undone TEXT)""",
    """CREATE TABLE steps (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
        agreement TEXT NOT NULL REFERENCES agreements(id) ON DELETE CASCADE,
        number INTEGER NOT NULL, tool TEXT NOT NULL, effect TEXT NOT NULL, args TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('begun', 'done', 'failed')), began TEXT NOT NULL, ended TEXT,
        finished INTEGER, result TEXT NOT NULL DEFAULT '', done TEXT NOT NULL DEFAULT '',
        shown TEXT NOT NULL DEFAULT '', undo TEXT, beyond_recall INTEGER NOT NULL DEFAULT 0,
        error TEXT NOT NULL DEFAULT '', undone TEXT)""",
    "CREATE INDEX steps_of ON steps (agreement, number)",
    """CREATE TABLE addresses (
        address TEXT NOT NULL, agreement TEXT NOT NULL REFERENCES agreements(id) ON DELETE CASCADE,
        PRIMARY KEY (address, agreement)) WITHOUT ROWID""",
)
REASONS = {
    sqlite3.SQLITE_FULL: "the disk is full. Make room and try again",
    sqlite3.SQLITE_READONLY: "it may not be written. Check its permissions and those of its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened. Check the permissions of its folder",
    sqlite3.SQLITE_PERM: "permission is missing. Check who may write there",
    sqlite3.SQLITE_BUSY: f"other programs have kept it for {PATIENCE:.0f} seconds. Try again later",
    sqlite3.SQLITE_IOERR: "the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "it is damaged. Move it away to begin a new one",
    sqlite3.SQLITE_NOTADB: "it is not a journal, or damaged. Move it away to begin a new one",
}


class JournalError(TinyAgentError):
    """The journal cannot be read or written."""

    code = "journal"


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn failures of the database or the disk into a JournalError that says what to do."""
    try:
        yield
    except sqlite3.Error as fault:
        code = getattr(fault, "sqlite_errorcode", 0) & 0xFF
        raise JournalError(f"The journal {path}: {REASONS.get(code, fault)}.") from fault
    except OSError as fault:
        raise JournalError(f"The journal {path}: {fault.strerror or fault}.") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise JournalError(f"The journal {path}: an entry cannot be read ({fault}).") from fault


def connected(path: Path) -> sqlite3.Connection:
    """Open the database, made for its owner alone where it is not there yet. Raises sqlite3.Error, OSError, JournalError."""
    make_private(path.parent)
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    try:
        _into_wal(connection)
        for pragma in ("synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        if _version(connection) != VERSION:
            _make_tables(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Write in one go or not at all. IMMEDIATE, as a lock that is asked for late is refused without waiting."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _into_wal(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; while others do the same SQLite refuses without waiting, so wait here."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(connection: sqlite3.Connection, path: Path) -> None:
    with transaction(connection):
        there = _version(connection)
        if there > VERSION:
            raise JournalError(f"The journal {path} was written by a newer version of tinyagent. Update it.")
        if there < VERSION:
            for statement in TABLES:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={VERSION}")
