"""The compact dialect: what is written is read back as the same plan, but for the order of the look-ups."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOOLS, examples, texts, thorough

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import Parameter
from tinyagent_cli.planner.dialects import compact

BY_NAME = {tool.name: tool for tool in TOOLS}
LOOK_UPS = ("get_email_address", "get_phone_number", "open_and_get_file_path")
ACTIONS = [name for name in BY_NAME if name not in LOOK_UPS]


def in_words(plan: Plan) -> Plan:
    """The plan as the dialect tells it: words of moments, lengths as text, no flag that a moment settles."""

    def told(p: Parameter, value: Value) -> Value:
        if isinstance(value, Moment):
            return value.said
        if p.all_day_of:
            return False
        return str(value) if p.kind == "int" and p.end_of and value != p.default else value

    return Plan(
        tuple(
            Step(s.id, s.tool, {p.name: told(p, s.args[p.name]) for p in BY_NAME[s.tool].parameters})
            for s in plan.steps
        )
    )


def in_order(plan: Plan) -> Plan:
    """The plan with its look-ups sorted."""

    def rank(step: Step) -> tuple[bool, str, int]:
        is_action = step.tool not in LOOK_UPS
        return is_action, "" if is_action else f"{step.tool} {next(iter(step.args.values()))}", step.id

    steps = sorted(plan.steps, key=rank)
    number = {step.id: place for place, step in enumerate(steps, 1)}

    def renamed(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(references.renumber(item, number.__getitem__) for item in value)
        return references.renumber(value, number.__getitem__) if isinstance(value, str) else value

    return Plan(tuple(Step(number[s.id], s.tool, {k: renamed(v) for k, v in s.args.items()}) for s in steps))


solid = texts.map(str.strip)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Plans that the dialect can tell: look-ups first, each once, by a name; texts without outer spaces."""
    names = solid.filter(lambda name: name and not compact._given(name)).map(references.literal)
    found = draw(
        st.lists(
            st.tuples(st.sampled_from(LOOK_UPS), names),
            max_size=4,
            unique_by=lambda f: (f[0], f[1].casefold()),
        )
    )
    steps = [Step(n, tool, {BY_NAME[tool].main: name}) for n, (tool, name) in enumerate(found, 1)]
    for number in range(len(steps) + 1, len(steps) + 1 + draw(st.integers(0 if steps else 1, 4))):
        tool = BY_NAME[draw(st.sampled_from(ACTIONS))]
        steps.append(Step(number, tool.name, {p.name: draw(values(p, steps)) for p in tool.parameters}))
    return Plan(tuple(steps))


def values(p: Parameter, steps: list[Step]) -> st.SearchStrategy[Value]:
    results = [f"${step.id}" for step in steps]
    fitting = [f"${step.id}" for step in steps if step.tool == p.look_up]
    words = solid.map(lambda text: references.settle(text, lambda n: n <= len(steps)))
    if p.choices:
        return st.sampled_from(p.choices)  # type: ignore[arg-type]
    if p.look_up:
        given = ["a@b.c", "+1 (555) 010-9999", *results, *fitting * 3]
        items = st.sampled_from(given)
        return st.lists(items, max_size=4, unique=True).map(tuple) if p.kind == "list" else items
    if p.kind == "list":
        return st.lists(words.filter(bool), max_size=3, unique=True).map(tuple)
    if p.kind == "int":
        return words.filter(bool) | st.just(p.default) if p.end_of else st.integers(-999_999_999, 999_999_999)  # type: ignore[return-value]
    if p.kind == "bool":
        return st.just(False)
    return words | st.sampled_from(results) if results else words


@thorough
@given(plans())
def test_generated_plans_survive_the_dialect(plan: Plan) -> None:
    text = compact.write(plan, BY_NAME)
    assert in_order(compact.read(text, TOOLS)) == in_order(plan)


def test_every_example_of_the_corpus_goes_through_the_dialect_unchanged() -> None:
    for one in examples():
        text = compact.write(one.plan, BY_NAME)
        again = compact.read(text, TOOLS, one.command)
        assert in_order(again) == in_order(in_words(one.plan)), (one.id, text)


def with_note(content: str) -> Plan:
    return Plan((Step(1, "create_note", {"name": "N", "content": content, "folder": ""}),))


def with_mail_to(name: str) -> Plan:
    mail = {"recipients": ("$1", "a@b.c"), "cc": (), "subject": "", "context": "", "attachments": ()}
    return Plan((Step(1, "get_email_address", {"name": name}), Step(2, "compose_new_email", mail)))


@pytest.mark.parametrize(
    "text", ["carriage\rreturn", "other\u2028breaks", "two\r\n\nlines", "a | b, c ^zoom \\ d"]
)
def test_line_breaks_and_signs_of_the_dialect_survive_in_texts(text: str) -> None:
    assert compact.read(compact.write(with_note(text), BY_NAME), TOOLS) == with_note(text)


@pytest.mark.parametrize(
    "plan",
    [with_mail_to("ends in a backslash\\"), Plan((Step(1, "get_email_address", {"name": "\\$1"}),))],
)
def test_unusual_names_survive_the_dialect(plan: Plan) -> None:
    assert compact.read(compact.write(plan, BY_NAME), TOOLS) == plan


def test_what_the_dialect_writes_is_as_short_as_its_description_says() -> None:
    mail = {
        "recipients": ("$1", "bob@x.com"),
        "cc": (),
        "subject": "Budget",
        "context": "Hi | there",
        "attachments": ("$2",),
    }
    steps = [
        Step(1, "get_email_address", {"name": "Sid"}),
        Step(2, "open_and_get_file_path", {"file_name": "budget.xlsx"}),
        Step(3, "compose_new_email", mail),
    ]
    assert compact.write(Plan(tuple(steps)), BY_NAME) == (
        "mail Sid, bob@x.com | subject Budget | say Hi \\| there | attach budget.xlsx"
    )


def test_a_refusal_is_one_word() -> None:
    assert compact.write(Plan(), BY_NAME) == "none"
    assert compact.read("none", TOOLS).refused


def test_look_ups_stand_in_the_order_of_their_mention_each_once() -> None:
    command = "Mail Ana and Sid, copy ana again"
    plan = compact.read("mail Sid, Ana | cc ana", TOOLS, command)
    assert [step.args.get("name") for step in plan.steps[:2]] == ["Ana", "Sid"]
    assert (plan.step(3).args["recipients"], plan.step(3).args["cc"]) == (("$2", "$1"), ("$1",))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("dance Sid", "line 1, column 1: no tool has the word 'dance'"),
        ("note N | to Sid", "line 1, column 9: note takes no 'to' here"),
        ("note N | say a | say b", "note takes no 'say' here"),
        ("note N | say ^zoom", "line 1: ^zoom refers to no line above"),
        ("remind N | priority high", "line 1: priority takes a number: 'high'"),
    ],
)
def test_a_fault_is_named_with_its_line(line: str, message: str) -> None:
    with pytest.raises(PlanError) as caught:
        compact.read(line, TOOLS)
    assert message in str(caught.value)


@thorough
@given(st.text(st.characters()) | st.text(st.sampled_from("mail note say |^,\\\n$1"), max_size=30))
def test_any_text_is_a_plan_or_a_plan_error(text: str) -> None:
    for whole in (text, f"note {text}", f"mail {text}", f"remind x | priority {text}"):
        with contextlib.suppress(PlanError):
            assert isinstance(compact.read(whole, TOOLS), Plan)
