"""Training texts: an example as the compact dialect's prompt and plan."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.plan.model import Moment, Plan, Step
from tinyagent_cli.plan.moments import duration
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.planner.dialects import compact


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
                args[p.name] = ends[0] if ends else _said_length(example.command, minutes)
        steps.append(Step(step.id, step.tool, args))
    return Plan(tuple(steps))


def _is_end(step: Step, value: Moment, tools: Mapping[str, Tool]) -> bool:
    return any(p.end_of and step.args[p.name] is value for p in tools[step.tool].parameters)


def _said_length(command: str, minutes: int) -> str:
    words = command.split()
    for size in range(6, 0, -1):
        for at in range(len(words) - size + 1):
            said = " ".join(words[at : at + size]).strip(".,;:!?()")
            said = re.sub(r"^(for|of|lasting|about)\s+", "", said, flags=re.IGNORECASE)
            length = duration(said)
            if length is not None and length.total_seconds() == minutes * 60:
                return said
    return f"{minutes} minutes"


def text_of(example: Example, tools: Mapping[str, Tool]) -> str:
    """The plan of an example in the compact dialect."""
    return compact.write(with_spoken_lengths(example, tools), tools)
