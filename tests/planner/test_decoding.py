"""Decoding with a small real sequencer over bytes, whose wishes the grammar has to hold back."""

import datetime as dt

import numpy as np
import pytest
from strategies import TOOLS

from tinyagent_cli.errors import ModelError
from tinyagent_cli.planner import decoding
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar

END = 256


class Wishing:
    """Wants to write one text, byte by byte; what it may not write it replaces by any other byte, lowest first."""

    def __init__(self, text):
        self.wanted, self.evaluated = text.encode(), 0

    def evaluate(self, tokens):
        self.evaluated += 1
        logits = -np.arange(257, dtype=np.float32)
        at = len(tokens) - 1
        logits[self.wanted[at] if at < len(self.wanted) else END] = 1000
        return logits

    def piece(self, token):
        return bytes([token]) if token < END else b""


def written(text, tools=TOOLS):
    return list(decoding.lines(Wishing(text), [0], CompactGrammar(tools.tools), END))


def test_what_the_grammar_allows_is_written_as_the_model_wants():
    assert written("map Prado\ntext Bob | say ^map\n") == ["map Prado", "text Bob | say ^map"]


def test_a_token_that_is_not_allowed_gives_way_to_the_best_that_is():
    [first, *_] = written("zap Prado\n", TOOLS.only(["maps_open_location"]))
    assert first.startswith("map")


def test_the_plan_cannot_end_before_it_has_a_line():
    assert written("", TOOLS.only(["maps_open_location"]))


def test_a_model_that_never_ends_is_stopped():
    with pytest.raises(ModelError, match="no end of the plan"):
        list(decoding.lines(Wishing("note " + "a" * 5000), [0], CompactGrammar(TOOLS.tools), END, most=100))


def test_one_evaluation_a_token_and_none_to_check_them():
    wishing = Wishing("map Prado\n")
    list(decoding.lines(wishing, [0], CompactGrammar(TOOLS.tools), END))
    assert wishing.evaluated == len("map Prado\n") + 1


class Insisting(Wishing):
    """Wants to write one text; once sent back, only to end the line and the plan."""

    longest = 0

    def evaluate(self, tokens):
        logits = super().evaluate(tokens)
        if len(tokens) < self.longest:
            logits[ord("\n")], logits[END] = 3000, 2000
        self.longest = max(self.longest, len(tokens))
        return logits


def test_a_dead_end_is_left_by_the_way_it_was_entered_and_the_plan_goes_on():
    grammar = CompactGrammar(TOOLS.tools, copies=Copies("chat with Dara", dt.datetime(2026, 3, 4, 9, 30)))
    found = list(decoding.lines(Insisting("event Chat | start with Dara"), [0], grammar, END, most=60))
    assert found == ["event Chat"]


def test_a_word_that_is_far_from_likely_is_found_where_no_likely_one_is_allowed():
    """What is due can be a tool of which the model does not think at all: then the whole vocabulary is searched."""

    class Many(Wishing):
        def evaluate(self, tokens):
            others = 0 if tokens[-1] == ord("\n") else -5000  # that are likelier where a line begins, and never allowed
            return np.concatenate([super().evaluate(tokens), np.full(1000, others, np.float32)])

        def piece(self, token):
            return super().piece(token) if token <= END else b"\x00"

    grammar = CompactGrammar(TOOLS.tools, due=["maps_open_location"])
    found = list(decoding.lines(Many("text 0151 234567\n"), [0], grammar, END, most=400))
    assert found == ["text 0151 234567", "map"]
