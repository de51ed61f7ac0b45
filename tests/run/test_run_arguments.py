"""Results put in for references, and arguments made ready for a desktop."""

import datetime as dt
import re

import pytest
from desks import NOW, TOOLS, step
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyagent_cli.errors import DesktopError
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment
from tinyagent_cli.run import record
from tinyagent_cli.run.arguments import members, prepared, put_in

texts = st.text(st.sampled_from("ab $12,.\\\n@x€"), max_size=20)
plain_words = st.text(st.sampled_from("abc \n€"), max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(plain_words, st.integers(1, 3)), max_size=5), st.tuples(texts, texts, texts))
def test_each_reference_becomes_its_result_and_the_result_is_not_read_again(parts, results):
    parts = [(words if not words or words[-1] in " \n" else words + " ", n) for words, n in parts]
    text = " ".join(f"{words}${n}" for words, n in parts)
    expected = " ".join(f"{words}{results[n - 1]}" for words, n in parts)
    assert put_in(text, lambda n: results[n - 1]) == expected


@settings(deadline=None)
@given(texts)
def test_text_made_literal_comes_out_as_it_was(text):
    written = references.literal(text)
    assert not list(references.find(written))
    if "\\$" not in text:
        assert put_in(written, lambda _: "WRONG") == text


@settings(deadline=None)
@given(st.lists(st.integers(1, 4), max_size=6), st.dictionaries(st.integers(1, 4), texts))
def test_a_list_keeps_unknown_references_and_loses_no_item(numbers, results):
    items = tuple(f"${n}" for n in numbers)
    out = put_in(items, results.get)
    if all(len(members(r)) == 1 for r in results.values()):
        assert out == tuple(results.get(n, f"${n}") for n in numbers)
    assert {f"${n}" for n in numbers if n not in results} <= set(out)


def test_a_result_that_looks_like_a_reference_stays_as_it_is():
    assert put_in("see $2 and $1,200", {2: "$1", 1: "no"}.get) == "see $1 and $1,200"


def test_a_group_becomes_several_items_and_nobody_gets_two():
    results = {1: "ana@x.org, bo@x.org", 2: "bo@x.org"}
    assert put_in(("$1", "$2"), results.get) == ("ana@x.org", "bo@x.org")


@pytest.mark.parametrize("text", ["Report, final.pdf", "a@x.org", "one, two", "", "1, 2", "Doe, j@x.org"])
def test_a_comma_alone_makes_no_group(text):
    assert members(text) == [text]


def test_phone_numbers_of_a_group_are_taken_apart():
    assert members("+39 055 123, 0551234") == ["+39 055 123", "0551234"]


def test_inside_a_longer_item_a_group_stays_text():
    assert put_in(("to $1",), {1: "a@x.org, b@x.org"}.get) == ("to a@x.org, b@x.org",)


def test_moments_become_dates_in_the_zone_of_now():
    tool = TOOLS["create_calendar_event"]
    args = step(1, tool.name, start_date=Moment("x", "2026-03-29 02:30:00"), end_date="2026-03-30").args
    made = prepared(tool, args, NOW)
    # 02:30 is skipped by the clock change of that night.
    assert made["start_date"] == dt.datetime(2026, 3, 29, 3, 30, tzinfo=NOW.tzinfo)
    assert made["end_date"] == dt.date(2026, 3, 30)
    assert made["invitees"] == []
    assert prepared(tool, step(1, tool.name).args, NOW)["start_date"] is None


def test_words_that_are_no_moment_fail_with_their_name():
    tool = TOOLS["create_reminder"]
    with pytest.raises(DesktopError, match=re.escape("due_date")):
        prepared(tool, step(1, tool.name, due_date="blorp").args, NOW)


def test_arguments_come_back_from_the_journal_as_they_were():
    args = {
        "at": dt.datetime(2026, 3, 5, 14, tzinfo=NOW.tzinfo), "day": dt.date(2026, 3, 5), "list": ["a", "b"],
        "text": '{"moment": 1}', "n": 3, "yes": True, "none": None,
    }  # fmt: skip
    back = record.args_of(record.args_text(args), NOW)
    assert back == args
    assert back["at"].tzinfo == NOW.tzinfo
    assert record.moment_of(record.moment_text(NOW)) == NOW
    assert str(record.moment_of(record.moment_text(NOW)).tzinfo) == "Europe/Rome"
