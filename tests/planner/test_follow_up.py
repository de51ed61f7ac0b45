"""A follow-up, put into the command before it: what changes, what stays, what is one more thing to do."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner import follow_up
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30).astimezone()
PEOPLE = ("Sid Patel", "Nick Woods", "Ana Costa", "Ben Ito")
MEET = "meet Sid tomorrow at 2pm"


def plan(text: str, command: str = "") -> Plan:
    return resolve(notation.read(text, built_in()), built_in(), NOW, command)


def event(when: str, who: str = "Sid") -> Plan:
    return plan(f'1. get_email_address("{who}")\n2. create_calendar_event("Meeting", "{when}", "", "", ["$1"], "", "")\n3. join()')


def whole(command: str, last: Plan, text: str, alone: Plan | None = None) -> str:
    return follow_up.whole(command, last, text, alone, built_in(), PEOPLE)


@pytest.mark.parametrize(
    ("command", "when", "text", "meant"),
    [
        (MEET, "tomorrow at 2pm", "make it 3pm instead", "meet Sid tomorrow at 3pm"),
        (MEET, "tomorrow at 2pm", "on friday", "meet Sid friday at 2pm"),
        (MEET, "tomorrow at 2pm", "friday at 5pm rather", "meet Sid friday at 5pm"),
        ("meet Sid on thursday at 9", "thursday at 9", "no, on wednesday", "meet Sid on wednesday at 9"),
        ("meet Sid on friday at 3pm", "friday at 3pm", "next week instead", "meet Sid on friday at 3pm next week"),
        ("meet Sid on friday", "friday", "at noon", "meet Sid on friday noon"),
        (MEET, "tomorrow at 2pm", "for two hours", f"{MEET}, for two hours"),
        (MEET, "tomorrow at 2pm", "at Cafe Roma", f"{MEET}, at Cafe Roma"),
    ],
)
def test_words_of_time_take_the_place_of_the_same_part_of_the_old_ones(command: str, when: str, text: str, meant: str) -> None:
    assert whole(command, event(when), text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("add Nick", "meet Sid and Nick tomorrow at 2pm"),
        ("with ana costa too", "meet Sid and ana costa tomorrow at 2pm"),
        ("with Ben and Ana", "meet Sid and Ben and Ana tomorrow at 2pm"),
        ("Nick, not Sid", "meet Nick tomorrow at 2pm"),
        ("add Zoltan", f"{MEET}, add Zoltan"),
        ("Nick, at 4pm", "meet Sid and Nick tomorrow at 4pm"),
    ],
)
def test_people_of_the_address_book_are_put_beside_those_of_the_command_or_in_their_place(text: str, meant: str) -> None:
    assert whole(MEET, event("tomorrow at 2pm"), text) == meant


def test_a_named_argument_is_added_as_it_is_said() -> None:
    mail = plan('1. get_email_address("Sid")\n2. compose_new_email(["$1"], [], "Hi", "Hi", [])\n3. join()')
    assert whole("mail Sid hi", mail, "cc Nick") == "mail Sid hi, cc Nick"


def test_what_the_model_plans_with_another_tool_is_one_more_thing_to_do() -> None:
    alone = plan('1. get_phone_number("Nick")\n2. send_sms(["$1"], "hi")\n3. join()')
    assert whole(MEET, event("tomorrow at 2pm"), "and text Nick at 3pm", alone) == f"{MEET}, and text Nick at 3pm"


def test_what_the_model_plans_with_the_same_tool_corrects_it() -> None:
    last, alone = plan('1. open_note("Ideas", "")\n2. join()'), plan('1. open_note("Recipes", "")\n2. join()')
    assert whole("open my ideas note", last, "I meant the recipes note", alone) == "open my Recipes note"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_whatever_is_said_the_command_stays_a_text_and_nothing_is_lost_but_what_is_replaced(text: str) -> None:
    made = whole(MEET, event("tomorrow at 2pm"), text)
    assert made.startswith("meet ")
