"""What every planner of the published dialect has in common: which tools it offers, what it tells of a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner.base import Planned, Planner, Timing
from tinyagent_cli.planner.dialects.tinyagent import Again, Question
from tinyagent_cli.planner.refusal import reason_for
from tinyagent_cli.retrieval.base import Retrieved
from tinyagent_cli.toolbox import Toolbox

Retrieve = Callable[[str], Retrieved]
OnStep = Callable[[Step], None]
"""Takes a step as soon as its line is written: checked, its moments not yet resolved."""
MOST_LETTERS = 40_000


class Stepwise(Planner, Protocol):
    """A planner whose steps can be taken as they are written, and which can plan anew after a failure."""

    def plan(
        self,
        command: str,
        now: dt.datetime,
        *,
        previous: tuple[Again, ...] = (),
        on_step: OnStep | None = None,
    ) -> Planned:
        """Plan a command. Raises UsageError, PlanError, ModelError."""


def stepwise(planner: Planner) -> Stepwise | None:
    """The planner, if it is such a one."""
    return cast("Stepwise", planner) if getattr(planner, "stepwise", False) else None


@dataclass(frozen=True)
class Asking:
    """How a model is asked. `retrieve` chooses the tools (all of them without it), `instructions` are the person's own."""

    toolbox: Toolbox
    retrieve: Retrieve | None = None
    instructions: str = ""

    def question(
        self, command: str, now: dt.datetime, previous: tuple[Again, ...] = ()
    ) -> tuple[Question, Retrieved | None]:
        """Choose the tools and put the question together; another way round a failure may need any of them.

        Raises UsageError, ModelError.
        """
        if not command.strip():
            raise UsageError("the command is empty: say what is to be done")
        if len(command) > MOST_LETTERS:
            raise UsageError(f"the command has {len(command):,} characters; at most {MOST_LETTERS:,} can be planned")
        chosen = self.retrieve(command) if self.retrieve and not previous else None
        offered = self.toolbox.only(chosen.names) if chosen else self.toolbox
        return Question(command, now, offered, self.instructions, previous), chosen

    def planned(
        self, question: Question, chosen: Retrieved | None, plan: Plan, model: str, timing: Timing
    ) -> Planned:
        """The plan with its moments resolved. Raises PlanError."""
        reason = reason_for(chosen, self.toolbox) if plan.refused else ""
        names = tuple(tool.name for tool in question.toolbox)
        plan = resolve(plan, self.toolbox, question.now, question.command)
        return Planned(question.command, question.now, model, names, plan, plan.refused, reason, timing)
