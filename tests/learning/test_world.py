"""World success: plans carried out in sandboxes, with what they leave behind compared."""

from dataclasses import replace

import pytest
from strategies import TOOLS, examples

from tinyagent_cli.learning import world
from tinyagent_cli.plan.model import Plan

PEOPLE = ("get_phone_number", "get_email_address", "summarize_pdf")
MEETING = next(e for e in examples() if [s.tool for s in e.plan.steps] == ["get_email_address", "create_calendar_event"])
TEXT = next(e for e in examples() if [s.tool for s in e.plan.steps] == ["get_phone_number", "send_sms"])


def changed(one, tool, **args):
    return Plan(tuple(replace(s, args={**s.args, **args}) if s.tool == tool else s for s in one.plan.steps))


@pytest.mark.slow
def test_gold_plans_leave_the_same_world_twice_and_something_in_it():
    for one in [e for e in examples() if e.id.startswith("train-")][::400]:
        assert world.same_world(one.plan, one.plan, TOOLS, one.now), one.id
        if any(step.tool not in PEOPLE for step in one.plan.steps):
            assert not world.same_world(Plan(), one.plan, TOOLS, one.now), one.id


@pytest.mark.parametrize(
    ("one", "tool", "args", "same"),
    [
        (MEETING, "create_calendar_event", {}, True),
        (MEETING, "create_calendar_event", {"location": "on the far side of the moon"}, False),
        (MEETING, "create_calendar_event", {"invitees": ()}, False),
        (MEETING, "get_email_address", {"name": "Somebody Else"}, False),
        (TEXT, "send_sms", {"message": "something quite different"}, False),
        (TEXT, "get_phone_number", {"name": "Somebody Else"}, False),
    ],
)
def test_another_person_place_or_text_is_another_world(one, tool, args, same):
    assert world.same_world(changed(one, tool, **args), one.plan, TOOLS, one.now) is same


def test_a_step_too_many_is_another_world():
    again = Plan((*MEETING.plan.steps, replace(MEETING.plan.steps[-1], id=len(MEETING.plan.steps) + 1)))
    assert not world.same_world(again, MEETING.plan, TOOLS, MEETING.now)
