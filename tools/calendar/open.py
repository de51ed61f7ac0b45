"""Events as iCalendar files, in a vdir collection that khal, vdirsyncer and their like read."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tinyagent_cli.desktops import vdir
from tinyagent_cli.desktops.addresses import addresses
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.once import uid_of
from tinyagent_cli.desktops.text import counted, plain, quoted
from tinyagent_cli.errors import DesktopError

if TYPE_CHECKING:
    from icalendar import Event

    from tinyagent_cli.desktops.open import OpenDesktop

LENGTH = dt.timedelta(hours=1)


def create_calendar_event(
    desk: OpenDesktop,
    call: Call,
    *,
    title: str,
    start_date: dt.date | None,
    end_date: dt.date | None,
    location: str,
    invitees: list[str],
    notes: str,
    calendar: str,
) -> Outcome:
    """Write the event into the calendar of that name, the default one where it is empty.

    Only the default calendar is made where it is missing: another one would be known to no program that
    syncs, and the event would be lost to the person.
    """
    start, end = span(vdir.need_moment(start_date, f"The event {quoted(title)}"), end_date, call)
    guests = addresses(invitees)
    collection = (
        vdir.pick(calendar, desk.places.calendars, "calendar").path if calendar else desk.places.events
    )
    data = vdir.item(event(desk, call, title, start, end, location, guests, notes))
    path, made, _ = vdir.write(desk.places.state, collection, uid_of(call), data)
    where = quoted(vdir.title_of(collection, desk.places.calendars))
    done = f"Created the event {quoted(title)} on {said(start, end)} in the calendar {where}."
    if guests:
        done += (
            f" {counted(len(guests), 'person is', 'people are')} listed as invited ({', '.join(guests)});"
            " no invitation has been mailed."
        )
    return Outcome(
        str(path), done, desk.undo_of_new(path, data, made), details={"path": str(path), "uid": uid_of(call)}
    )


def span(start: dt.date, end: dt.date | None, call: Call) -> tuple[dt.date, dt.date]:
    """Return start and end as iCalendar has them: an end that is a day counts whole, so DTEND is the day after it.

    Raises DesktopError where the end is not after the start.
    """
    if not isinstance(start, dt.datetime):
        last = end.date() if isinstance(end, dt.datetime) else end or start
        if last < start:
            raise DesktopError(
                f"The event would end on {vdir.spoken(last)}, before it starts on {vdir.spoken(start)}."
            )
        return start, last + dt.timedelta(days=1)
    first = vdir.placed(start, call)
    if end is None:
        return first, later(first, LENGTH, call)
    if not isinstance(end, dt.datetime):
        end = dt.datetime.combine(end + dt.timedelta(days=1), dt.time(), tzinfo=start.tzinfo)
    last_moment = vdir.placed(end, call)
    if last_moment <= first:
        raise DesktopError(
            f"The event would end at {vdir.spoken(last_moment)}, not after it starts at {vdir.spoken(first)}."
        )
    return first, last_moment


def later(moment: dt.datetime, length: dt.timedelta, call: Call) -> dt.datetime:
    """Return the moment after a length of real time, clock changes included."""
    zone = moment.tzinfo
    return vdir.placed((moment.astimezone(dt.UTC) + length).astimezone(zone), call)


def event(
    desk: OpenDesktop,
    call: Call,
    title: str,
    start: dt.date,
    end: dt.date,
    location: str,
    guests: list[str],
    notes: str,
) -> Event:
    """Return the VEVENT."""
    from icalendar import Event, vCalAddress, vText

    made = Event()
    made.add("UID", uid_of(call))
    made.add("DTSTAMP", call.now.astimezone(dt.UTC).replace(microsecond=0))
    made.add("SUMMARY", vdir.text(title))
    made.add("DTSTART", start)
    made.add("DTEND", end)
    for name, text in (("LOCATION", location), ("DESCRIPTION", notes)):
        if text:
            made.add(name, vdir.text(text))
    if guests and desk.places.address:
        organizer = vCalAddress(f"mailto:{desk.places.address}")
        if desk.places.name:
            organizer.params["CN"] = vText(plain(desk.places.name))
        made["ORGANIZER"] = organizer
    for guest in guests:
        attendee = vCalAddress(f"mailto:{guest}")
        attendee.params.update(
            {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "TRUE"}
        )
        made.add("ATTENDEE", attendee, encode=False)
    return made


def said(start: dt.date, end: dt.date) -> str:
    """Say when: "Thursday 5 March 2026 at 14:00 to 15:00"."""
    if not isinstance(start, dt.datetime):
        last = end - dt.timedelta(days=1)
        return vdir.spoken(start) + (f" to {vdir.spoken(last)}" if last != start else ", all day")
    assert isinstance(end, dt.datetime)
    return f"{vdir.spoken(start)} to {f'{end:%H:%M}' if end.date() == start.date() else vdir.spoken(end)}"
