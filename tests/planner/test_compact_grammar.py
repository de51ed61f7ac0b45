import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOOLS, examples

from tinyagent_cli.learning.examples import text_of
from tinyagent_cli.planner.dialects import compact
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar

BY_NAME = {tool.name: tool for tool in TOOLS}


def allowed(grammar, line):
    data = line.encode()
    return all(grammar.allows(data[:n]) for n in range(1, len(data) + 1)) and grammar.ends(data)


def test_every_plan_of_the_corpus_can_be_written():
    for example in examples()[::5]:
        grammar = CompactGrammar(TOOLS.tools)
        for line in compact.write(example.plan, BY_NAME).split("\n"):
            assert allowed(grammar, line), (example.id, line)
            grammar.take(line)


def test_only_offered_tools_can_be_named():
    grammar = CompactGrammar(TOOLS.only(["send_sms", "get_phone_number"]).tools)
    assert allowed(grammar, "text Bob | say Hi")
    assert not grammar.allows(b"mail")


def test_a_result_can_be_named_only_after_its_line():
    grammar = CompactGrammar(TOOLS.tools)
    assert not allowed(grammar, "note Place | say ^map")
    grammar.take("map Prado")
    assert allowed(grammar, "note Place | say ^map")
    assert not allowed(grammar, "note Place | say ^map2")


@pytest.mark.parametrize("end", ["X", "٣", " x", ". ^zoom", ""])
def test_whatever_the_grammar_ends_behind_a_named_result_the_reader_reads(end):
    lines = ["zoom Sync | start noon", f"note Links | say ^zoom{end}"]
    grammar, reader = CompactGrammar(TOOLS.tools), compact.Reader(TOOLS.tools, "Sync at noon")
    grammar.take(lines[0])
    assert grammar.ends(lines[1].encode())
    for line in lines:
        reader.read(line)
    assert "$1" in reader.plan().steps[-1].args["content"]


def test_that_something_was_done_is_no_result_to_be_named():
    grammar = CompactGrammar(TOOLS.tools)
    grammar.take("event Lunch | start noon")
    assert not allowed(grammar, "note Lunch | say ^event")


@pytest.mark.parametrize("line", ["remind Book the bus | list {}", "event Trip | calendar {}", "read Budget | folder {}"])
def test_folders_lists_and_calendars_are_those_that_the_command_names(line):
    copies = Copies("the list, the calendar, the folder: Excursion", dt.datetime(2026, 3, 4, 9, 30))
    grammar = CompactGrammar(TOOLS.tools, copies=copies)
    assert allowed(grammar, line.format("Excursion"))
    assert not allowed(grammar, line.format("Expedition"))


def test_a_name_needs_its_look_up_on_offer_and_an_address_does_not():
    grammar = CompactGrammar(TOOLS.only(["compose_new_email"]).tools)
    assert not allowed(grammar, "mail Bob | subject Hi")
    assert allowed(grammar, "mail bob@example.com | subject Hi")


@pytest.mark.parametrize("line", ["remind Milk | priority 2", "directions Rome | by x", "event X | start a|b", "note A | say x | say y", "phone", "note A | folder B | say C"])
def test_wrong_values_keys_and_orders_cannot_be_written(line):
    assert not allowed(CompactGrammar(TOOLS.tools), line)


def test_a_refusal_stands_alone():
    grammar = CompactGrammar(TOOLS.tools)
    assert not grammar.may_stop()
    grammar.take("none")
    assert grammar.must_stop()
    after = CompactGrammar(TOOLS.tools)
    after.take("map Prado")
    assert not allowed(after, "none")


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_the_grammar_allows_the_reader_reads(text):
    line = f"note {text} | say {text}"
    if allowed(CompactGrammar(TOOLS.tools), line):
        compact.read(line, TOOLS)


NOW = dt.datetime(2026, 3, 4, 9, 30)


def grammar_for(command):
    return CompactGrammar(TOOLS.tools, copies=Copies(command, NOW))


def test_every_plan_of_the_corpus_can_be_written_under_its_own_command():
    for example in examples()[::5]:
        grammar = CompactGrammar(TOOLS.tools, copies=Copies(example.command, example.now))
        for line in text_of(example, BY_NAME).split("\n"):
            assert allowed(grammar, line), (example.id, line)
            grammar.take(line)


def test_nobody_is_looked_up_whom_the_command_does_not_name():
    grammar = grammar_for("tell lutfi and Ana Böhm’s sister that it's on")
    assert allowed(grammar, "text Lutfi, Ana Böhm's sister | say It's on")
    assert allowed(grammar, "phone Ana Böhm")
    for line in ("text people | say It's on", "text lut | say It's on", "phone utfi", "phone Ana Lutfi", "mail Lutfi, Bob"):
        assert not allowed(grammar, line), line


