"""The notation: what is written can be read, and what cannot be read is said."""

from __future__ import annotations

import warnings
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import TOOLS, examples, plans, thorough, toolboxes_with_plans, without_words

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan.model import Moment, Plan, Step
from tinyagent_cli.plan.notation import Reader, read, write
from tinyagent_cli.plan.validation import MOST_STEPS, MOST_TEXT
from tinyagent_cli.toolbox import Toolbox

SID = '1. get_email_address("Sid")\n'
END = "2. join()<END_OF_PLAN>"


def fault(text: str) -> PlanError:
    with pytest.raises(PlanError) as caught:
        read(text, TOOLS)
    return caught.value


@thorough
@given(plans())
def test_generated_plans_survive_notation(plan: Plan) -> None:
    text = write(plan, TOOLS)
    again = read(text, TOOLS)
    assert again == without_words(plan)
    assert write(again, TOOLS) == text
    assert len(text.splitlines()) == len(plan.steps) + 1


@thorough
@given(toolboxes_with_plans())
def test_generated_plans_over_any_tools_survive_notation(both: tuple[Toolbox, Plan]) -> None:
    tools, plan = both
    text = write(plan, tools)
    assert read(text, tools) == without_words(plan)


def test_every_example_of_the_corpus_goes_through_notation_unchanged() -> None:
    assert len(examples()) > 1000
    for one in examples():
        text = write(one.plan, TOOLS)
        assert read(text, TOOLS) == without_words(one.plan), one.id


def test_the_published_form_is_written() -> None:
    invite = {
        "title": "Budget", "start_date": Moment("tomorrow at 2pm", "2026-03-05 14:00:00"), "end_date": "",
        "location": "", "invitees": ("$1", "a@b.c"), "notes": 'The "big" one\nwith $1', "calendar": "",
    }  # fmt: skip
    plan = Plan((Step(1, "get_email_address", {"name": "Sid"}), Step(2, "create_calendar_event", invite)))
    assert write(plan, TOOLS) == (
        '1. get_email_address("Sid")\n'
        '2. create_calendar_event("Budget", "2026-03-05 14:00:00", "", "", ["$1", "a@b.c"], '
        '"The \\"big\\" one\\nwith $1", "")\n'
        "3. join()<END_OF_PLAN>"
    )


def test_a_refusal_is_join_alone() -> None:
    assert write(Plan(), TOOLS) == "1. join()<END_OF_PLAN>"
    assert read("1. join()<END_OF_PLAN>", TOOLS).refused


@thorough
@given(plans(), st.data())
def test_reading_in_pieces_is_reading_the_whole(plan: Plan, data: st.DataObject) -> None:
    text = write(plan, TOOLS).replace("\\n", data.draw(st.sampled_from(["\\n", "\n", "\r\n", "\r"])))
    text = text.replace("\\\\", data.draw(st.sampled_from(["\\\\", "\\"])))
    assert in_pieces(text, data) == outcome(text)


@thorough
@given(st.text(st.sampled_from("1. f('\"\\\n\r$,)[]ab"), max_size=40), st.data())
def test_reading_in_pieces_fails_as_reading_the_whole_does(text: str, data: st.DataObject) -> None:
    text = '1. open_note("' + text
    assert in_pieces(text, data) == outcome(text)


def outcome(text: str) -> Plan | str:
    try:
        return read(text, TOOLS)
    except PlanError as error:
        return str(error)


def in_pieces(text: str, data: st.DataObject) -> Plan | str:
    cuts = data.draw(st.lists(st.integers(0, len(text)), max_size=8) | st.just(range(len(text))))
    reader = Reader(TOOLS)
    steps: list[Step] = []
    try:
        for start, end in pairwise([0, *sorted(cuts), len(text)]):
            steps += reader.feed(text[start:end])
        plan = reader.finish()
    except PlanError as error:
        return str(error)
    assert tuple(steps) == plan.steps[: len(steps)]
    return plan


