"""Turns the words of time in a plan into moments; the planner copies words and does no date arithmetic."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import moments
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import Parameter, Tool
from tinyagent_cli.plan.validation import Tools, fault, known_tool

When = dt.date | dt.datetime

_LAST_HOUR = 12
"""A bare number up to here may be an hour ("until 4"); a higher one is minutes."""


def resolve(plan: Plan, toolbox: Tools, now: dt.datetime, command: str = "") -> Plan:
    """Return a plan in which every moment is resolved against `now` (local time, with or without a zone).

    An end counts from its start; a length in words ("half an hour", or an end: "until 4") becomes minutes; an
    all-day flag becomes True where its moment is only a day. What is empty stays so. `command` may settle
    which half of the day an hour is in. Raises PlanError, naming the step, the parameter and the words.
    """
    return replace(plan, steps=tuple(_resolved(step, toolbox, now, command) for step in plan.steps))


def means_a_time(p: Parameter, said: str, start: str, now: dt.datetime, command: str = "") -> bool:
    """True where `resolve` would understand `said` as the moment or length `p`, after the start said so.

    What begins on a day, without an hour, does not end at one.
    """
    reading = _Reading(Step(1, p.name, {}), now, command)
    try:
        begun = _value(moments.iso(moments.resolve(start, now, command=command))) if start else None
    except (ValueError, OverflowError):
        return False
    try:
        value = (reading.moment if p.kind == "moment" else reading.minutes)(p, said, begun)
    except PlanError:
        return False
    begins_on_a_day = begun is not None and not isinstance(begun, dt.datetime)
    return not (begins_on_a_day and isinstance(value, Moment) and not value.day_only)


def _resolved(step: Step, toolbox: Tools, now: dt.datetime, command: str) -> Step:
    tool = known_tool(step, toolbox)
    reading = _Reading(step, now, command)
    args = dict(step.args)
    for p in _starts_first(tool):
        value = args[p.name]
        if p.kind == "moment" and isinstance(value, str):
            args[p.name] = reading.moment(p, value, _start(p, args))
        elif p.kind == "int" and p.end_of and isinstance(value, str):
            args[p.name] = reading.minutes(p, value, _start(p, args))
        elif p.all_day_of:
            moment = args[p.all_day_of]
            args[p.name] = bool(value) or (isinstance(moment, Moment) and moment.day_only)
    return replace(step, args=args)


def _starts_first(tool: Tool) -> list[Parameter]:
    return sorted(tool.parameters, key=lambda p: bool(p.all_day_of) * 2 + bool(p.end_of))


def _start(p: Parameter, args: dict[str, Value]) -> When | None:
    start = args[p.end_of] if p.end_of else ""
    return _value(start.iso) if isinstance(start, Moment) else None


def _value(iso: str) -> When:
    return dt.date.fromisoformat(iso) if len(iso) == len("2026-03-05") else dt.datetime.fromisoformat(iso)


class _Reading:
    """Reads the words of one step."""

    def __init__(self, step: Step, now: dt.datetime, command: str) -> None:
        self.step, self.now, self.command = step, now, command

    def moment(self, p: Parameter, said: str, start: When | None) -> Value:
        if not said.strip():
            return ""
        return Moment(said, moments.iso(self._when(p, said, start)))

    def minutes(self, p: Parameter, said: str, start: When | None) -> Value:
        """The minutes that the words of a length, or of an end, say."""
        if not said.strip():
            return p.default  # type: ignore[return-value]
        length = self._bare(said, start) or moments.duration(said)
        if length is None:
            length = self._until(p, said, start)
        minutes = round(length / dt.timedelta(minutes=1))
        if minutes < 1:
            raise fault(self.step, f'{p.name}: "{said}" is less than a minute', p.name)
        return minutes

    def _bare(self, said: str, start: When | None) -> dt.timedelta | None:
        """A number alone is minutes where it can be no hour."""
        digits = said.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) < 7):
            return None
        may_be_hour = int(digits) <= _LAST_HOUR and isinstance(start, dt.datetime)
        return None if may_be_hour else dt.timedelta(minutes=int(digits))

    def _until(self, p: Parameter, said: str, start: When | None) -> dt.timedelta:
        if not isinstance(start, dt.datetime):
            raise fault(self.step, f'{p.name}: "{said}" is no length, and {p.end_of} says no hour', p.name)
        end = self._when(p, said, start)
        if not isinstance(end, dt.datetime):
            raise fault(self.step, f'{p.name}: "{said}" says no hour', p.name)
        return self._absolute(end) - self._absolute(start)

    def _absolute(self, when: dt.datetime) -> dt.datetime:
        """Hours are counted across a clock change where the zone is known."""
        if self.now.tzinfo is None:
            return when.replace(tzinfo=None)
        return when.replace(tzinfo=when.tzinfo or self.now.tzinfo).astimezone(dt.UTC)

    def _when(self, p: Parameter, said: str, start: When | None) -> When:
        try:
            return moments.resolve(said, self.now, command=self.command, start=start)
        except (ValueError, OverflowError) as error:  # MomentError is a ValueError
            named = str(error) if said in str(error) else f'"{said}": {error}'
            raise fault(self.step, f"{p.name}: {named}", p.name) from None
