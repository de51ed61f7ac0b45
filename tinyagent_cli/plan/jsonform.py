"""The JSON form of plans; `plan.schema.json` beside this file is its published schema.

Arguments go by name. A moment stands in `args` as its ISO text, and the words that said it stand beside, in
`said`. Members that the form does not know (`query`, `timing`, ...) may stand beside `steps` and are ignored,
so that what `tinyagent plan --json` prints can be read back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib import resources
from typing import Any, cast

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.validation import MOST_STEPS, Tools, check, check_number, fault, near, shown

VERSION = 1

_MEMBERS = ("id", "tool", "args", "said", "depends_on")


def schema() -> dict[str, Any]:
    """Return the published JSON Schema (draft 2020-12)."""
    text = resources.files("tinyagent_cli.plan").joinpath("plan.schema.json").read_text(encoding="utf-8")
    return cast("dict[str, Any]", json.loads(text))


def to_json(plan: Plan) -> dict[str, Any]:
    """Return the plan as an object that `json.dumps` takes."""
    data: dict[str, Any] = {
        "version": VERSION,
        "refused": plan.refused,
        "steps": [step_to_json(step) for step in plan.steps],
    }
    return data | ({"thoughts": list(plan.thoughts)} if plan.thoughts else {})


def step_to_json(step: Step) -> dict[str, Any]:
    """Return one step as an object: `id`, `tool`, `args`, `said` where there are moments, `depends_on`."""
    said = {name: value.said for name, value in step.args.items() if isinstance(value, Moment)}
    return {
        "id": step.id,
        "tool": step.tool,
        "args": {name: _plain(value) for name, value in step.args.items()},
        **({"said": said} if said else {}),
        "depends_on": list(step.depends_on),
    }


def from_json(data: object, toolbox: Tools) -> Plan:
    """Read a plan from what `json.loads` gave, and check it.

    `depends_on` may be left out; where it stands it must be what the arguments refer to. Raises PlanError.
    """
    body = _object(data, "a plan")
    version = body.get("version", VERSION)
    if type(version) is not int or version != VERSION:
        raise PlanError(f"the plan's version is {shown(version)}, and only {VERSION} can be read")
    if "steps" not in body:
        raise PlanError("a plan has steps; `steps` is missing")
    entries = _list(body["steps"], "`steps`")
    if len(entries) > MOST_STEPS:
        raise PlanError(f"the plan has {len(entries)} steps, more than {MOST_STEPS}")
    refused = body.get("refused", not entries)
    if refused is not (not entries):
        raise PlanError("`refused` is true where there are no steps, and only there")
    thoughts = _list(body.get("thoughts", []), "`thoughts`")
    if not all(isinstance(thought, str) for thought in thoughts):
        raise PlanError("`thoughts` is a list of texts")
    steps = [_step(entry, place) for place, entry in enumerate(entries, 1)]
    plan = check(Plan(tuple(steps), tuple(cast("list[str]", thoughts))), toolbox)
    for step, entry in zip(plan.steps, entries, strict=True):
        _check_depends_on(step, cast("Mapping[str, object]", entry))
    return plan


def _step(entry: object, place: int) -> Step:
    where = f"step {place} of the list"
    body = _object(entry, where)
    for member in body:
        if member not in _MEMBERS:
            raise PlanError(f"{where}: no member {shown(member)} is known{near(member, _MEMBERS)}")
    for member in ("id", "tool", "args"):
        if member not in body:
            raise PlanError(f"{where}: `{member}` is missing")
    number, tool = body["id"], body["tool"]
    if not isinstance(tool, str):
        raise PlanError(f"{where}: `tool` is the name of a tool, not {shown(tool)}")
    bare = Step(cast("int", number), tool, {})
    check_number(bare, 0)
    said = _object(body.get("said", {}), f"step {number}: `said`")
    args = _object(body["args"], f"step {number}: `args`")
    for name in said:
        if name not in args:
            raise fault(bare, f"`said` has words for {shown(name)}, and `args` has no such argument")
    return Step(bare.id, tool, {name: _value(bare, name, args[name], said) for name in args})


def _value(step: Step, name: str, value: object, said: Mapping[str, object]) -> Value:
    if name in said:
        return Moment(cast("str", said[name]), cast("str", value))  # `check` sees to the types
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, str | int):
        return value
    wanted = "a text, a number, true, false or a list of texts"
    raise fault(step, f"{shown(name)} is {wanted}, not {shown(value)}")


def _check_depends_on(step: Step, entry: Mapping[str, object]) -> None:
    if "depends_on" not in entry:
        return
    stated = _list(entry["depends_on"], f"step {step.id}: `depends_on`")
    if any(type(number) is not int for number in stated) or set(stated) != set(step.depends_on):
        raise fault(step, f"`depends_on` differs from what the arguments refer to, {list(step.depends_on)}")


def _plain(value: Value) -> object:
    if isinstance(value, Moment):
        return value.iso
    return list(value) if isinstance(value, tuple) else value


def _object(data: object, what: str) -> Mapping[str, object]:
    if not isinstance(data, dict) or not all(isinstance(name, str) for name in data):
        raise PlanError(f"{what} is an object, not {shown(data)}")
    return data


def _list(data: object, what: str) -> list[object]:
    if not isinstance(data, list):
        raise PlanError(f"{what} is a list, not {shown(data)}")
    return data
