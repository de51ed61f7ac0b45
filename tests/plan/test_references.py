"""References: what is one, what is money, and what a result may contain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import texts, thorough

from tinyagent_cli.plan import references


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$1", [1]), ("$1 and $12, then $1.", [1, 12, 1]), ("($3)", [3]), ("Link:$2", [2]), ("$1,$2", [1, 2]),
        ("$1,200", []), ("$2.50", []), ("$1234", []), ("$0", []), ("$01", []), ("$1k", []), ("US$1", []),
        ("$$1", []), ("\\$1", []), ("$", []), ("$1$2", []), ("$١", []), ("$1١", []),
    ],
)  # fmt: skip
def test_references_are_told_from_money(text: str, found: list[int]) -> None:
    assert list(references.find(text)) == found


def test_only_a_text_that_is_nothing_else_is_a_whole_reference() -> None:
    assert references.whole("$12") == 12
    assert [references.whole(text) for text in ("$12 ", "\\$12", "$1,200", "", "12")] == [None] * 5


def test_a_result_is_not_looked_at_again() -> None:
    results = {1: "$2 and \\$2", 2: "two"}
    assert references.substitute("$1; $2", results.__getitem__) == "$2 and \\$2; two"


def test_escapes_come_off_when_results_are_put_in() -> None:
    assert references.substitute("\\$2 is not $2 but $2.50", lambda n: "two") == "$2 is not two but $2.50"


def test_a_backslash_before_a_dollar_sign_is_kept_in_a_literal() -> None:
    assert references.literal("\\$1 and $1") == "\\\\$1 and \\$1"
    assert references.substitute("\\\\$1 and \\$1", lambda n: "wrong") == "\\$1 and $1"


@thorough
@given(texts)
def test_nothing_in_a_literal_is_a_reference_and_it_comes_back_as_it_was(text: str) -> None:
    literal = references.literal(text)
    assert list(references.find(literal)) == []
    assert references.substitute(literal, lambda n: "wrong") == text


@thorough
@given(texts, st.sets(st.integers(1, 25)))
def test_settling_leaves_references_to_steps_that_exist_and_no_others(text: str, steps: set[int]) -> None:
    settled = references.settle(text, steps.__contains__)
    assert list(references.find(settled)) == [n for n in references.find(text) if n in steps]
    assert references.settle(settled, steps.__contains__) == settled


def test_renumbering_changes_references_and_nothing_else() -> None:
    assert references.renumber("$1, \\$1, $1,200 and $2", lambda n: n + 10) == "$11, \\$1, $1,200 and $12"
