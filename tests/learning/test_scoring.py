import pytest
from strategies import TOOLS, examples

from tinyagent_cli.learning.scoring import f1, score
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Plan

GOLD = notation.read(
    '1. get_phone_number("Ana")\n2. get_phone_number("Ben")\n3. send_sms(["$1", "$2"], "I am running late")\n4. join()',
    TOOLS,
)


def plan(text):
    return notation.read(text, TOOLS)


def test_every_gold_plan_is_full_success_against_itself():
    assert all(score(e.plan, e.plan).full for e in examples() if e.id.startswith("dev"))


def test_look_ups_in_another_order_are_the_same_plan():
    found = score(
        plan('1. get_phone_number("Ben")\n2. get_phone_number("Ana")\n3. send_sms(["$2", "$1"], "I\'m running late")\n4. join()'), GOLD
    )
    assert found.plan
    assert found.full
    assert found.names == (2, 2)


def test_another_name_is_plan_success_but_not_full_success():
    found = score(
        plan('1. get_phone_number("Anna")\n2. get_phone_number("Ben")\n3. send_sms(["$1", "$2"], "I am running late")\n4. join()'), GOLD
    )
    assert (found.plan, found.full) == (True, False)
    assert found.wrong == ("get_phone_number.name",)


def test_a_missing_edge_is_no_plan_success():
    found = score(
        plan('1. get_phone_number("Ana")\n2. get_phone_number("Ben")\n3. send_sms(["$1"], "I am running late")\n4. join()'), GOLD
    )
    assert not found.plan


def test_a_refusal_is_right_only_where_the_gold_plan_is_one():
    assert score(Plan(), Plan()).full
    assert not score(Plan(), GOLD).plan
    assert not score(GOLD, Plan()).plan


@pytest.mark.parametrize(
    ("a", "b", "value"), [("", "", 1.0), ("a", "", 0.0), ("buy the milk", "Buy milk", 0.8), ("x $1", "x $2", 0.5)]
)
def test_f1_counts_words_ignoring_case(a, b, value):
    assert f1(a, b) == pytest.approx(value)
