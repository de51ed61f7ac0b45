"""Training texts: an example as the compact dialect's prompt and plan."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import replace

from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.moments import duration, resolve
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.planner.dialects import compact


def as_said(plan: Plan) -> Plan:
    """The plan with the words of its moments, not what they mean."""

    def said(value: Value) -> Value:
        return value.said if isinstance(value, Moment) else value

    return Plan(tuple(replace(step, args={k: said(v) for k, v in step.args.items()}) for step in plan.steps))


def with_spoken_lengths(example: Example, tools: Mapping[str, Tool]) -> Plan:
    """Put the words of a length ("half an hour") for the number of minutes that they mean.

    The words are those of an event's end in the same plan, else the longest words of the command that mean
    that length, else the number itself.
    """
    ends = [v.said for s in example.plan.steps for v in s.args.values() if isinstance(v, Moment) and _is_end(s, v, tools)]
    steps = []
    for step in example.plan.steps:
        args = dict(step.args)
        for p in tools[step.tool].parameters:
            minutes = args[p.name]
            if p.kind == "int" and p.end_of and isinstance(minutes, int) and minutes != p.default:
                start = args[p.end_of]
                args[p.name] = ends[0] if ends else _said_length(example, minutes, start)
        steps.append(Step(step.id, step.tool, args))
    return Plan(tuple(steps))


def _is_end(step: Step, value: Moment, tools: Mapping[str, Tool]) -> bool:
    return any(p.end_of and step.args[p.name] is value for p in tools[step.tool].parameters)


def _said_length(example: Example, minutes: int, start: Value) -> str:
    """The longest words of the command that mean the length, else those that mean its end, else the number itself."""
    words = example.command.split()
    spans = (
        re.sub(r"^(for|of|lasting|about)\s+", "", said.strip(".,;:!?()"), flags=re.IGNORECASE)
        for size in range(6, 0, -1)
        for said in (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
    )
    found = list(dict.fromkeys(spans))
    length = next((s for s in found if (is_so := duration(s)) and is_so.total_seconds() == minutes * 60), None)
    return length or next((s for s in reversed(found) if _ends(example, s, minutes, start)), f"{minutes} minutes")


def _ends(example: Example, said: str, minutes: int, start: Value) -> bool:
    """True where words say when something ends that lasts so many minutes from its start on."""
    if not isinstance(start, Moment) or start.day_only or said in start.said:
        return False
    begun = dt.datetime.fromisoformat(start.iso)
    try:
        end = resolve(said, example.now, command=example.command, start=begun)
    except (ValueError, OverflowError):
        return False
    return end == begun + dt.timedelta(minutes=minutes)


def text_of(example: Example, tools: Mapping[str, Tool]) -> str:
    """The plan of an example in the compact dialect."""
    return compact.write(with_spoken_lengths(example, tools), tools)
