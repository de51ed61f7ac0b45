"""Validation: every rule of a plan, each fault named."""

from __future__ import annotations

import pytest
from hypothesis import given
from strategies import TOOLS, plans, thorough

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.validation import HIGHEST_INT, MOST_STEPS, MOST_TEXT, check


def note(number: int, content: Value = "", **others: Value) -> Step:
    return Step(number, "create_note", {"name": "N", "content": content, "folder": "", **others})


def zoom(number: int, **others: Value) -> Step:
    args = {"topic": "T", "start_time": "", "duration": 60, "meeting_invitees": (), **others}
    return Step(number, "get_zoom_meeting_link", args)


def remind(number: int, **others: Value) -> Step:
    args = {
        "name": "",
        "due_date": "",
        "notes": "",
        "list_name": "",
        "priority": 0,
        "all_day": False,
        **others,
    }
    return Step(number, "create_reminder", args)


def fault(*steps: Step) -> str:
    with pytest.raises(PlanError) as caught:
        check(Plan(steps), TOOLS)
    return str(caught.value)


@thorough
@given(plans())
def test_valid_plans_pass_unchanged(plan: Plan) -> None:
    assert check(plan, TOOLS) == plan


def test_a_refusal_is_valid() -> None:
    assert check(Plan(), TOOLS).refused


@pytest.mark.parametrize(
    ("tool", "suggestion"),
    [
        ("create_notes", "; did you mean create_note"),
        ("get_mail_address", "; did you mean get_email_address"),
        ("xyz", ""),
    ],
)
def test_an_unknown_tool_is_named_with_near_names(tool: str, suggestion: str) -> None:
    assert f"step 1: there is no tool '{tool}'{suggestion}" in fault(Step(1, tool, {}))


def test_a_switched_off_tool_is_unknown() -> None:
    with pytest.raises(PlanError, match="there is no tool 'create_note'"):
        check(Plan((note(1),)), TOOLS.without_apps(["notes"]))


