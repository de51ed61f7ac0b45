"""Plans as JSON: whatever pieces they come in, and whatever else comes."""

from __future__ import annotations

import json
from contextlib import suppress

import jsonschema
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOOLS, plans, thorough

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import jsonform, notation
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.planner.dialects import plan_json
from tinyagent_cli.planner.dialects.tinyagent import bundled
from tinyagent_cli.toolbox import built_in

ALL = built_in()


def written(plan: Plan) -> str:
    steps = [{key: each[key] for key in ("id", "tool", "args")} for each in jsonform.to_json(plan)["steps"]]
    return json.dumps({"steps": steps}, ensure_ascii=False)


@thorough
@given(plans(moments=False), st.integers(1, 40))
def test_a_plan_comes_out_as_it_went_in_whatever_the_pieces(plan: Plan, size: int) -> None:
    text = written(plan)
    reader = plan_json.Reader(TOOLS)
    steps: list[Step] = []
    for at in range(0, len(text), size):
        steps += reader.feed(text[at : at + size])
    read = reader.finish()
    assert reader.done
    assert steps == list(read.steps)
    assert read == jsonform.from_json(json.loads(text), TOOLS)


def test_the_schema_takes_the_plans_of_the_examples() -> None:
    check = jsonschema.Draft202012Validator(plan_json.schema(ALL))
    for example in bundled():
        check.validate(json.loads(written(notation.read(example.plan, ALL))))


def test_the_schema_refuses_what_no_tool_takes() -> None:
    check = jsonschema.Draft202012Validator(plan_json.schema(ALL)).is_valid
    good = {"id": 1, "tool": "get_phone_number", "args": {"name": "Sid"}}
    assert check({"steps": [good]})
    assert check({"steps": []})
    for bad in ({**good, "tool": "fly"}, {**good, "args": {}}, {**good, "args": {"name": 1}}, {**good, "more": 1}):
        assert not check({"steps": [bad]})


@thorough
@given(st.text(alphabet=st.sampled_from('{}[]",:1ab \\`\n') | st.characters(), max_size=200), st.booleans())
def test_anything_else_is_a_fault_in_words(text: str, begun: bool) -> None:
    reader = plan_json.Reader(ALL)
    with suppress(PlanError):
        reader.feed(('{"steps": [' if begun else "") + text)
        reader.finish()
