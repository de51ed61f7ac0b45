"""Events on the desktop `open`, read back by khal."""

from __future__ import annotations

import datetime as dt
import warnings
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nasty_strings import NASTY, kept

from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

VIENNA = ZoneInfo("Europe/Vienna")


def event_at(path: str) -> icalendar.Event:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return icalendar.Calendar.from_ical(Path(path).read_bytes()).walk("VEVENT")[0]


def test_khal_reads_back_title_place_notes_guests_and_hours(world):
    made = world.do(
        "create_calendar_event", title="Lunch", start_date=dt.datetime(2026, 3, 5, 14), end_date=None,
        location="Café Central", invitees=["sid@example.com", "ana@example.com, lutfi@example.com"], notes="Bring $1,200",
    )  # fmt: skip
    (event,) = world.khal()
    assert event["title"] == "Lunch"
    assert event["location"] == "Café Central"
    assert event["description"] == "Bring $1,200"
    assert (event["start-long"], event["end-long"]) == ("2026-03-05 14:00", "2026-03-05 15:00")
    invited = [str(who) for who in event_at(made.result)["ATTENDEE"]]
    assert invited == ["mailto:sid@example.com", "mailto:ana@example.com", "mailto:lutfi@example.com"]
    assert "no invitation has been mailed" in made.done
    assert event_at(made.result)["ORGANIZER"] == "mailto:alex@example.org"


def test_khal_reads_every_nasty_string_back_exactly(world):
    for text in NASTY:
        world.do(
            "create_calendar_event",
            title=text,
            start_date=dt.date(2026, 3, 9),
            location=text,
            notes=text,
            end_date=None,
        )
    read = world.khal()
    assert len(read) == len(NASTY)
    for name in ("title", "location", "description"):
        assert sorted(e[name] for e in read) == sorted(kept(text) for text in NASTY)


def test_days_make_all_day_events_whose_end_counts_whole(world):
    world.do("create_calendar_event", title="One day", start_date=dt.date(2026, 3, 10), end_date=None)
    world.do(
        "create_calendar_event",
        title="Three days",
        start_date=dt.date(2026, 3, 12),
        end_date=dt.date(2026, 3, 14),
    )
    read = {e["title"]: e for e in world.khal()}
    assert read["One day"]["all-day"] == "True"
    assert read["Three days"]["start-long"].startswith("2026-03-12")
    last = event_at(
        next(str(p) for p in world.places.events.glob("*.ics") if b"Three days" in p.read_bytes())
    )
    assert last.decoded("DTEND") == dt.date(2026, 3, 15)


@pytest.mark.parametrize("fold", [0, 1])
def test_the_hour_that_a_clock_change_repeats_is_told_apart(world, fold):
    start = dt.datetime(2026, 10, 25, 2, 30, tzinfo=VIENNA, fold=fold)
    made = world.do("create_calendar_event", title="Night", start_date=start, end_date=None)
    event = event_at(made.result)
    assert event.decoded("DTSTART").astimezone(dt.UTC) == start.astimezone(dt.UTC)
    assert event.decoded("DTEND") - event.decoded("DTSTART").astimezone(dt.UTC) == dt.timedelta(hours=1)


def test_the_default_hour_is_an_hour_of_real_time_across_a_clock_change(world):
    made = world.do(
        "create_calendar_event",
        title="Early",
        start_date=dt.datetime(2026, 3, 29, 1, 30, tzinfo=VIENNA),
        end_date=None,
    )
    event = event_at(made.result)
    assert event.decoded("DTEND").astimezone(VIENNA) == dt.datetime(2026, 3, 29, 3, 30, tzinfo=VIENNA)


