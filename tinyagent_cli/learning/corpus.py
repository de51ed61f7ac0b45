"""Reads the corpus: commands with their plans (notation: `corpus/README.md`)."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import Tool

_STEP = re.compile(r"(\d+)\.\s+(\w+\(.*\))\s*$")


@dataclass(frozen=True)
class Example:
    """A command, when it was given (local time) and the plan that fulfils it; `id` is `file:line`."""

    id: str
    now: dt.datetime
    command: str
    plan: Plan


def read(paths: Iterable[Path], signatures: dict[str, list[str]]) -> Iterator[Example]:
    """Yield the examples of corpus files in order. `signatures` maps each tool to its parameters' names.

    Raises PlanError, naming file and line, at the first example that breaks the notation.
    """
    for path in paths:
        now: dt.datetime | None = None
        block: list[str] = []
        start = 0
        for n, raw in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], 1):
            line = raw.rstrip()
            if line.startswith("@now"):
                now = dt.datetime.fromisoformat(line[4:].strip())
            elif line.startswith("#"):
                continue
            elif line:
                start = start if block else n
                block.append(line)
            elif block:
                try:
                    if not block[0].startswith("Q:") or now is None:
                        raise PlanError("an example is a line `Q: command` under an `@now`")
                    plan = _plan(block[1:], signatures)
                except (PlanError, SyntaxError, ValueError) as fault:
                    raise PlanError(f"{path.name}:{start}: {fault}") from fault
                yield Example(f"{path.name}:{start}", now, block[0][2:].strip(), plan)
                block = []


def write(example: Example, tools: Mapping[str, Tool]) -> str:
    """Write an example in the notation, `@now` first and a blank line last. Its moments are resolved."""
    lines = [f"@now {example.now:%Y-%m-%d %H:%M}", f"Q: {example.command}"]
    for step in example.plan.steps:
        values = ", ".join(_written(step.args[p.name]) for p in tools[step.tool].parameters)
        lines.append(f"{step.id}. {step.tool}({values})")
    return "\n".join([*lines, *([] if example.plan.steps else ["NONE"]), "", ""])


def _written(value: Value) -> str:
    if isinstance(value, Moment):
        return f"at({_written(value.said)}, {_written(value.iso)})"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _plan(lines: list[str], signatures: dict[str, list[str]]) -> Plan:
    if [line.strip() for line in lines] == ["NONE"]:
        return Plan()
    return Plan(tuple(_step(line, n, signatures) for n, line in enumerate(lines, 1)))


def _step(line: str, number: int, signatures: dict[str, list[str]]) -> Step:
    found = _STEP.match(line)
    if not found or int(found[1]) != number:
        raise PlanError(f"step {number} is due: {line!r}")
    call = ast.parse(found[2], mode="eval").body
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise PlanError(f"not a call: {line!r}")
    names = signatures.get(call.func.id)
    if names is None or len(names) != len(call.args):
        raise PlanError(f"unknown tool or wrong number of arguments: {line!r}")
    return Step(number, call.func.id, {n: _value(a, number) for n, a in zip(names, call.args, strict=True)})


def _value(node: ast.expr, number: int) -> Value:
    if isinstance(node, ast.Call):
        said, iso = (str(ast.literal_eval(arg)) for arg in node.args)
        return Moment(said, iso)
    value = ast.literal_eval(node)
    if isinstance(value, str):
        return _money(value, number)
    return tuple(_money(item, number) for item in value) if isinstance(value, list) else value


def _money(text: str, number: int) -> str:
    """What refers to no earlier step is money."""
    return references.settle(text, lambda n: n < number)