def test_missing_and_surplus_arguments_are_named() -> None:
    assert "takes 2 arguments (name, folder); missing here: name, folder" in fault(Step(1, "open_note", {}))
    assert "create_note takes no 'contents'; did you mean content?" in fault(note(1, contents=""))


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (note(1, 5), "content takes a text, not 5"),
        (note(1, True), "content takes a text, not True"),
        (note(1, ("a",)), "content takes a text, not a list"),
        (note(1, Moment("now", "2026-03-05")), "content takes a text, not '2026-03-05'"),
        (note(1, None), "content takes a text, not None"),  # type: ignore[arg-type]
        (zoom(1, meeting_invitees="Sid"), "meeting_invitees takes a list of texts, not 'Sid'"),
        (zoom(1, meeting_invitees=("Sid", 5)), "meeting_invitees takes a list of texts, not a list"),  # type: ignore[arg-type]
        (zoom(1, meeting_invitees=["Sid"]), "meeting_invitees takes a list of texts, not a list"),  # type: ignore[arg-type]
        (zoom(1, duration=True), "duration takes a whole number (or words for a length), not True"),
        (zoom(1, duration=HIGHEST_INT + 1), "duration takes a whole number"),
        (zoom(1, duration=10**5000), "not a number with too many digits"),
        (zoom(1, start_time=5), "start_time takes words of time as a text, not 5"),
        (zoom(1, start_time=Moment("x", "2026-13-05")), "start_time takes a date, YYYY-MM-DD or"),
        (zoom(1, start_time=Moment("x", "2026-03-05T10:00")), "start_time takes a date, YYYY-MM-DD or"),
        (zoom(1, start_time=Moment("x", "tomorrow")), "start_time takes a date, YYYY-MM-DD or"),
        (zoom(1, start_time=Moment(5, "2026-03-05")), "the words of a moment are a text, not 5"),  # type: ignore[arg-type]
        (remind(1, priority="1"), "priority takes a whole number, not '1'"),
        (remind(1, priority=2), "priority is one of 0, 1, 5, 9, not 2"),
        (remind(1, all_day=1), "all_day takes True or False, not 1"),
        (note(1, "a\0b"), "content holds U+0000"),
        (note(1, "a\udc80"), "content holds U+DC80"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(step: Step, message: str) -> None:
    assert f"step 1: {message}" in fault(step) or message in fault(step)


def test_words_are_a_value_for_a_length_and_for_a_moment() -> None:
    check(Plan((zoom(1, duration="half an hour", start_time="tomorrow at 3"),)), TOOLS)


def test_choices_are_held_to() -> None:
    way = {"start_location": "", "end_location": "Rome", "transport": "by car"}
    assert "transport is one of d, w, r, not 'by car'" in fault(Step(1, "maps_show_directions", way))


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((1, 1), "step 1: numbers go upwards, and there is one of that number already"),
        ((1, 3, 2), "step 2: numbers go upwards, and it comes after step 3"),
        ((0,), "step 0: steps are numbered from 1 to 999, not 0"),
        ((-1,), "step -1: steps are numbered from 1"),
        ((1000,), "step 1000: steps are numbered from 1"),
        ((True,), "step True: steps are numbered from 1"),
        (("1",), "step '1': steps are numbered from 1"),
        (([[]],), "step a list: steps are numbered from 1"),
    ],
)
def test_numbers_go_upwards(numbers: tuple[int, ...], message: str) -> None:
    assert message in fault(*(note(number) for number in numbers))


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        ([note(1, "$1")], "step 1: content refers to the step itself, $1"),
        ([note(1, "see $1")], "step 1: content refers to the step itself, $1"),
        ([note(1, "$2"), note(2)], "step 1: content refers to step 2, which comes later"),
        ([note(1, "see $2"), note(2)], "step 1: content refers to step 2, which comes later"),
        ([note(1, "$20")], "step 1: content refers to step 20, and there is no such step before it"),
        ([note(1), note(3, "$2")], "step 3: content refers to step 2, and there is no such step before it"),
        ([zoom(1, meeting_invitees=("a", "$20"))], "meeting_invitees refers to step 20, and there is no such step"),
        ([zoom(1, start_time="$2"), note(2)], "start_time refers to step 2, which comes later"),
        ([note(1, "$2"), note(2, "$1")], "refers to step 2, which comes later; 1 → 2 → 1 wait for each other"),
        ([note(1, "$3"), note(2, "$1"), note(3, "$2")], "comes later; 1 → 3 → 2 → 1 wait for each other"),
    ],
)  # fmt: skip
def test_references_go_to_earlier_steps(steps: list[Step], message: str) -> None:
    assert message in fault(*steps)


def test_a_ring_that_a_step_only_leads_to_is_not_named_as_its_own() -> None:
    assert fault(note(1, "$2"), note(2, "$3"), note(3, "$2")).endswith("refers to step 2, which comes later")


@pytest.mark.parametrize("text", ["$1,200", "$2.50", "\\$1", "\\$20", "100$", "US$1"])
def test_money_may_stand_anywhere(text: str) -> None:
    plan = Plan((note(1, text),))
    assert check(plan, TOOLS) == plan
    assert check(plan, TOOLS).step(1).depends_on == ()


def test_a_dollar_amount_inside_a_text_is_money_where_there_is_no_such_step() -> None:
    plan = check(Plan((note(1), note(2, "$1 owes me $20"))), TOOLS)
    assert plan.step(2).args["content"] == "$1 owes me \\$20"
    assert plan.step(2).depends_on == (1,)


def test_the_place_is_in_the_message_where_it_is_known() -> None:
    step = Step(1, "create_note", {"name": 5, "content": "", "folder": ""}, {"": (3, 1), "name": (3, 16)})
    with pytest.raises(PlanError, match="line 3, column 16: step 1: name takes a text") as caught:
        check(Plan((step,)), TOOLS)
    assert (caught.value.line, caught.value.column) == (3, 16)


def test_a_plan_is_no_longer_than_allowed() -> None:
    steps = [note(n) for n in range(1, MOST_STEPS + 2)]
    assert len(check(Plan(tuple(steps[:-1])), TOOLS).steps) == MOST_STEPS
    assert "more than 200" in fault(*steps)
    assert "more than 1,000,000 characters" in fault(note(1, "x" * MOST_TEXT))


def test_a_long_value_does_not_fill_the_message() -> None:
    assert len(fault(zoom(1, meeting_invitees="\n" * 10_000))) < 200
    assert len(fault(Step(1, "x" * 10_000, {}))) < 200