def test_the_file_defines_the_zone_it_names_and_any_zone_is_read_right(world):
    made = world.do(
        "create_calendar_event", title="Call", start_date=dt.datetime(2026, 7, 1, 9), end_date=None
    )
    text = Path(made.result).read_text()
    assert "BEGIN:VTIMEZONE" in text
    assert "TZID=Europe/Vienna:20260701T090000" in text
    (event,) = world.khal("2026-07-01", "1d")
    assert event["start-long"] == "2026-07-01 09:00"


def test_a_zone_without_a_name_is_written_in_utc(world, monkeypatch):
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    now = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=-7)))
    made = world.do(
        "create_calendar_event",
        title="X",
        start_date=dt.datetime(2026, 3, 5, 14),
        with_call=world.call(now=now),
    )
    assert "DTSTART:20260305T210000Z" in Path(made.result).read_text()


def test_an_end_before_the_start_is_an_error_and_writes_nothing(world):
    with pytest.raises(DesktopError, match="would end"):
        world.do(
            "create_calendar_event",
            title="X",
            start_date=dt.datetime(2026, 3, 5, 14),
            end_date=dt.datetime(2026, 3, 5, 13),
        )
    with pytest.raises(DesktopError, match="day or a moment"):
        world.do("create_calendar_event", title="X", start_date=None)
    assert not list(world.places.events.glob("*.ics"))


def test_a_name_that_is_no_address_invites_nobody(world):
    with pytest.raises(DesktopError, match="“Sid” is not an e-mail address"):
        world.do("create_calendar_event", title="X", start_date=dt.date(2026, 3, 5), invitees=["Sid"])


def test_a_calendar_is_picked_by_its_shown_name_and_none_is_made_silently(world):
    made = world.do("create_calendar_event", title="X", start_date=dt.date(2026, 3, 5), calendar="WORK")
    assert Path(made.result).parent.name == "work"
    with pytest.raises(AmbiguousError) as near:
        world.do("create_calendar_event", title="X", start_date=dt.date(2026, 3, 5), calendar="Wrok")
    assert near.value.candidates == (("Work", "Work"),)
    with pytest.raises(NotFoundError, match="Personal"):
        world.do("create_calendar_event", title="X", start_date=dt.date(2026, 3, 5), calendar="Zoo")
    assert not (world.root / "calendars" / "zoo").exists()


def test_a_call_repeated_after_a_crash_writes_no_second_event(world):
    call = world.call()
    args = {"title": "Once", "start_date": dt.date(2026, 3, 5)}
    first = world.do("create_calendar_event", with_call=call, **args)
    again = world.do("create_calendar_event", with_call=call, **args)
    assert first == again or first.result == again.result
    assert len(list(world.places.events.glob("*.ics"))) == 1
    assert world.desk.undo(again.undo).startswith("Removed")


def test_a_broken_item_beside_it_does_no_harm(world):
    (world.places.events / "broken.ics").write_bytes(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nhalf")
    world.do("create_calendar_event", title="Good", start_date=dt.date(2026, 3, 5))
    assert [e["title"] for e in world.khal()] == ["Good"]
    assert (world.places.events / "broken.ics").read_bytes().endswith(b"half")


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="﻿"), max_size=60)
moments = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1), timezones=st.just(VIENNA))


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=texts, notes=texts, start=moments, minutes=st.integers(1, 3000))
def test_any_event_reads_back_as_it_was(world, title, notes, start, minutes):
    start = start.astimezone(dt.UTC).replace(microsecond=0).astimezone(VIENNA)
    end = (start.astimezone(dt.UTC) + dt.timedelta(minutes=minutes)).astimezone(VIENNA)
    made = world.do("create_calendar_event", title=title, notes=notes, start_date=start, end_date=end)
    event = event_at(made.result)
    assert (str(event.get("SUMMARY")), str(event.get("DESCRIPTION", ""))) == (title, notes)
    assert event.decoded("DTSTART").astimezone(dt.UTC) == start.astimezone(dt.UTC)
    assert event.decoded("DTEND").astimezone(dt.UTC) == end.astimezone(dt.UTC)
