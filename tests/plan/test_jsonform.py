"""The JSON form, its schema, and what is said of data that is none."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOOLS, examples, plans, thorough, toolboxes_with_plans

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan.jsonform import from_json, schema, to_json
from tinyagent_cli.plan.model import Moment, Plan, Step
from tinyagent_cli.toolbox import Toolbox

SCHEMA = jsonschema.Draft202012Validator(schema())


def step(**others: Any) -> dict[str, Any]:
    return {"id": 1, "tool": "open_note", "args": {"name": "a", "folder": ""}, **others}


def there_and_back(plan: Plan, tools: Toolbox) -> Plan:
    data = json.loads(json.dumps(to_json(plan)))
    SCHEMA.validate(data)
    return from_json(data, tools)


@thorough
@given(plans())
def test_generated_plans_survive_json(plan: Plan) -> None:
    assert there_and_back(plan, TOOLS) == plan


@thorough
@given(toolboxes_with_plans())
def test_generated_plans_over_any_tools_survive_json(both: tuple[Toolbox, Plan]) -> None:
    tools, plan = both
    assert there_and_back(plan, tools) == plan


def test_every_example_of_the_corpus_goes_through_json_unchanged() -> None:
    for one in examples():
        data = json.loads(json.dumps(to_json(one.plan)))
        assert from_json(data, TOOLS) == one.plan, one.id
    for one in examples()[::10]:  # the validator is slow
        SCHEMA.validate(to_json(one.plan))


def test_the_schema_is_one_and_has_a_name_and_a_version() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert schema()["$id"].endswith(":1")
    assert schema()["properties"]["version"] == {**schema()["properties"]["version"], "const": 1}


def test_moments_are_iso_text_with_the_words_beside() -> None:
    args = {
        "title": "Budget", "start_date": Moment("tomorrow at 2pm", "2026-03-05 14:00:00"), "end_date": "",
        "location": "", "invitees": ("$1", "a@b.c"), "notes": "", "calendar": "",
    }  # fmt: skip
    first = Step(1, "get_email_address", {"name": "Sid"})
    data = to_json(Plan((first, Step(2, "create_calendar_event", args)), ("hm",)))
    assert data == {
        "version": 1,
        "refused": False,
        "steps": [
            {"id": 1, "tool": "get_email_address", "args": {"name": "Sid"}, "depends_on": []},
            {
                "id": 2,
                "tool": "create_calendar_event",
                "args": {**args, "start_date": "2026-03-05 14:00:00", "invitees": ["$1", "a@b.c"]},
                "said": {"start_date": "tomorrow at 2pm"},
                "depends_on": [1],
            },
        ],
        "thoughts": ["hm"],
    }


def test_a_refusal_has_no_steps() -> None:
    assert to_json(Plan()) == {"version": 1, "refused": True, "steps": []}
    assert from_json(to_json(Plan()), TOOLS) == Plan()


def test_thoughts_come_back() -> None:
    assert from_json(to_json(Plan((), ("hm",))), TOOLS).thoughts == ("hm",)


def test_what_the_plan_command_prints_around_the_steps_is_ignored() -> None:
    data = {"query": "x", "now": "2026-03-05", "model": "m", "timing": {"load": 0.1}, "steps": [step()]}
    SCHEMA.validate(data)
    assert from_json(data, TOOLS).step(1).tool == "open_note"


def test_a_dollar_amount_inside_a_text_is_settled() -> None:
    plan = from_json({"steps": [step(args={"name": "for $20", "folder": ""}, depends_on=[])]}, TOOLS)
    assert plan.step(1).args["name"] == "for \\$20"


FAULTY_SHAPES: list[tuple[object, str]] = [
    (None, "a plan is an object, not None"),
    ([], "a plan is an object, not a list"),
    ({}, "`steps` is missing"),
    ({"steps": {}}, "`steps` is a list, not an object"),
    ({"steps": [5]}, "step 1 of the list is an object, not 5"),
    ({"steps": [], "version": 2}, "the plan's version is 2, and only 1 can be read"),
    ({"steps": [], "refused": False}, "`refused` is true where there are no steps"),
    ({"steps": [step()], "refused": True}, "`refused` is true where there are no steps"),
    ({"steps": [], "thoughts": [5]}, "`thoughts` is a list of texts"),
    ({"steps": [step()] * 201}, "the plan has 201 steps, more than 200"),
    ({"steps": [step(argz={})]}, "step 1 of the list: no member 'argz' is known; did you mean args?"),
    ({"steps": [{"id": 1, "tool": "open_note"}]}, "step 1 of the list: `args` is missing"),
    ({"steps": [step(tool=5)]}, "step 1 of the list: `tool` is the name of a tool, not 5"),
    ({"steps": [step(id="1")]}, "step '1': steps are numbered from 1 to 999"),
    ({"steps": [step(id=True)]}, "step True: steps are numbered from 1 to 999"),
    ({"steps": [step(args=[])]}, "step 1: `args` is an object, not a list"),
    ({"steps": [step(said=[])]}, "step 1: `said` is an object, not a list"),
    ({"steps": [step(args={"name": None, "folder": ""})]}, "step 1: 'name' is a text, a number, true, false"),
    ({"steps": [step(args={"name": 1.5, "folder": ""})]}, "true, false or a list of texts, not 1.5"),
    ({"steps": [step(args={"name": {}, "folder": ""})]}, "true, false or a list of texts, not an object"),
    ({"steps": [step(depends_on=5)]}, "step 1: `depends_on` is a list, not 5"),
]
FAULTY_PLANS: list[tuple[object, str]] = [
    ({"steps": [step(id=1000)]}, "step 1000: steps are numbered from 1 to 999"),
    ({"steps": [step(depends_on=[1])]}, "step 1: `depends_on` differs from what the arguments refer to, []"),
    ({"steps": [step(), step()]}, "step 1: numbers go upwards"),
    ({"steps": [step(tool="open_notes")]}, "there is no tool 'open_notes'; did you mean open_note"),
    ({"steps": [step(args={"name": ""})]}, "missing here: folder"),
    ({"steps": [step(args={"name": ["a"], "folder": ""})]}, "step 1: name takes a text, not a list"),
    ({"steps": [step(args={"name": ["a", 5], "folder": ""})]}, "step 1: name takes a text, not a list"),
    ({"steps": [step(said={"topic": "x"})]}, "`said` has words for 'topic', and `args` has no such argument"),
    ({"steps": [step(said={"name": "x"})]}, "step 1: name takes a text, not 'a'"),
    (
        {"steps": [step(args={"name": "$2", "folder": ""})]},
        "name refers to step 2, and there is no such step",
    ),
]


@pytest.mark.parametrize(("data", "message"), FAULTY_SHAPES + FAULTY_PLANS)
def test_a_fault_is_named(data: object, message: str) -> None:
    with pytest.raises(PlanError) as caught:
        from_json(data, TOOLS)
    assert message in str(caught.value)


@pytest.mark.parametrize(("data", "message"), FAULTY_SHAPES)
def test_the_schema_refuses_faulty_shapes_too(data: object, message: str) -> None:
    assert not SCHEMA.is_valid(data)


def test_deeply_nested_data_is_a_plan_error() -> None:
    nested: object = []
    for _ in range(100_000):
        nested = [nested]
    hostile = [
        nested, {"steps": nested}, {"steps": [step(id=nested)]}, {"steps": [], "thoughts": nested},
        {"steps": [step(tool=nested)]}, {"steps": [step(args={"name": nested, "folder": ""})]},
        {"steps": [step(depends_on=nested)]}, {"steps": [], "version": nested},
    ]  # fmt: skip
    for data in hostile:
        with pytest.raises(PlanError):
            from_json(data, TOOLS)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@thorough
@given(
    st.sampled_from(
        ["version", "refused", "thoughts", "steps", "id", "tool", "args", "said", "depends_on", "name"]
    ),
    _json,
)
def test_any_data_is_a_plan_or_a_plan_error(member: str, value: object) -> None:
    data: dict[str, Any] = {"steps": [step(said={}, depends_on=[])]}
    inner = data["steps"][0]
    target = data if member in ("version", "refused", "thoughts", "steps") else inner
    (inner["args"] if member == "name" else target)[member] = value
    for whole in (data, value):
        try:
            plan = from_json(whole, TOOLS)
        except PlanError:
            continue
        assert from_json(to_json(plan), TOOLS) == plan
