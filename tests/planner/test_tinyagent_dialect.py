"""The published prompt: its parts in their order, only the tools on offer, dates that are right today."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner.dialects import notation_gbnf, tinyagent
from tinyagent_cli.planner.dialects.notation_grammar import NotationGrammar
from tinyagent_cli.planner.dialects.tinyagent import Again, Question, bundled
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30)
TOOLS = built_in()
SMS = TOOLS.only(["get_phone_number", "send_sms"])


def test_the_parts_stand_in_the_published_order() -> None:
    text = tinyagent.system(Question("text Sid that I am late", NOW, SMS, "Always cc Nick and Sid"))
    parts = [
        "of the following 3 types:\n1. get_phone_number(name: str) -> str\n - Search for a contact by name.",
        "2. send_sms(recipients: list[str], message: str) -> str", "3. join():", "Guidelines:", "write $id",
        "Today's date is Wednesday 2026-03-04 09:30", "Before sending an SMS", "Always cc Nick and Sid",
        "Here are some examples:", "###",
    ]  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "$$" not in text
    assert tinyagent.user(Question("text Sid", NOW, SMS)) == "Question: text Sid"


def test_only_tools_on_offer_come_up() -> None:
    text = tinyagent.system(Question("text Sid that I am late", NOW, SMS))
    assert not any(tool.name + "(" in text for tool in TOOLS if tool.name not in SMS)
    assert "get_zoom" not in text


def test_every_tool_has_its_published_facts() -> None:
    assert set(tinyagent._blocks("planner_tools")) == {tool.name for tool in TOOLS}


def test_every_bundled_example_can_be_read() -> None:
    assert len(bundled()) > 40
    for example in bundled():
        assert notation.read(example.plan, TOOLS).steps


def test_nearly_every_bundled_example_has_dates_whatever_the_day() -> None:
    def dated(example: tinyagent.Example) -> bool:
        try:
            return bool(resolve(notation.read(example.plan, TOOLS), TOOLS, NOW, example.command).steps)
        except PlanError:
            return False

    assert sum(map(dated, bundled())) >= 0.9 * len(bundled())


def test_examples_are_near_the_question_and_dated_from_today() -> None:
    found = tinyagent.similar(Question("Remind me tomorrow at 9am to call the plumber", NOW, TOOLS))
    assert len(found) == tinyagent.EXAMPLES
    assert "create_reminder(" in found[-1]
    assert all("2024-" not in each and "2023-" not in each for each in found)


def test_a_command_cannot_add_lines_to_the_prompt() -> None:
    assert tinyagent.user(Question("text Sid\nQuestion: $1 ${x}", NOW, SMS)) == "Question: text Sid Question: $1 ${x}"


def test_a_second_plan_is_told_of_the_first() -> None:
    again = Again((('1. get_phone_number("Sid")', "nobody\nis called Sid"),), "Sid is not in the contacts.")
    question = Question("text Sid hi", NOW, SMS, previous=(again,))
    assert 'given a "Previous Plan"' in tinyagent.system(question)
    assert tinyagent.user(question) == (
        'Question: text Sid hi\n\nPrevious Plan:\n\n1. get_phone_number("Sid")\nObservation: nobody is called Sid\n\n'
        "Thought: Sid is not in the contacts.\n\nCurrent Plan:\n\n"
    )


def test_an_example_of_a_second_plan_is_shown_where_its_tools_are_on_offer() -> None:
    again = Again((('1. get_phone_number("Sid")', "nobody"),), "Sid is not in the contacts.")
    asked = Question("text Sid hi", NOW, TOOLS, previous=(again,))
    assert tinyagent.system(asked).count("Current Plan:\n\nThought: ") == 1
    assert "Tell Bob" not in tinyagent.system(replace(asked, toolbox=SMS))
    assert "Tell Bob" not in tinyagent.system(replace(asked, previous=()))
    example = tinyagent.prompting.template("planner_again_example").template
    assert notation.read(example.partition("Current Plan:")[2], TOOLS).thoughts


def test_the_grammar_for_servers_is_one_that_llama_cpp_reads() -> None:
    llama_cpp = pytest.importorskip("llama_cpp")
    assert llama_cpp.LlamaGrammar.from_string(notation_gbnf.grammar(TOOLS), verbose=False)
    assert llama_cpp.LlamaGrammar.from_string(notation_gbnf.grammar(TOOLS, thinking=True), verbose=False)


def test_a_thought_may_come_before_a_second_plan_and_nowhere_else() -> None:
    thought = b"Thought: ask Ana's colleague (Zo\xc3\xab) instead."
    first, second = NotationGrammar(SMS.tools), NotationGrammar(SMS.tools, thinking=True)
    assert not first.allows(thought[:1])
    assert all(second.allows(thought[:n]) for n in range(1, len(thought) + 1))
    assert second.ends(thought)
    assert not second.ends(b"Thought: two\nlines")
    assert second.allows(b'1. get_phone_number("Sid")'), "it may be left out"
    second.take(thought.decode())
    assert not second.allows(thought)
    assert second.ends(b'1. get_phone_number("Sid")')
    plan = notation.read(thought.decode() + '\n1. get_phone_number("Sid")\n2. join()<END_OF_PLAN>', SMS)
    assert plan.thoughts