@pytest.mark.parametrize(
    "text",
    [
        """1. open_note('''it's\n2. "here"''', "")\njoin()""",
        '1. open_note("""say ""hi"", then\n2. go""", "")\njoin()',
        '1. open_note(\'\', "")\n2. open_note("", ' + "'" * 6 + ")\njoin()",
        '1. open_note("a\\\r\nb\\\\", "")\r\njoin()',
    ],
)
def test_quotes_of_all_kinds_may_come_letter_by_letter(text: str) -> None:
    reader = Reader(TOOLS)
    steps = [step for letter in text for step in reader.feed(letter)]
    assert reader.finish() == read(text, TOOLS) == Plan(tuple(steps))


def test_a_step_is_there_as_soon_as_its_line_ends() -> None:
    reader = Reader(TOOLS)
    assert reader.feed('1. get_email_address("Si') == []
    assert reader.feed('d")') == []
    assert [step.id for step in reader.feed("\n2. get_em")] == [1]
    assert [step.id for step in reader.feed('ail_address("Ana")\n3. open_note("N", "")\n4. jo')] == [2, 3]
    assert not reader.done
    assert reader.feed("in()<END_OF_PLAN>\n5. nonsense") == []
    assert reader.done
    assert len(reader.finish().steps) == 3


def test_a_line_break_inside_a_text_is_no_new_step() -> None:
    text = '1. create_note("Plan", "First\n2. get_email_address()\n", "")\n2. join()'
    assert read(text, TOOLS).step(1).args["content"] == "First\n2. get_email_address()\n"
    reader = Reader(TOOLS)
    assert reader.feed('1. create_note("Plan", "First\n2. open_note(') == []


def test_a_call_may_stand_on_several_lines() -> None:
    plan = read('1. create_note(\n  "Plan",\n  "x",\n  ""\n)\n2. join()', TOOLS)
    assert plan.step(1).args == {"name": "Plan", "content": "x", "folder": ""}


@pytest.mark.parametrize(
    ("literal", "meant"),
    [
        ('"double"', "double"), ("'single'", "single"), ('"""three\n"quoted" lines"""', 'three\n"quoted" lines'),
        ("'''it's'''", "it's"), (r'"a\tb\n\"c\" \\"', 'a\tb\n"c" \\'), (r"'\x41\u00e9\N{BULLET}\101'", "Aé•A"),
        ('"a\r\nb\rc"', "a\nb\nc"), ('"one \\\nline"', "one line"), (r'"C:\docs"', "C:\\docs"),
        (r'"\$5"', "\\$5"), ("$1", "$1"), ('"$1"', "$1"), ("None", ""), ('""', ""), ('content="x"', "x"),
    ],
)  # fmt: skip
def test_texts_may_be_written_as_python_writes_them(literal: str, meant: str) -> None:
    rest = f'"N", {literal}, ""' if "content" not in literal else f'"N", {literal}, folder=""'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        plan = read(f"{SID}2. create_note({rest})\n3. join()", TOOLS)
    assert plan.step(2).args["content"] == meant


def test_numbers_flags_and_lists_are_read() -> None:
    text = """1. create_reminder("Milk", "", "", "", 5, true)
2. create_reminder("Milk", "", "", "", 0, False)
3. send_sms(['+1 555', $1, "$2",], "Hi")
join()"""
    one, two, three = read(text, TOOLS).steps
    assert (one.args["priority"], one.args["all_day"], two.args["all_day"]) == (5, True, False)
    assert three.args["recipients"] == ("+1 555", "$1", "$2")


def test_arguments_may_go_by_name_in_any_order() -> None:
    plan = read('1. create_note("N", folder="F", content="C")\n2. join()', TOOLS)
    assert list(plan.step(1).args.items()) == [("name", "N"), ("content", "C"), ("folder", "F")]


@pytest.mark.parametrize(
    "end", ["2. join()<END_OF_PLAN>", "join()", "2. join()", "2.join( ) <END_OF_PLAN>\n\n3. gone"]
)
def test_join_ends_the_plan_with_or_without_number_and_mark(end: str) -> None:
    assert len(read(SID + end, TOOLS).steps) == 1


def test_thoughts_and_blank_lines_may_stand_between_the_steps() -> None:
    plan = read(f"Thought: I don't know (yet\n\n{SID}   \nThought: done\n{END}", TOOLS)
    assert plan.thoughts == ("I don't know (yet", "done")
    assert len(plan.steps) == 1


