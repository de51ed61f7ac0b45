"""Guessing ahead: the plan is the same whatever is guessed, and right guesses save calls of the model."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from strategies import TOOLS, thorough

from tinyagent_cli.planner import decoding
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.guessing import LookUp

END = 256
PLAN = "map Prado\ntext Bob | say ^map\n"


class Wishing:
    """Wants to write one text, byte by byte, whatever it is asked about; counts how often it is asked."""

    def __init__(self, text):
        self.wanted, self.calls, self.tokens = text.encode(), 0, []

    def evaluate(self, tokens):
        return self.evaluate_last(tokens, 1)[0]

    def evaluate_last(self, tokens, count):
        self.calls += 1
        self.tokens = list(tokens)
        return np.stack([self._wish(tokens[: len(tokens) - count + n + 1]) for n in range(count)])

    def _wish(self, tokens):
        logits = -np.arange(257, dtype=np.float32)
        so_far = bytes(tokens[1:])
        at = len(so_far)
        logits[self.wanted[at] if self.wanted.startswith(so_far) and at < len(self.wanted) else END] = 1000
        return logits

    def piece(self, token):
        return bytes([token]) if token < END else b""


def written(draft, text=PLAN, grammar=None):
    model = Wishing(text)
    lines = list(decoding.Writing(model, [0], grammar or CompactGrammar(TOOLS.tools), END, draft=draft).lines())
    return lines, model.calls


@thorough
@given(st.lists(st.lists(st.integers(0, 255), max_size=5), max_size=60))
def test_whatever_is_guessed_the_plan_is_the_same(guesses):
    left = iter(guesses)
    lines, calls = written(lambda _tokens: next(left, []))
    assert (lines, calls <= len(PLAN) + 1) == (PLAN.splitlines(), True)


def test_a_model_that_is_guessed_right_is_asked_less():
    right = lambda tokens: list(PLAN.encode()[len(tokens) - 1 :][:3])  # noqa: E731
    assert written(right)[0] == PLAN.splitlines()
    assert written(right)[1] <= len(PLAN) / 4 + 2
    assert written(None)[1] == len(PLAN) + 1


def test_a_dead_end_behind_a_guess_is_left_as_without_one():
    """What is guessed may lead where the grammar allows nothing; the way back is the same."""

    class Insisting(Wishing):
        def _wish(self, tokens):
            logits = super()._wish(tokens)
            logits[END], logits[ord("\n")] = 10, 20
            return logits

    def lines(draft):
        model = Insisting("text Bob | say hello\n")
        grammar = CompactGrammar(TOOLS.only(["send_sms"]).tools)
        try:
            return list(decoding.Writing(model, [0], grammar, END, draft=draft, most=60).lines())
        except decoding.ModelError as fault:
            return str(fault)

    assert lines(None) == lines(lambda _tokens: list(b"ob, x"))


def test_what_followed_in_the_first_plan_is_guessed_to_follow_again_the_longest_agreement_first():
    look_up = LookUp([5, 1, 2, 3, 9, 2, 4, 7], 2)
    assert look_up([0, 1, 2]) == [3, 9]
    assert look_up([0, 9, 2]) == [4, 7]
    assert look_up([0, 0, 2]) == [3, 9]
    assert look_up([7]) == look_up([8]) == []
