"""The journal: what was agreed to, what was about to be done, what was done, and how to take it back.

Before an effect its intent is written, after it its outcome. What has an intent and no outcome after a crash
was under way. A step's id, `<agreement>-<number>`, is unique and goes with the call to the file written.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from tinyagent_cli.desktops.base import Outcome
from tinyagent_cli.desktops.files import make_private
from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.run import record
from tinyagent_cli.run.database import JournalError, connected, explained, transaction
from tinyagent_cli.run.entries import Entry, StepEntry, entry_of, stored, text_of

__all__ = ["Entry", "Found", "Journal", "JournalError", "StepEntry"]

Found = tuple[Step, str, Mapping[str, Any], Outcome]
"""A step that was looked up before the agreement: itself, its effect, its arguments, what it found."""


class Journal:
    """The journal in a file: `Journal(settings.folders.state / "journal.sqlite3")`.

    Opened at first use; reading a journal that is not there makes none. Safe for several threads and processes.
    Every method raises JournalError where the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._guard = threading.RLock()
        self._connection: sqlite3.Connection | None = None

    # Writing, as a plan is carried out.

    @contextmanager
    def under_way(self, agreement_id: str) -> Iterator[None]:
        """Hold an agreement while it is carried out or taken back; a crash lets go of it.

        Raises JournalError where another process holds it.
        """
        from filelock import FileLock, Timeout

        path = self._lock_path(agreement_id)
        lock = FileLock(path, timeout=0, thread_local=False)
        with explained(self.path):
            make_private(self.path.parent)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            try:
                lock.acquire()
            except Timeout:
                raise JournalError(f"{agreement_id} is being worked on by another process just now.") from None
        try:
            yield
        finally:
            # Removed while it is held, and only when the agreement has ended: whoever holds the old file by
            # then finds nothing left to do.
            with suppress(JournalError, OSError):
                if not self._open_agreements([agreement_id]):
                    path.unlink(missing_ok=True)
            lock.release()

    def agree(
        self, agreement_id: str, plan: Plan, command: str, desktop: str, now: dt.datetime, found: Iterable[Found] = ()
    ) -> None:
        """Write an agreement down, with what was looked up for it; one that is there stays as it is.

        Raises JournalError where it has come to its end.
        """
        with self._writing() as db:
            db.execute(
                "INSERT INTO agreements (id, at, command, plan, desktop, now) VALUES (?,?,?,?,?,?)"
                " ON CONFLICT (id) DO NOTHING",
                (agreement_id, _now(), stored(command), record.plan_text(plan), desktop, record.moment_text(now)),
            )
            row = db.execute("SELECT ended FROM agreements WHERE id = ?", (agreement_id,)).fetchone()
            if row["ended"]:
                raise JournalError(f"{agreement_id} has come to its end already; nothing of it is done twice.")
            for step, effect, args, outcome in found:
                self._begin(db, agreement_id, step, effect, args)
                self._finish(db, agreement_id, step, outcome)

    def intent(self, agreement_id: str, step: Step, effect: str, args: Mapping[str, Any]) -> None:
        """Write down that a step is about to be done.

        Raises JournalError where it is done already, or where a message was under way before: it may have gone out.
        """
        with self._writing() as db:
            self._begin(db, agreement_id, step, effect, args)

    def outcome(
        self, agreement_id: str, step: Step, effect: str, args: Mapping[str, Any], outcome: Outcome,
        addresses: Iterable[str] = (),
    ) -> None:  # fmt: skip
        """Write down what a step did, and to which addresses it wrote."""
        with self._writing() as db:
            if not self._finish(db, agreement_id, step, outcome):
                self._begin(db, agreement_id, step, effect, args)
                self._finish(db, agreement_id, step, outcome)
            db.executemany(
                "INSERT OR IGNORE INTO addresses (address, agreement) VALUES (?,?)",
                [(stored(address), agreement_id) for address in addresses],
            )

    def failure(self, agreement_id: str, step: Step, error: str) -> None:
        """Write down that a step failed."""
        with self._writing() as db:
            db.execute(
                "UPDATE steps SET state = 'failed', ended = ?, error = ? WHERE id = ? AND state = 'begun'",
                (_now(), stored(error), f"{agreement_id}-{step.id}"),
            )

    def end(self, agreement_id: str) -> None:
        """Write down that nothing more is to be done for an agreement."""
        with self._writing() as db:
            db.execute(
                "UPDATE agreements SET ended = ? WHERE id = ? AND ended IS NULL", (_now(), agreement_id)
            )

    def step_undone(self, step_id: str) -> None:
        """Write down that a step was taken back."""
        with self._writing() as db:
            db.execute("UPDATE steps SET undone = ? WHERE id = ?", (_now(), step_id))

    def undone(self, agreement_id: str) -> None:
        """Write down that an agreement was taken back as far as it can be."""
        with self._writing() as db:
            db.execute(
                "UPDATE agreements SET undone = ?1, ended = coalesce(ended, ?1) WHERE id = ?2",
                (_now(), agreement_id),
            )

    def purge(self, older_than: dt.datetime | None = None) -> int:
        """Erase the agreements made before that moment (all of them where None); returns how many.

        What is under way just now stays. What is erased leaves the disk: SQLite overwrites it.
        """
        if not self.path.exists():
            return 0
        before = older_than.astimezone() if older_than else None
        with self._reading() as db:
            rows = db.execute("SELECT id, at, ended FROM agreements").fetchall()
        old = [r for r in rows if before is None or dt.datetime.fromisoformat(r["at"]) < before]
        gone = [r["id"] for r in old if r["ended"] or not self._held(r["id"])]
        if not gone:
            return 0
        with self._writing() as db:
            db.executemany("DELETE FROM agreements WHERE id = ?", [(i,) for i in gone])
        with self._reading() as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return len(gone)

    # Reading.

    def entries(self, search: str = "", limit: int = 50) -> list[Entry]:
        """Return the agreements, the latest first, whose command, arguments or outcomes contain the words."""
        words = "%" + "".join("\\" + c if c in "%_\\" else c for c in search) + "%"
        return self._entries(
            "WHERE ?1 = '%%' OR command LIKE ?1 ESCAPE '\\' OR id LIKE ?1 ESCAPE '\\' OR EXISTS (SELECT 1 FROM"
            " steps WHERE agreement = agreements.id AND (done LIKE ?1 ESCAPE '\\' OR args LIKE ?1 ESCAPE '\\'))"
            " ORDER BY seq DESC LIMIT ?2",
            (words, limit),
        )

    def entry(self, entry_id: str) -> Entry:
        """Return one agreement by its id or the beginning of it. Raises UsageError where none or several have it."""
        found = self._entries(
            "WHERE substr(id, 1, length(?1)) = ?1 ORDER BY seq DESC LIMIT 3", (entry_id.strip().lower(),)
        )
        if len(found) == 1 and entry_id.strip():
            return found[0]
        what = "Several entries of the journal begin" if found else "No entry of the journal begins"
        raise UsageError(f"{what} with {entry_id!r}. See: tinyagent history")

    def last(self) -> Entry | None:
        """Return the latest agreement, None where there is none."""
        return next(iter(self.entries(limit=1)), None)

    def unfinished(self) -> list[Entry]:
        """Return what crashes have cut short, the oldest first; not what a process is at just now."""
        return [e for e in self._entries("WHERE ended IS NULL ORDER BY seq", ()) if not self._held(e.id)]

    def undoable(self) -> list[Entry]:
        """Return the agreements that did something and are not taken back yet, the latest first."""
        return self._entries(
            "WHERE undone IS NULL AND ended IS NOT NULL AND EXISTS (SELECT 1 FROM steps WHERE agreement ="
            " agreements.id AND state = 'done' AND undone IS NULL AND effect IN ('create', 'send'))"
            " ORDER BY seq DESC",
            (),
        )

    def known_addresses(self) -> frozenset[str]:
        """Return the addresses and numbers that were written to, as `policy.normal` writes them."""
        if not self.path.exists():
            return frozenset()
        with self._reading() as db:
            return frozenset(text_of(row[0]) for row in db.execute("SELECT DISTINCT address FROM addresses"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        with self._guard:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    # Inside.

    def _begin(
        self, db: sqlite3.Connection, agreement_id: str, step: Step, effect: str, args: Mapping[str, Any]
    ) -> None:
        written = db.execute(
            "INSERT INTO steps (id, agreement, number, tool, effect, args, state, began)"
            " VALUES (?,?,?,?,?,?,'begun',?) ON CONFLICT (id) DO UPDATE SET"
            " state = 'begun', args = excluded.args, ended = NULL, error = ''"
            " WHERE state = 'failed' OR (state = 'begun' AND effect != 'send')",
            (
                f"{agreement_id}-{step.id}", agreement_id, step.id, step.tool, effect,
                stored(record.args_text(args)), _now(),
            ),
        )  # fmt: skip
        if written.rowcount != 1:
            raise JournalError(f"Step {step.id} of {agreement_id} was done before; it is not done twice.")

    def _finish(self, db: sqlite3.Connection, agreement_id: str, step: Step, outcome: Outcome) -> bool:
        written = db.execute(
            "UPDATE steps SET state = 'done', ended = ?, result = ?, done = ?, shown = ?, undo = ?, beyond_recall = ?,"
            " finished = (SELECT coalesce(max(finished), 0) + 1 FROM steps) WHERE id = ?",
            (
                _now(), stored(outcome.result), stored(outcome.done), stored(outcome.shown),
                None if outcome.undo is None else json.dumps(dict(outcome.undo)),
                int(outcome.beyond_recall), f"{agreement_id}-{step.id}",
            ),
        )  # fmt: skip
        return written.rowcount == 1

    def _entries(self, where: str, values: tuple[Any, ...]) -> list[Entry]:
        if not self.path.exists():
            return []
        with self._reading() as db:
            rows = db.execute(f"SELECT * FROM agreements {where}", values).fetchall()  # noqa: S608 (constants)
            return [
                entry_of(row, db.execute("SELECT * FROM steps WHERE agreement = ? ORDER BY number", (row["id"],)))
                for row in rows
            ]

    def _open_agreements(self, ids: Iterable[str]) -> list[str]:
        with self._reading() as db:
            found = (
                db.execute("SELECT id FROM agreements WHERE id = ? AND ended IS NULL", (i,)).fetchone() for i in ids
            )
            return [row["id"] for row in found if row]

    def _held(self, agreement_id: str) -> bool:
        try:
            with self.under_way(agreement_id):
                return False
        except JournalError:
            return True

    def _lock_path(self, agreement_id: str) -> Path:
        return self.path.parent / "under-way" / f"{agreement_id}.lock"

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._guard, explained(self.path):
            if self._connection is None:
                self._connection = connected(self.path)
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._reading() as connection, transaction(connection):
            yield connection


def _now() -> str:
    return dt.datetime.now().astimezone().isoformat()
