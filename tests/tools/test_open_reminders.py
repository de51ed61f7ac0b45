"""Reminders on the desktop `open`, read back by todoman."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from nasty_strings import NASTY, kept

from tinyagent_cli.errors import AmbiguousError

VIENNA = ZoneInfo("Europe/Vienna")


def test_todoman_reads_back_name_due_moment_priority_and_list(world):
    world.do(
        "create_reminder", name="Call Ana", due_date=dt.datetime(2026, 3, 5, 14), priority=1, notes="About $2"
    )
    (todo,) = world.todos()
    assert todo["summary"] == "Call Ana"
    assert dt.datetime.fromtimestamp(todo["due"], VIENNA) == dt.datetime(2026, 3, 5, 14, tzinfo=VIENNA)
    assert (todo["priority"], todo["list"]) == (1, "Reminders")


def test_todoman_reads_every_nasty_string_back_exactly(world):
    for text in NASTY:
        world.do("create_reminder", name=text, notes=text)
    read = world.todos()
    assert sorted(t["summary"] for t in read) == sorted(map(kept, NASTY))
    assert sorted(t["description"] for t in read) == sorted(map(kept, NASTY))


@pytest.mark.parametrize("due", [dt.date(2026, 3, 6), dt.datetime(2026, 3, 6, 11, tzinfo=VIENNA)])
def test_a_whole_day_is_due_on_the_day_and_rings_in_the_morning(world, due):
    made = world.do("create_reminder", name="Rent", due_date=due, all_day=True)
    todo = icalendar.Calendar.from_ical(Path(made.result).read_bytes()).walk("VTODO")[0]
    assert todo.decoded("DUE") == dt.date(2026, 3, 6)
    (alarm,) = todo.walk("VALARM")
    assert alarm.decoded("TRIGGER") == dt.timedelta(hours=9)
    assert alarm["TRIGGER"].params["RELATED"] == "END"


def test_without_a_moment_there_is_no_alarm(world):
    made = world.do("create_reminder", name="Some day", due_date=None)
    text = Path(made.result).read_text()
    assert "VALARM" not in text
    assert "DUE" not in text


def test_a_list_is_picked_by_name_and_a_new_one_is_made_and_said_and_undone(world):
    assert (
        Path(world.do("create_reminder", name="Stamps", list_name="errands").result).parent.name == "errands"
    )
    with pytest.raises(AmbiguousError):
        world.do("create_reminder", name="Stamps", list_name="Errand")
    made = world.do("create_reminder", name="Seeds", list_name="Garden")
    assert "new list “Garden”" in made.done
    assert {t["list"] for t in world.todos()} == {"Errands", "Garden"}
    world.desk.undo(made.undo)
    assert not Path(made.result).parent.exists()


def test_a_second_reminder_keeps_the_new_list_when_the_first_is_undone(world):
    first = world.do("create_reminder", name="Seeds", list_name="Garden")
    second = world.do("create_reminder", name="Soil", list_name="Garden")
    world.desk.undo(first.undo)
    assert Path(second.result).exists()
