"""One call of another program: a plan of one step, judged by the policy, agreed to, carried out and written down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import NotConfirmedError
from tinyagent_cli.plan import jsonform, references
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.plan.signature import EMPTY, Tool

if TYPE_CHECKING:
    from tinyagent_cli.commands._house import House
    from tinyagent_cli.run.executor import Execution
    from tinyagent_cli.run.policy import Verdict


@dataclass(frozen=True)
class Asked:
    """A call that was looked at and not yet carried out. `question` is "" where none is to be asked."""

    execution: Execution
    question: str

    def carried_out(self) -> dict[str, Any]:
        """Carry it out; returns what came of it: `result`, `done`, `undoable`. Raises TinyAgentError."""
        report = self.execution.carry_out()
        (step,) = report.steps
        if step.error is not None:
            raise step.error
        if step.outcome is None:
            raise NotConfirmedError(step.reason or "it was not done")
        return {
            "result": step.outcome.result,
            "done": step.outcome.done,
            "undoable": step.outcome.undo is not None,
        }


def asked(house: House, tool: Tool, arguments: Mapping[str, Any], now: dt.datetime) -> Asked:
    """Make a call a plan and judge it. Raises PlanError, and NotConfirmedError where the policy forbids it."""
    from tinyagent_cli.run.executor import Execution

    plan = one_step(house, tool, arguments, now)
    execution = Execution(
        plan, house.toolbox, house.desktop, now=now, command=f"{tool.name}, called by another program",
        journal=house.journal, summarize=house.summarize, guard=house.policy.guard(house.toolbox),
    )  # fmt: skip
    args = {step.id: execution.resolved(step) for step in plan.steps}
    verdict = house.policy.verdict(plan, house.toolbox, args, house.journal.known_addresses(), house.contacts())
    if verdict.denied:
        raise NotConfirmedError(f"the policy forbids it: {verdict.denied[0].reason}")
    asks = verdict.rule == "ask" or bool(verdict.own_yes) or bool(verdict.typed_word)
    return Asked(execution, question(house, plan, verdict, now) if asks else "")


def one_step(house: House, tool: Tool, arguments: Mapping[str, Any], now: dt.datetime) -> Plan:
    """A plan of one step; what is left out is empty, and nothing in a text is a reference. Raises PlanError."""
    args: dict[str, Any] = {
        p.name: list(p.default) if isinstance(p.default, tuple) else p.default for p in tool.parameters
    }
    args |= {name: _plain(value, args.get(name, "")) for name, value in arguments.items()}
    plan = jsonform.from_json({"steps": [{"id": 1, "tool": tool.name, "args": args}]}, house.toolbox)
    return resolve(plan, house.toolbox, now)


def question(house: House, plan: Plan, verdict: Verdict, now: dt.datetime) -> str:
    """What the person is asked: the step as it would stand on a terminal, and what the policy says of it."""
    from tinyagent_cli.view.rows import rows
    from tinyagent_cli.view.text import visible

    (row,) = rows(plan, house.toolbox, now)
    lines = [f"{row.effect}: {row.tool}"]
    lines += [f"  {each.label}: {each.value}" + (f" ({each.note})" if each.note else "") for each in row.fields]
    lines += [f"  ! {visible(mark.text)}" for marks in verdict.marks().values() for mark in marks]
    return "\n".join([*lines, "Do this?"])


def _plain(value: Any, empty: Any) -> Any:
    if value is None:
        return empty if empty is not None else EMPTY["text"]
    if isinstance(value, str):
        return references.literal(value)
    if isinstance(value, list):
        return [references.literal(each) if isinstance(each, str) else each for each in value]
    return value
