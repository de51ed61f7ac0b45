"""What makes a plan a good one: known tools, full and well-typed arguments, references to earlier steps.

The messages name the step and, where the plan was read from text, the line and the column.
"""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import Kind, Parameter, Tool

MOST_STEPS = 200
MOST_TEXT = 1_000_000
"""Characters: of a plan's notation, or of all its arguments together."""
HIGHEST_NUMBER = 999
"""References have up to three digits."""
HIGHEST_INT = 10**9

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?")
_UNFIT = re.compile("[\0\ud800-\udfff]")
_WANTED: Mapping[Kind, str] = {
    "text": "a text", "list": "a list of texts", "int": "a whole number", "bool": "True or False",
    "moment": "words of time as a text",
}  # fmt: skip


class Tools(Protocol):
    """The tools on offer; `toolbox.Toolbox` is one."""

    def get(self, name: str, /) -> Tool | None:
        """Return the tool of that name, or None."""

    def __iter__(self) -> Iterator[Tool]: ...


def check(plan: Plan, toolbox: Tools) -> Plan:
    r"""Return the plan, its references settled: a `$20` inside a text becomes `\$20` where there is no step 20.

    Raises PlanError at the first fault: too long a plan, duplicate or falling numbers, an unknown tool, missing
    or surplus arguments, a wrong type, a value outside the choices, a reference to the step itself, to a later
    one (steps that wait for each other are named) or to nothing.
    """
    if len(plan.steps) > MOST_STEPS:
        raise PlanError(f"the plan has {len(plan.steps)} steps, more than {MOST_STEPS}")
    if sum(len(text) for step in plan.steps for text in _texts(step)) > MOST_TEXT:
        raise PlanError(f"the plan's arguments have more than {MOST_TEXT:,} characters")
    last = 0
    for step in plan.steps:
        check_number(step, last)
        last = step.id
    numbers = {step.id for step in plan.steps}
    steps: list[Step] = []
    for step in plan.steps:
        earlier = {other.id for other in steps}
        _check_order(step, numbers - earlier, plan)
        steps.append(check_step(step, earlier, toolbox))
    return replace(plan, steps=tuple(steps))


def check_step(step: Step, earlier: Collection[int], toolbox: Tools) -> Step:
    """Return the step, its references settled, as far as it can be checked before later steps are known.

    `earlier` are the numbers of the steps before it. Raises PlanError as `check` does.
    """
    tool = known_tool(step, toolbox)
    check_names(step, tool)
    args: dict[str, Value] = {}
    for p in tool.parameters:
        check_value(step, p, step.args[p.name])
        args[p.name] = _settled(step, p.name, step.args[p.name], earlier)
    return replace(step, args=args)


def check_number(step: Step, last: int) -> None:
    """Raise PlanError unless the step has a number higher than `last`, that of the step before it."""
    if type(step.id) is not int or not 1 <= step.id <= HIGHEST_NUMBER:
        raise fault(step, f"steps are numbered from 1 to {HIGHEST_NUMBER}, not {shown(step.id)}")
    if step.id <= last:
        twice = "there is one of that number already" if step.id == last else f"it comes after step {last}"
        raise fault(step, f"numbers go upwards, and {twice}")


def known_tool(step: Step, toolbox: Tools) -> Tool:
    """Return the step's tool. Raises PlanError, with near names, where there is none of that name."""
    tool = toolbox.get(step.tool)
    if tool is None:
        suggestion = near(step.tool, (t.name for t in toolbox))
        raise fault(step, f"there is no tool {shown(step.tool)}{suggestion}", "()")
    return tool


def check_names(step: Step, tool: Tool) -> None:
    """Raise PlanError unless the step has exactly the tool's arguments."""
    names = [p.name for p in tool.parameters]
    for name in step.args:
        if name not in names:
            raise fault(step, f"{tool.name} takes no {shown(name)}{near(name, names)}", name)
    missing = [name for name in names if name not in step.args]
    if missing:
        raise fault(step, f"{takes(tool)}; missing here: {', '.join(missing)}", "()")


def check_value(step: Step, p: Parameter, value: object) -> None:
    """Raise PlanError unless the value is of the parameter's kind and among its choices."""
    if not _fits(p, value):
        wanted = _WANTED[p.kind] + (" (or words for a length)" if p.kind == "int" and p.end_of else "")
        raise fault(step, f"{p.name} takes {wanted}, not {shown(value)}", p.name)
    for text in value if isinstance(value, tuple) else (value,):
        if isinstance(text, str) and (unfit := _UNFIT.search(text)):
            raise fault(step, f"{p.name} holds U+{ord(unfit[0]):04X}, which no text may have", p.name)
    if isinstance(value, Moment):
        _check_moment(step, p, value)
    if p.choices and value not in p.choices:
        choices = ", ".join(str(choice) for choice in p.choices)
        raise fault(step, f"{p.name} is one of {choices}, not {shown(value)}", p.name)