def test_money_is_no_reference() -> None:
    text = f'{SID}2. create_note("N", "From $1: $1,200, then $2.50 and $20", "")\n3. join()'
    step = read(text, TOOLS).step(2)
    assert step.args["content"] == "From $1: $1,200, then $2.50 and \\$20"
    assert step.depends_on == (1,)


def test_a_later_step_turns_money_into_a_fault() -> None:
    reader = Reader(TOOLS)
    assert reader.feed('1. create_note("N", "It costs $2", "")\n')[0].depends_on == ()
    reader.feed('2. open_note("N", "")\n3. join()')
    with pytest.raises(
        PlanError, match=r"line 1, column 21: step 1: content refers to step 2, which comes later"
    ):
        reader.finish()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f'{SID}2. create_not("a", "b", "c")\n3. join()', "line 2, column 4: step 2: there is no tool 'create_not'; did you mean create_note"),
        ('1. open_note("a")\n2. join()', "line 1, column 4: step 1: open_note takes 2 arguments (name, folder); missing here: folder"),
        ('1. open_note("a", "b", "c")\n2. join()', "line 1, column 24: step 1: open_note takes 2 arguments (name, folder); 3 are given"),
        ('1. open_note("a", foldr="b")\n2. join()', "line 1, column 25: step 1: open_note takes no 'foldr'; did you mean folder?"),
        ('1. open_note("a", name="b")\n2. join()', "line 1, column 24: step 1: name is given twice"),
        ('1. open_note(folder="a", "b")\n2. join()', "line 1, column 26: step 1: arguments by position come before"),
        ('1. open_note("a", 5)\n2. join()', "line 1, column 19: step 1: folder takes a text, not 5"),
        ('1. open_note("a",\n  ["b"])\n2. join()', "line 2, column 3: step 1: folder takes a text, not a list"),
        ('1. send_sms("a", "b")\n2. join()', "line 1, column 13: step 1: recipients takes a list of texts, not 'a'"),
        ('1. send_sms(["a", 5], "b")\n2. join()', "line 1, column 19: a list holds texts"),
        ('1. send_sms([["a"]], "b")\n2. join()', "line 1, column 14: a list holds texts"),
        ('1. create_reminder("a", "", "", "", 2, True)\n2. join()', "line 1, column 37: step 1: priority is one of 0, 1, 5, 9, not 2"),
        ('1. open_note("a", b)\n2. join()', "line 1, column 19: b is no value"),
        ('1. open_note("a", 1.5)\n2. join()', "line 1, column 19: a number has only digits"),
        ('1. open_note("a" "b")\n2. join()', "line 1, column 18: a comma or the closing bracket ) is due"),
        ('1. open_note("a", "b"\n2. join()', "line 2, column 1: a comma or the closing bracket ) is due"),
        ('1. open_note("a", "b"', "line 1, column 22: the call is not closed"),
        ('1. open_note("a", "b)\n2. join()', "line 1, column 19: the text that begins here has no closing quote"),
        (r'1. open_note("a", "\x4")', "line 1, column 19: the text that begins here cannot be read"),
        ('1. open_note("a", "b") and more\n2. join()', "line 1, column 23: nothing may follow"),
        (f"{SID}{SID}3. join()", "line 2, column 1: step 1: numbers go upwards, and there is one of that number"),
        ('3. open_note("", "")\n2. open_note("", "")\n4. join()', "line 2, column 1: step 2: numbers go upwards, and it comes after step 3"),
        ('0. open_note("", "")\n1. join()', "line 1, column 1: step 0: steps are numbered from 1 to 999, not 0"),
        (f"{SID}1. join()", "line 2: join() is numbered 1, and comes after step 1"),
        ('1. open_note("$1", "")\n2. join()', "line 1, column 14: step 1: name refers to the step itself, $1"),
        ('1. open_note("of $1", "")\n2. join()', "line 1, column 14: step 1: name refers to the step itself, $1"),
        ('1. open_note("$2", "")\n2. open_note("", "")\n3. join()', "line 1, column 14: step 1: name refers to step 2, and there is no such step before it"),
        ('1. send_sms(["a", "$20"], "b")\n2. join()', "line 1, column 13: step 1: recipients refers to step 20"),
        ("", "line 1: the plan does not end with join()"),
        (SID, "line 2: the plan does not end with join()"),
        ('1. open_note("a\nb",\n"")\n\n2. open_not()', "line 5, column 4: step 2: there is no tool"),
        (f"  hello\n{END}", "line 1, column 3: a step such as"),
        ('1. open_note("a", "\\ud800")\n2. join()', "line 1, column 19: step 1: folder holds U+D800"),
        ('1. open_note("a", "\\x00")\n2. join()', "line 1, column 19: step 1: folder holds U+0000"),
        (f"1. create_reminder(\"\", \"\", \"\", \"\", {'9' * 5000}, True)", "line 1, column 36: the number has too many digits"),
        ("9" * 5000 + ". join()", "line 1: the number has too many digits"),
        ("9" * 5000 + '. open_note("", "")', "line 1: the number has too many digits"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(text: str, message: str) -> None:
    assert str(fault(text)).startswith(message)


def test_a_plan_has_no_more_than_two_hundred_steps() -> None:
    def text(count: int) -> str:
        return "".join(f'{n}. open_note("", "")\n' for n in range(1, count + 1)) + "join()"

    assert len(read(text(MOST_STEPS), TOOLS).steps) == MOST_STEPS
    assert "more than 200 steps" in str(fault(text(MOST_STEPS + 1)))


def test_a_plan_has_no_more_than_a_million_characters() -> None:
    start, end = '1. open_note("', '", "")\njoin()'
    fill = MOST_TEXT - len(start) - len(end)
    assert len(read(start + fill * "x" + end, TOOLS).steps) == 1
    assert "more than 1,000,000 characters" in str(fault(start + fill * "x" + end + " "))


@pytest.mark.parametrize(
    "argument",
    [
        "[" * 100_000, "(" * 100_000, "-" * 100_000 + "1", "not " * 50_000, "f(" * 50_000, "{" * 100_000,
        '"' * 99_999, "'" * 99_999, "\\" * 99_999, '"' + "\\" * 99_999 + '"', '"' + "\\N{" * 9_999 + '"', "\0",
        '"\0"', '"\ud800"', "\ud800", "1" * 99_999, "$" * 99_999, "$" + "9" * 99_999, "a." * 50_000, "1+" * 50_000,
        " " * 100_000, ",", "=" * 99_999, "a=" * 50_000, '"a",' * 50_000, "$1" * 50_000, "\u2028" * 9_999,
    ],
    ids=lambda text: repr(text[:4]),
)  # fmt: skip
def test_hostile_text_is_a_plan_error(argument: str) -> None:
    for text in (argument, f"1. open_note({argument}", f"1. open_note({argument})\n2. join()"):
        fault(text)


@thorough
@given(
    st.text(st.characters())
    | st.text(st.sampled_from("1. join()open_note\"'\\\n\r$,[]=TrueNull<END_OF_PLAN>\0\ud800"), max_size=60)
    | st.lists(
        st.sampled_from(
            ["1. ", "2. ", "open_note(", '"a"', ", ", ")", "\n", "[", "]", "$1", "join()", "'", '"']
        ),
        max_size=20,
    ).map("".join)
)
@example('1. open_note("a", "b")\n2. join()')
def test_any_text_is_a_plan_or_a_plan_error(text: str) -> None:
    for whole in (text, f"1. open_note({text})\n2. join()", f'1. open_note("{text}", "")\n2. join()'):
        result = outcome(whole)
        assert isinstance(result, (Plan, str))
        if isinstance(result, Plan):
            assert read(write(result, TOOLS), TOOLS) == result


def test_a_plan_that_cannot_be_written_is_a_plan_error() -> None:
    with pytest.raises(PlanError, match="no tool 'nothing'"):
        write(Plan((Step(1, "nothing", {}),)), TOOLS)
    with pytest.raises(PlanError, match="missing here: folder"):
        write(Plan((Step(1, "open_note", {"name": ""}),)), TOOLS)
