"""One step: its arguments made ready, its intent written down, the desktop called, its outcome written down."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tinyagent_cli.desktops.base import Call, Desktop, Outcome, Summarize
from tinyagent_cli.errors import PlanError, TinyAgentError
from tinyagent_cli.plan.model import Step
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.run import order, record
from tinyagent_cli.run.arguments import prepared, put_in
from tinyagent_cli.run.journal import Journal, JournalError
from tinyagent_cli.run.policy import addresses_of
from tinyagent_cli.run.report import StepReport
from tinyagent_cli.toolbox import Toolbox

Guard = Callable[[Step, Mapping[str, Any]], str]
"""Says why a step must not be done with these arguments, "" where it may (`Policy.guard`)."""


class DeniedError(TinyAgentError):
    """The policy forbids the step."""

    code = "denied"


@dataclass(frozen=True)
class Before:
    """What is known from before a crash: outcomes, failures that are not tried again, arguments once agreed to."""

    outcomes: Mapping[int, Outcome] = field(default_factory=dict)
    failures: Mapping[int, TinyAgentError] = field(default_factory=dict)
    args: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Doing:
    """What a step needs to be done. `kept` holds what look-ups have found, by tool and arguments."""

    toolbox: Toolbox
    desktop: Desktop
    now: dt.datetime
    agreement_id: str
    summarize: Summarize | None = None
    guard: Guard | None = None
    agreed_args: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    kept: dict[str, Outcome] = field(default_factory=dict)

    def call_id(self, step: Step) -> str:
        """Return the identifier of a step of this agreement."""
        return f"{self.agreement_id}-{step.id}"

    def do(
        self, step: Step, steps: Collection[Step], results: Mapping[int, str], journal: Journal | None,
        instead: Mapping[str, str],
    ) -> StepReport:  # fmt: skip
        """Carry one step out, unless the same has been looked up before. `journal` is None before the agreement.

        `instead` are arguments that the person has chosen. Raises TinyAgentError; JournalError with nothing done.
        """
        tool = self.tool(step)
        args = self.args(step, results)
        key = _key(step, args)
        args |= instead
        if why := self.guard(step, args) if self.guard else "":
            raise DeniedError(why)
        outcome = self.kept.get(key) if order.looks_up(tool) else None
        if outcome is None:
            outcome = self._call(step, tool, args, steps, journal)
            if order.looks_up(tool):
                self.kept[key] = outcome
        return self._done(step, tool, args, outcome, journal)

    def may_look(self, step: Step) -> bool:
        """Say whether a look-up may be made before the agreement: a guard that has an `ahead` says so (`Agreed`)."""
        ahead: Callable[[Step], bool] | None = getattr(self.guard, "ahead", None)
        return ahead is None or ahead(step)

    def chosen(self, step: Step, results: Mapping[int, str], journal: Journal | None, answer: str) -> StepReport:
        """Take the person's answer for the result of a look-up."""
        tool, args = self.tool(step), self.args(step, results)
        outcome = Outcome(answer, f"{args.get(tool.main, '')}: {answer}, as chosen.")
        self.kept[_key(step, args)] = outcome
        return self._done(step, tool, args, outcome, journal)

    def tool(self, step: Step) -> Tool:
        """Return the tool of a step. Raises PlanError."""
        tool = self.toolbox.get(step.tool)
        if tool is None:
            raise PlanError(f"no tool is called {step.tool}, or its app is switched off")
        return tool

    def args(self, step: Step, results: Mapping[int, str]) -> dict[str, Any]:
        """Return the arguments as the desktop gets them: those once agreed to, where a crash came between."""
        if agreed := self.agreed_args.get(step.id):
            return dict(agreed)
        put = {name: put_in(value, results.get) for name, value in step.args.items()}
        return prepared(self.tool(step), put, self.now)

    def _call(
        self, step: Step, tool: Tool, args: Mapping[str, Any], steps: Iterable[Step], journal: Journal | None
    ) -> Outcome:
        serves = tool.effect == "open" and order.serves(step, steps)
        call = Call(self.call_id(step), self.now, not serves, self.summarize)
        if journal and tool.effect != "read":
            journal.intent(self.agreement_id, step, tool.effect, args)
        try:
            return self.desktop.call(step.tool, args, call)
        except Exception as fault:
            if journal and tool.effect != "read":
                with suppress(JournalError):
                    journal.failure(self.agreement_id, step, str(fault) or type(fault).__name__)
            raise

    def _done(
        self, step: Step, tool: Tool, args: Mapping[str, Any], outcome: Outcome, journal: Journal | None
    ) -> StepReport:
        warning = ""
        if journal is not None:
            try:
                to = addresses_of(tool, self.toolbox, args)
                journal.outcome(self.agreement_id, step, tool.effect, args, outcome, to)
            except JournalError as fault:
                warning = f"{fault} This step is done, but not written down; the next start asks about it."
        return StepReport(step, "done", outcome, warning=warning)


def _key(step: Step, args: Mapping[str, Any]) -> str:
    return json.dumps([step.tool, record.plain(args)], sort_keys=True)