def fault(step: Step, message: str, name: str = "") -> PlanError:
    """Make an error about a step, or about its argument `name`; its place is added where it is known."""
    place = step.places.get(name) or step.places.get("")
    return PlanError(f"step {shown(step.id)}: {message}", *(place or (None, None)))


def takes(tool: Tool) -> str:
    """Say what the tool takes: `create_note takes 3 arguments (name, content, folder)`."""
    names = [p.name for p in tool.parameters]
    return f"{tool.name} takes {len(names)} argument{'s' if len(names) > 1 else ''} ({', '.join(names)})"


def near(name: object, names: Iterable[str]) -> str:
    """Suggest names like this one: `; did you mean ...?`, or nothing."""
    found = difflib.get_close_matches(str(name)[:100], names, n=3)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def shown(value: object) -> str:
    """The value for a message: on one line, not too long, and only its kind where it is large."""
    if isinstance(value, str):
        text = repr(value) if value.isprintable() else ascii(value)
        return text if len(text) <= 60 else text[:57] + "..."
    if isinstance(value, Moment):
        return shown(value.iso)
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, int) and abs(value) > HIGHEST_INT**2:
        return "a number with too many digits"
    return repr(value) if value is None or isinstance(value, int | float) else "an object"


def _fits(p: Parameter, value: object) -> bool:
    match p.kind:
        case "text":
            return isinstance(value, str)
        case "list":
            return isinstance(value, tuple) and all(isinstance(item, str) for item in value)
        case "int":
            words = isinstance(value, str) and p.end_of is not None
            return words or (type(value) is int and abs(value) <= HIGHEST_INT)
        case "bool":
            return isinstance(value, bool)
        case "moment":
            return isinstance(value, str | Moment)


def _check_moment(step: Step, p: Parameter, moment: Moment) -> None:
    if not isinstance(moment.said, str) or _UNFIT.search(moment.said):
        raise fault(step, f"{p.name}: the words of a moment are a text, not {shown(moment.said)}", p.name)
    try:
        if not _ISO.fullmatch(moment.iso):
            raise ValueError
        dt.datetime.fromisoformat(moment.iso)
    except (ValueError, TypeError):
        message = f"{p.name} takes a date, YYYY-MM-DD or YYYY-MM-DD HH:MM:SS, not {shown(moment.iso)}"
        raise fault(step, message, p.name) from None


def _settled(step: Step, name: str, value: Value, earlier: Collection[int]) -> Value:
    if isinstance(value, tuple):
        return tuple(_settled_text(step, name, item, earlier) for item in value)
    return _settled_text(step, name, value, earlier) if isinstance(value, str) else value


def _settled_text(step: Step, name: str, text: str, earlier: Collection[int]) -> str:
    number = references.whole(text)
    if number == step.id:
        raise fault(step, f"{name} refers to the step itself, ${number}", name)
    if number is not None and number not in earlier:
        raise fault(step, f"{name} refers to step {number}, and there is no such step before it", name)
    return references.settle(text, lambda n: n in earlier)


def _check_order(step: Step, not_before: Collection[int], plan: Plan) -> None:
    """Raise PlanError where the step refers to itself or to a step that comes later, inside a text too."""
    for name, value in step.args.items():
        for text in value if isinstance(value, tuple) else (value,):
            for number in references.find(text) if isinstance(text, str) else ():
                if number == step.id:
                    raise fault(step, f"{name} refers to the step itself, ${number}", name)
                if number in not_before:
                    later = f"{name} refers to step {number}, which comes later"
                    raise fault(step, later + _ring(step, plan), name)


def _ring(step: Step, plan: Plan) -> str:
    """Name the steps that wait for each other, if a chain of references leads from the step back to it."""
    steps = {other.id: other for other in plan.steps}
    came_from: dict[int, int] = {}
    waiting = [step.id]
    while waiting:
        at = waiting.pop()
        for number in _referred(steps[at]):
            if number == step.id:
                ring = [at]
                while ring[-1] != step.id:
                    ring.append(came_from[ring[-1]])
                return f"; {' → '.join(map(str, [*reversed(ring), step.id]))} wait for each other"
            if number in steps and number not in came_from:
                came_from[number] = at
                waiting.append(number)
    return ""


def _referred(step: Step) -> set[int]:
    return {number for text in _texts(step) for number in references.find(text)}


def _texts(step: Step) -> Iterator[str]:
    """Yield the texts of a step that may not have been checked."""
    for value in step.args.values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, str):
                yield item
