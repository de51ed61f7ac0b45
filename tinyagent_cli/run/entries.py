"""What the journal tells of an agreement."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tinyagent_cli.desktops.base import Outcome
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.run import record

StepState = Literal["begun", "done", "failed"]
EntryState = Literal["done", "partly done", "failed", "undone", "unfinished"]


@dataclass(frozen=True)
class StepEntry:
    """One step as the journal knows it. `undone` is when it was taken back; `order` tells which was done first.

    `begun` without an end is a step that a crash cut short: nobody knows whether it took effect.
    """

    id: str
    number: int
    tool: str
    effect: str
    args: Mapping[str, Any]
    state: StepState
    began: dt.datetime
    ended: dt.datetime | None
    result: str
    done: str
    shown: str
    undo: Mapping[str, Any] | None
    beyond_recall: bool
    error: str
    undone: dt.datetime | None
    order: int = 0

    @property
    def outcome(self) -> Outcome | None:
        """The outcome as the desktop gave it, its details left out; None where the step is not done."""
        if self.state != "done":
            return None
        return Outcome(self.result, self.done, self.undo, self.beyond_recall, self.shown)

    def to_json(self) -> dict[str, Any]:
        """Return the step as JSON data."""
        return {
            "id": self.id,
            "number": self.number,
            "tool": self.tool,
            "effect": self.effect,
            "args": record.plain(self.args),
            "state": self.state,
            "began": self.began.isoformat(),
            "ended": self.ended.isoformat() if self.ended else None,
            "result": self.result,
            "done": self.done,
            "error": self.error or None,
            "can_be_undone": self.undo is not None and self.undone is None,
            "beyond_recall": self.beyond_recall,
            "undone": self.undone.isoformat() if self.undone else None,
        }


@dataclass(frozen=True)
class Entry:
    """One agreement: the command, the plan agreed to, what came of it. `at` is when it was agreed to.

    `now` is the moment of the command; `undone` is when it was taken back, as far as it can be.
    """

    id: str
    at: dt.datetime
    command: str
    plan: Plan
    desktop: str
    now: dt.datetime
    ended: dt.datetime | None
    undone: dt.datetime | None
    steps: tuple[StepEntry, ...]

    @property
    def state(self) -> EntryState:
        """What came of it, in words."""
        if self.ended is None:
            return "unfinished"
        if self.undone is not None:
            return "undone"
        states = [s.state for s in self.steps if s.effect != "read"]
        if states.count("done") == len(states) and len(self.steps) == len(self.plan.steps):
            return "done"
        return "partly done" if "done" in states else "failed"

    def step(self, number: int) -> StepEntry | None:
        """Return the step of that number, None where it was never begun."""
        return next((s for s in self.steps if s.number == number), None)

    def to_json(self) -> dict[str, Any]:
        """Return the entry as JSON data."""
        return {
            "id": self.id,
            "at": self.at.isoformat(),
            "command": self.command,
            "desktop": self.desktop,
            "now": self.now.isoformat(),
            "state": self.state,
            "ended": self.ended.isoformat() if self.ended else None,
            "undone": self.undone.isoformat() if self.undone else None,
            "steps": [s.to_json() for s in self.steps],
        }


def entry_of(row: sqlite3.Row, steps: Iterable[sqlite3.Row]) -> Entry:
    """Read an agreement from its row in the database and the rows of its steps. Raises ValueError, KeyError, TypeError."""
    now = record.moment_of(row["now"])
    return Entry(
        row["id"], dt.datetime.fromisoformat(row["at"]), text_of(row["command"]), record.plan_of(row["plan"]), row["desktop"],
        now, _moment(row["ended"]), _moment(row["undone"]), tuple(_step(step, now) for step in steps),
    )  # fmt: skip


def _step(row: sqlite3.Row, now: dt.datetime) -> StepEntry:
    return StepEntry(
        row["id"], row["number"], row["tool"], row["effect"], record.args_of(text_of(row["args"]), now), row["state"],
        dt.datetime.fromisoformat(row["began"]), _moment(row["ended"]), text_of(row["result"]), text_of(row["done"]), text_of(row["shown"]),
        None if row["undo"] is None else json.loads(row["undo"]), bool(row["beyond_recall"]), text_of(row["error"]),
        _moment(row["undone"]), row["finished"] or 0,
    )  # fmt: skip


def stored(text: str) -> str | bytes:
    """A text as SQLite takes it; bytes where a file name in it is no UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def text_of(value: str | bytes) -> str:
    """The text that `stored` took."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
