"""What a planner is and what it returns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tinyagent_cli.plan.model import Plan
from tinyagent_cli.toolbox import Toolbox

OnTools = Callable[[Toolbox], object]
"""Hears which tools are on offer as soon as that is known: what they will need can be made ready while the plan is written."""


@dataclass(frozen=True)
class Timing:
    """Seconds spent: loading the model, choosing tools, evaluating the prompt, writing the plan."""

    load: float = 0.0
    retrieve: float = 0.0
    prefill: float = 0.0
    decode: float = 0.0


@dataclass(frozen=True)
class Planned:
    """A plan for a command, its moments resolved against `now` (local time), and how it came about.

    `tools` are those that were on offer. `refused` with a `reason` where they cannot do what was asked.
    """

    command: str
    now: dt.datetime
    model: str
    tools: tuple[str, ...]
    plan: Plan
    refused: bool = False
    reason: str = ""
    timing: Timing = Timing()


class Planner(Protocol):
    """Turns commands into plans. The model is loaded at the first plan. Not safe for several threads."""

    name: str

    def plan(self, command: str, now: dt.datetime) -> Planned:
        """Plan a command. Raises UsageError, PlanError (a moment not understood), ModelError."""

    def close(self) -> None:
        """Free the model."""
