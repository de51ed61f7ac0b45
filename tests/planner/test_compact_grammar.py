import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOOLS, examples

from tinyagent_cli.planner.dialects import compact
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