def test_an_address_and_a_file_stand_in_the_command_or_were_spelled_there():
    grammar = grammar_for("mail Budget_Q3.xlsx to ana@example.com")
    assert allowed(grammar, "mail ana@example.com | attach budget_q3.xlsx")
    assert not allowed(grammar, "mail ana@example.org | attach budget_q3.xlsx")
    assert not allowed(grammar, "mail ana@example.com | attach budget.xlsx")
    spelled = grammar_for("mail budget dot xlsx to ana at example dot com and text five five five one two")
    assert allowed(spelled, "mail ana@example.com | attach budget.xlsx")
    assert allowed(spelled, "text 55512 | say Hi")


def test_a_moment_is_words_of_the_command_in_their_order_that_say_a_time():
    grammar = grammar_for("lunch with Dara on Friday from 12 to 2pm for an hour or so")
    for line in ("event Lunch | start Friday 12", "event Lunch | start Friday 12 | end an hour", "zoom Lunch | start Friday 12 | end 2pm"):
        assert allowed(grammar, line), line
    for line in ("event Chat | start with Dara", "event Lunch | start Monday", "event Lunch | start 12 Friday", "event Lunch | start Frida"):
        assert not allowed(grammar, line), line


def test_what_begins_on_a_day_without_an_hour_does_not_end_at_one():
    copies = Copies("dog show on 25 October at 11am till 26 October", dt.datetime(2026, 3, 4, 9, 30))
    grammar = CompactGrammar(TOOLS.tools, copies=copies)
    assert allowed(grammar, "event Dog show | start 25 October at 11am")
    assert allowed(grammar, "event Dog show | start 25 October | end 26 October")
    assert not allowed(grammar, "event Dog show | start 25 October | end 11am")


def test_behind_a_dead_end_the_argument_goes_and_does_not_come_again():
    grammar = grammar_for("chat with Dara")
    assert grammar.close(b"event Lunch | start with") == len(b"event Lunch")
    assert not grammar.allows(b"event Lunch | start D")
    assert allowed(grammar, "event Lunch | with Dara")
    assert grammar.close(b"phone Dar") == 0
    assert not grammar.allows(b"phone")
    grammar.take("event Lunch | with Dara")
    assert allowed(grammar, "phone Dara")


@given(st.text(st.characters(categories=["L", "Nd", "Zs"], include_characters="'-,."), min_size=1, max_size=30), st.data())
def test_words_taken_from_a_command_can_always_be_copied(command, data):
    words = command.split()
    if words and all(any(c.isalnum() for c in w) for w in words):
        at = data.draw(st.integers(0, len(words) - 1))
        name = " ".join(words[at : data.draw(st.integers(at + 1, len(words)))])
        assert Copies(command, NOW).name(name, whole=True)


def test_a_plan_does_not_end_without_a_line_of_every_tool_that_is_due():
    grammar = CompactGrammar(TOOLS.tools, due=["send_sms", "get_phone_number"])
    grammar.take("map Prado")
    assert allowed(grammar, "map Rome")
    assert not grammar.may_stop()
    assert not grammar.allows(b"map")
    assert allowed(grammar, "text Bob | say ^map")
    grammar.take("text Bob | say ^map")
    assert grammar.may_stop()


def test_a_refusal_ends_a_plan_whatever_is_due():
    grammar = CompactGrammar(TOOLS.tools, due=["send_sms"])
    grammar.take("none")
    assert grammar.must_stop()


def test_nobody_is_written_to_twice_and_a_list_that_leads_nowhere_loses_its_last_item():
    grammar = grammar_for("text 5550172 and Bob hi")
    assert allowed(grammar, "text 5550172, Bob | say Hi")
    assert not allowed(grammar, "text 5550172, 5550172 | say Hi")
    assert grammar.close(b"text 5550172, 5550172 ") == len(b"text 5550172")
    assert not grammar.allows(b"text 5550172,")
    assert allowed(grammar, "text 5550172 | say Hi")


def test_half_a_character_that_the_command_has_not_begins_no_time_and_no_name():
    grammar = grammar_for("lunch with Dara on Monday at Zoë's")
    assert not grammar.allows(b"event Lunch | start Monday \xdb")
    assert not grammar.allows(b"phone Dara\xdb")
    assert grammar.allows(b"phone Zo\xc3")
    assert grammar.allows(b"event Lunch\xdb")


def test_a_command_of_very_many_times_is_still_held_to_its_own_words():
    grammar = grammar_for(" or ".join(f"{day} at {hour}" for hour in range(1, 12) for day in ("Monday", "Tuesday", "the 20th")))
    assert grammar.allows(b"event X | start Monday at 3 ")
    assert not grammar.allows(b"event X | start Friday")
