"""What the journal tells of an agreement."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
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
