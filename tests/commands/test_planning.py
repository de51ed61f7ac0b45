"""What is made ready while a plan is being written."""

import datetime as dt
import threading

import pytest
from sandboxed import MEETING, WrittenPlanner

from tinyagent_cli.commands import _house, _planning
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30)


class Telling:
    """A planner that says which tools are on offer before it writes."""

    name = "telling"
    on_tools = None

    def __init__(self, offered, during=lambda: None):
        self.offered, self.during = built_in().only(offered), during

    def plan(self, command, now):
        self.on_tools(self.offered)
        self.during()
        return WrittenPlanner(built_in(), {command: MEETING}).plan(command, now)

    def close(self):
        pass


@pytest.fixture
def house(home):
    return _house.open_house(quiet=True)


def started(monkeypatch, house, planner):
    """The threads in which contacts were asked for while the plan was written."""
    asked = threading.Event()
    threads = []

    def contacts(_self):
        threads.append(threading.current_thread().name)
        asked.set()
        return frozenset()

    monkeypatch.setattr(_house.House, "contacts", contacts)
    house.__dict__["planner"] = planner
    planner.during = lambda: asked.wait(10 if "get_email_address" in planner.offered or "send_sms" in planner.offered else 0.2)
    planned, _ = _planning.planned(house, "meet Sid", NOW)
    assert planned.plan.steps
    return threads


def test_contacts_are_read_while_the_plan_is_written_where_it_may_look_them_up(monkeypatch, house):
    assert started(monkeypatch, house, Telling(["create_calendar_event", "get_email_address"])) == ["contacts"]


def test_nothing_is_read_for_a_plan_without_people(monkeypatch, house):
    assert started(monkeypatch, house, Telling(["maps_open_location"])) == []


def test_what_goes_wrong_meanwhile_is_left_to_the_look_up(monkeypatch, house, capfd):
    def broken(_self):
        raise RuntimeError("no contacts")

    monkeypatch.setattr(_house.House, "contacts", broken)
    house.__dict__["planner"] = Telling(["get_email_address"], lambda: [t.join() for t in threading.enumerate() if t.name == "contacts"])
    assert _planning.planned(house, "meet Sid", NOW)[0].plan.steps
    assert capfd.readouterr().err == ""
