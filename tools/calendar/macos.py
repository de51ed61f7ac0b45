"""Calendar on macOS: events in the Calendar app."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop, clock, seal, take_back, words_of
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError


def create_calendar_event(
    desk: MacDesktop,
    call: Call,
    title: str,
    start_date: dt.date | dt.datetime | None,
    end_date: dt.date | dt.datetime | None,
    location: str,
    invitees: Sequence[str],
    notes: str,
    calendar: str,
) -> Outcome:
    """Create an event; a day alone makes it an all-day event."""
    del call
    if start_date is None:
        raise DesktopError(f'the event "{title}" has no start: say when it is')
    start, end, whole_day = span(start_date, end_date)
    status, rows = desk.script("calendar", "calendar_names")
    index, name = chosen(pairs(rows), calendar)
    people = list(invitees)
    status, answer = desk.script(
        "calendar", "create_event", title, clock(start), clock(end), whole_day, location, notes, people,
        index, name,
    )  # fmt: skip
    if status != "ok":
        raise DesktopError("the calendars changed meanwhile: nothing was created; try again")
    uid, left = answer[0], int(answer[1])
    left_out, facts = answer[2 : 2 + left], answer[2 + left :]
    done = f'Created the event "{title}" on {words_of(start_date)} in the calendar {name}.'
    asked = [person for person in people if person not in left_out]
    if asked:
        done += f" {', '.join(asked)} added; Calendar may ask you before it sends the invitations."
    if left_out:
        done += f" Not invited, as the calendar {name} takes no invitees from here: {', '.join(left_out)}."
    undo = {"uid": uid, "calendar": name, "title": title, "seal": seal(facts)}
    details = {"uid": uid, "calendar": name, "left_out": left_out}
    return Outcome(result=done, done=done, undo=undo, details=details)


def undo(desk: MacDesktop, undo: Mapping[str, Any], *, force: bool) -> str:
    """Delete the event if it is as it was left."""
    where = (undo["calendar"], undo["uid"])
    return take_back(
        undo, force,
        facts=desk.script("calendar", "event_facts", *where),
        what=f'the event "{undo["title"]}"',
        delete=lambda: desk.script("calendar", "delete_event", *where),
    )  # fmt: skip


def span(
    start: dt.date | dt.datetime, end: dt.date | dt.datetime | None
) -> tuple[dt.datetime, dt.datetime, bool]:
    """Start and end of an event, and whether it takes whole days.

    Raises DesktopError where it ends before it starts.
    """
    if not isinstance(start, dt.datetime):
        last = end.date() if isinstance(end, dt.datetime) else end or start
        if last < start:
            raise DesktopError(f"the event would end on {last}, before it starts on {start}")
        # The last second of the day: right whether the app takes the end as part of the event or not.
        return dt.datetime.combine(start, dt.time()), dt.datetime.combine(last, dt.time(23, 59, 59)), True
    if end is None:
        finish = start + dt.timedelta(hours=1)
    elif isinstance(end, dt.datetime):
        finish = end
    else:
        finish = dt.datetime.combine(end, dt.time(23, 59, 59), start.tzinfo)
    if (finish.tzinfo is None) != (start.tzinfo is None):
        finish = finish.replace(tzinfo=start.tzinfo)
    if finish <= start:
        raise DesktopError(f"the event would end at {finish:%H:%M}, not after it starts at {start:%H:%M}")
    return start, finish, False


def pairs(rows: Sequence[str]) -> list[tuple[str, bool]]:
    """Names of the calendars and whether they can be written, in the app's order."""
    return [(rows[k], rows[k + 1] == "true") for k in range(0, len(rows) - 1, 2)]


def chosen(calendars: Sequence[tuple[str, bool]], wanted: str) -> tuple[int, str]:
    """Position (from 1) and name of the calendar wanted: the first that can be written if none is named.

    "Work (2)" is the second calendar called Work, where several are.
    Raises NotFoundError and AmbiguousError.
    """
    writable = [(k, name) for k, (name, can) in enumerate(calendars, 1) if can]
    if not writable:
        raise NotFoundError("Calendar has no calendar that can be written: add one there")
    if not wanted.strip():
        return writable[0]
    same = [entry for entry in writable if entry[1].casefold() == wanted.strip().casefold()]
    if len(same) == 1:
        return same[0]
    if same:
        labels = [f"{name} ({k})" for k, (_, name) in enumerate(same, 1)]
        candidates = [(label, label) for label in labels]
        raise AmbiguousError(f"{len(same)} calendars are called {wanted}", candidates)
    numbered = re.fullmatch(r"(.*) \((\d+)\)", wanted.strip())
    if numbered:
        same = [entry for entry in writable if entry[1].casefold() == numbered[1].casefold()]
        if 1 <= int(numbered[2]) <= len(same):
            return same[int(numbered[2]) - 1]
    names = ", ".join(name for _, name in writable)
    raise NotFoundError(f'no calendar "{wanted}" can be written; there are: {names}')
