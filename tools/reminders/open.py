"""Reminders as iCalendar to-dos, in a vdir collection that todoman, vdirsyncer and their like read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.desktops import files, vdir
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.once import uid_of
from tinyagent_cli.desktops.text import one_line, quoted, safe_name
from tinyagent_cli.errors import NotFoundError

if TYPE_CHECKING:
    from icalendar import Todo

    from tinyagent_cli.desktops.open import OpenDesktop

MORNING = dt.timedelta(hours=9)
"""How long after midnight a reminder for a whole day rings."""


def create_reminder(
    desk: OpenDesktop,
    call: Call,
    *,
    name: str,
    due_date: dt.date | None,
    notes: str,
    list_name: str,
    priority: int,
    all_day: bool,
) -> Outcome:
    """Write the to-do into the list of that name, the default one where it is empty.

    Lists, unlike calendars, are made by naming them: a list that nothing comes near is made beside the
    default one, and the sentence says so.
    """
    collection, new = chosen_list(desk, list_name)
    due = due_date
    if isinstance(due, dt.datetime):
        due = due.date() if all_day else vdir.placed(due, call)
    data = vdir.item(todo(call, name, due, notes, priority))
    path, made, _ = vdir.write(desk.places.state, collection, uid_of(call), data)
    if new and made:
        files.create(collection / "displayname", one_line(list_name).strip().encode())
    where = ("new list " if new else "list ") + quoted(
        vdir.title_of(collection, desk.places.lists) if not new else list_name
    )
    done = (
        f"Created the reminder {quoted(name)}"
        + (f" for {vdir.spoken(due)}" if due else "")
        + f" in the {where}."
    )
    return Outcome(
        str(path), done, desk.undo_of_new(path, data, made), details={"path": str(path), "uid": uid_of(call)}
    )


def chosen_list(desk: OpenDesktop, name: str) -> tuple[Path, bool]:
    """Return the list's collection, and whether it has to be made."""
    if not name.strip():
        return desk.places.reminders, False
    beside = desk.places.reminders.parent / safe_name(name).lower()
    try:
        return vdir.pick(name, desk.places.lists, "list").path, False
    except NotFoundError:
        return beside, not beside.is_dir()


def todo(call: Call, name: str, due: dt.date | None, notes: str, priority: int) -> Todo:
    """Return the VTODO, with an alarm where it has a moment."""
    from icalendar import Alarm, Todo

    made = Todo()
    made.add("UID", uid_of(call))
    now = call.now.astimezone(dt.UTC).replace(microsecond=0)
    made.add("DTSTAMP", now)
    made.add("CREATED", now)
    made.add("SUMMARY", vdir.text(name))
    made.add("STATUS", "NEEDS-ACTION")
    if notes:
        made.add("DESCRIPTION", vdir.text(notes))
    if priority:
        made.add("PRIORITY", priority)
    if due is not None:
        made.add("DUE", due)
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", vdir.text(name))
        alarm.add(
            "TRIGGER",
            dt.timedelta(0) if isinstance(due, dt.datetime) else MORNING,
            parameters={"RELATED": "END"},
        )
        made.add_component(alarm)
    return made
