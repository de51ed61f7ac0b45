"""Where the model was in doubt, the other way is written too; the likelier plan is taken, the retriever being heard."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pytest
from strategies import TOOLS

from tinyagent_cli.errors import ModelError, PlanError
from tinyagent_cli.planner.dialects import compact
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.reranking import Doubt, Reranking, Weighed, Witness

END = 256
MAP, TEXT = "maps_open_location", "send_sms"


class Choosing:
    """Writes texts with given probabilities, byte by byte: a distribution over texts as a model of bytes."""

    def __init__(self, texts):
        self.texts = {(*text.encode(), END): share for text, share in texts.items()}
        self.evaluated: list[tuple[int, ...]] = []
        self.calls = 0

    def evaluate(self, tokens):
        self.calls += 1
        return self._row(tuple(tokens[1:]))

    def _row(self, written):
        self.evaluated.append(written)
        row = np.full(257, 1e-6)
        for text, share in self.texts.items():
            if text[: len(written)] == written and len(text) > len(written):
                row[text[len(written)]] += share
        return np.log(row / row.sum()).astype(np.float32)

    def piece(self, token):
        return bytes([token]) if token < END else b""


def read(lines):
    reader = compact.Reader(TOOLS.tools, "")
    for line in lines:
        reader.read(line)
    return reader.plan()


def best(texts, scores=(), grammar=lambda: CompactGrammar(TOOLS.tools), most=200):
    model = Choosing(texts)
    witness = Witness(dict.fromkeys(scores, 0.5) | dict(scores))
    plan = Reranking(model, [0], grammar, END, read=read, witness=witness, most=most).best()
    return [step.tool for step in plan.steps], model


def test_without_doubt_nothing_else_is_written():
    tools, model = best({"map Prado\n": 1.0})
    assert tools == [MAP]
    assert model.calls == len("map Prado\n") + 1


def test_the_likelier_plan_is_found_behind_the_less_likely_token():
    # "m" comes first with 0.55, but no way behind it has more than 0.3.
    tools, _ = best({"map Prado\n": 0.3, "mail bo@abc.de\n": 0.25, "text 0151 234567\n": 0.45})
    assert tools == [TEXT]


def test_of_two_plans_the_retriever_settles_which():
    plans = {"map Prado\n": 0.55, "text 0151 234567\n": 0.45}
    assert best(plans)[0] == [MAP]
    assert best(plans, {MAP: 0.2, TEXT: 0.9})[0] == [TEXT]


def test_the_retriever_does_not_outvote_a_model_that_is_sure():
    assert best({"map Prado\n": 0.99, "text 0151 234567\n": 0.01}, {MAP: 0.01, TEXT: 0.99})[0] == [MAP]


def test_a_plan_may_end_earlier_or_later_than_the_model_first_thought():
    longer, shorter = "map Prado\ntext 0151 234567\n", "map Prado\n"
    assert best({longer: 0.45, shorter: 0.55}, {MAP: 0.9, TEXT: 0.95})[0] == [MAP, TEXT]
    assert best({longer: 0.55, shorter: 0.45}, {MAP: 0.9, TEXT: 0.05})[0] == [MAP]


def test_a_refusal_is_reconsidered_like_any_plan():
    assert best({"none\n": 0.55, "map Prado\n": 0.45}, {MAP: 0.95})[0] == [MAP]


def test_a_way_that_cannot_win_is_given_up():
    _, model = best({"map Prado\n": 0.9, "text 0151 23456789\n": 0.1}, {MAP: 0.9, TEXT: 0.1})
    assert model.calls == len("map Prado\n") + 1


def test_only_plans_of_the_grammar_are_candidates():
    only = TOOLS.only([MAP])
    tools, _ = best({"map Prado\n": 0.55, "text 0151 234567\n": 0.45}, {MAP: 0.1, TEXT: 0.9}, lambda: CompactGrammar(only.tools))
    assert tools == [MAP]


def test_a_way_without_end_is_no_candidate_and_a_plan_without_end_is_an_error():
    endless = "note " + "a" * 300
    assert best({"map Prado\n": 0.55, endless: 0.45}, {MAP: 0.3, "create_note": 0.9})[0] == [MAP]
    with pytest.raises(ModelError, match="no end of the plan"):
        best({endless: 1.0})


def test_what_a_dead_end_took_back_does_not_count_against_the_plan():
    """The model insists on the same person three times, which the grammar does not allow; the plan stays the likelier."""
    copies = Copies("Bob", dt.datetime(2026, 3, 4, 9, 30))
    insisting = {"text Bob, Bob, Bob | say Hi\n": 0.6, "text Bob\n": 0.3, "map Bob\n": 0.1}
    tools, _ = best(insisting, grammar=lambda: CompactGrammar(TOOLS.tools, copies=copies))
    weighed = Weighed(Choosing(insisting), [0], CompactGrammar(TOOLS.tools, copies=copies), END, most=100)
    lines = list(weighed.lines())
    assert lines == ["text Bob"]
    assert len(weighed.logs) == len(weighed.tokens) + 1
    assert tools == ["get_phone_number", TEXT]


def test_a_branch_that_goes_back_behind_its_beginning_is_no_other_plan():
    copies = Copies("Bob", dt.datetime(2026, 3, 4, 9, 30))
    model = Choosing({"text Bob, Ann\n": 1.0})
    begun = list(b"text Bob, ")
    branch = Doubt(len(begun) - 1, begun[-1], 0.0)
    weighed = Weighed(model, [0], CompactGrammar(TOOLS.tools, copies=copies), END, most=100, branch=branch)
    list(weighed.lines(begun))
    assert weighed.given_up


def test_a_branch_that_cannot_be_read_leaves_the_first_plan():
    def reading(lines):
        if "text 0151 234567" in lines:
            raise PlanError("no sense")
        return read(lines)

    model = Choosing({"map Prado\n": 0.55, "text 0151 234567\n": 0.45})
    witness = Witness({MAP: 0.1, TEXT: 0.9})
    grammar = lambda: CompactGrammar(TOOLS.tools)  # noqa: E731
    plan = Reranking(model, [0], grammar, END, read=reading, witness=witness, most=200).best()
    assert [step.tool for step in plan.steps] == [MAP]


def test_the_last_doubt_is_followed_first_since_what_stands_before_it_is_evaluated_already():
    _, model = best({"map A\n": 0.4, "map B\n": 0.35, "note C\n": 0.25}, {MAP: 0.9, "create_note": 0.9})
    written = [bytes(tokens) for tokens in model.evaluated if END not in tokens]
    assert written.index(b"map B") < written.index(b"n")


def test_a_witness_is_never_surer_than_certain():
    witness = Witness({MAP: 1.0, TEXT: 0.0})
    assert witness.most == pytest.approx(2 * math.log(1 - 1e-4))
    assert math.isfinite(witness.log(read(["text 0151 234567"])))
