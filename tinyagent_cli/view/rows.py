"""What is shown of each step: its arguments in words, with the results that are already known put in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import Effect, Parameter, Tool
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view import when
from tinyagent_cli.view.text import shortened, visible

HOUR = 60
"""Minutes that an event lasts whose end is left out; the tools say so."""


@dataclass(frozen=True)
class Field:
    """One argument: its name, its value in words, and what helps to judge it."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class Row:
    """One step as it is shown."""

    id: int
    tool: str
    effect: Effect | None
    fields: tuple[Field, ...]
    needs: tuple[int, ...]


def rows(
    plan: Plan, toolbox: Toolbox, now: dt.datetime, results: Mapping[int, str] | None = None
) -> list[Row]:
    """Say every step of a plan, given the results that are known so far."""
    say = Saying(plan, toolbox, now, results or {})
    return [say.row(step) for step in plan.steps]


class Saying:
    """Puts the arguments of one plan's steps in words."""

    def __init__(self, plan: Plan, toolbox: Toolbox, now: dt.datetime, results: Mapping[int, str]) -> None:
        self.plan, self.toolbox, self.now, self.results = plan, toolbox, now, results

    def row(self, step: Step) -> Row:
        """Say one step; a tool that is not in the toolbox keeps its arguments as they are."""
        tool = self.toolbox.get(step.tool)
        if tool is None:
            plain = tuple(Field(name, self.value(value)) for name, value in step.args.items() if value != "")
            return Row(step.id, visible(step.tool), None, plain, step.depends_on)
        fields = [self.field(tool, p, step.args) for p in tool.parameters if p.name in step.args]
        return Row(step.id, tool.name, tool.effect, tuple(f for f in fields if f), step.depends_on)

    def field(self, tool: Tool, parameter: Parameter, args: Mapping[str, Value]) -> Field | None:
        """Say one argument; None where it is left out or said by another."""
        value = args[parameter.name]
        if parameter.end_of and args.get(parameter.end_of):
            return None
        if parameter.kind == "moment":
            return self.when(tool, parameter, value, args) if value else None
        if parameter.all_day_of and isinstance(args.get(parameter.all_day_of), Moment):
            return None
        if value in ((), ""):
            return None
        if parameter.kind == "bool":
            return Field(_label(parameter), "yes") if value else None
        if parameter.kind == "int" and value == parameter.default:
            return None
        if parameter.choices:
            return Field(_label(parameter), self.value(value), parameter.description.rstrip("."))
        return Field(_label(parameter), self.value(value))

    def when(self, tool: Tool, parameter: Parameter, start: Value, args: Mapping[str, Value]) -> Field:
        """Say a moment, or from when to when where another parameter is its end."""
        ending = next((p for p in tool.parameters if p.end_of == parameter.name), None)
        label = _label(parameter) if ending is None else "when"
        if not isinstance(start, Moment):
            return Field(label, self.value(start))
        end, said = args.get(ending.name) if ending else None, [start.said]
        until: str | int | None = (
            end.iso if isinstance(end, Moment) else end if isinstance(end, int) else None
        )
        if isinstance(end, Moment):
            said.append(end.said)
        if ending and until is None and not start.day_only:
            until = HOUR
        note = ", ".join(
            filter(None, [when.distance(start.iso, self.now), *(f"“{visible(s)}”" for s in said if s)])
        )
        if start.said == start.iso:
            note = when.distance(start.iso, self.now)
        return Field(label, when.span(start.iso, until) if ending else when.moment(start.iso), note)

    def value(self, value: Value) -> str:
        """Say a value, safe to be shown."""
        if isinstance(value, Moment):
            return when.moment(value.iso)
        if isinstance(value, tuple):
            return ", ".join(self.text(item) for item in value)
        return self.text(value) if isinstance(value, str) else str(value)

    def text(self, text: str) -> str:
        """Say a text in which results stand for references, as far as they are known."""
        whole = references.whole(text)
        if whole is not None:
            known = self.results.get(whole)
            asked = self.asked(whole)
            if known is None:
                return self.unknown(whole)
            return f"{visible(shortened(known))} ({asked})" if asked else visible(shortened(known))
        return visible(
            references.substitute(
                text, lambda n: shortened(self.results[n]) if n in self.results else self.unknown(n)
            )
        )

    def unknown(self, number: int) -> str:
        """Say a result that is not known yet: `‹e-mail address of Sid, step 1›`."""
        try:
            tool = self.toolbox.get(self.plan.step(number).tool)
        except KeyError:
            return f"‹step {number}›"
        what = tool.result if tool else "result"
        asked = self.asked(number)
        return f"‹{what} of {asked}, step {number}›" if asked else f"‹{what}, step {number}›"

    def asked(self, number: int) -> str:
        """Return what a step that finds something out was asked for: the name that an address belongs to."""
        try:
            step = self.plan.step(number)
        except KeyError:
            return ""
        tool = self.toolbox.get(step.tool)
        if tool is None or tool.effect != "read":
            return ""
        value = step.args.get(tool.main, "")
        return (
            visible(shortened(value, 60))
            if isinstance(value, str) and not references.REFERENCE.search(value)
            else ""
        )


def _label(parameter: Parameter) -> str:
    return parameter.name.replace("_", " ")
