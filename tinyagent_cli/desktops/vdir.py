"""iCalendar items in vdir collections: one item a file, in a directory for each calendar or list.

The format is vdirsyncer's (https://vdirsyncer.pimutils.org/en/stable/vdir.html), which khal and todoman share.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.desktops.programs import Collection
from tinyagent_cli.desktops.text import fold, plain, quoted
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

if TYPE_CHECKING:
    from icalendar import Component

PRODID = "-//tinyagent//tinyagent//EN"
NEAR = 75


def pick(name: str, collections: Sequence[Collection], what: str) -> Collection:
    """Return the collection of that name: as shown, as configured, or as its directory is called.

    Raises NotFoundError where none is near, AmbiguousError where several are or the name is not quite right.
    """
    key = fold(name)
    shown = [c for c in collections if c.path.is_dir()]
    named = [c for c in shown if key in {fold(c.title), fold(c.name), fold(c.path.name)}]
    distinct = list({c.path: c for c in named}.values())
    if len(distinct) == 1:
        return distinct[0]
    if distinct:
        choices = [(f"{c.title} ({c.path})", c.path.name) for c in distinct]
        raise AmbiguousError(f"Several {what}s are called {quoted(name)}.", choices)
    from rapidfuzz import fuzz

    rated = sorted(((fuzz.ratio(key, fold(c.title)), c) for c in shown), key=lambda pair: -pair[0])
    if near := [(c.title, c.title) for score, c in rated if score >= NEAR]:
        raise AmbiguousError(f"No {what} is called {quoted(name)}; this comes near.", near)
    there = ", ".join(quoted(c.title) for c in shown) or "none yet"
    raise NotFoundError(f"No {what} is called {quoted(name)}. There are: {there}.")


def placed(value: dt.datetime, call: Call) -> dt.datetime:
    """Return the moment in the zone it is to be written in: its own, the person's, or UTC where neither has a name.

    An hour that a clock change repeats cannot be told by zone and wall clock, and is written in UTC.
    """
    if value.tzinfo is None:
        value = value.replace(tzinfo=named_zone(call) or call.now.tzinfo or dt.UTC)
    instant = value.astimezone(dt.UTC)
    zone = value.tzinfo if isinstance(value.tzinfo, ZoneInfo) and value.tzinfo.key else named_zone(call)
    if zone is None:
        return instant
    local = instant.astimezone(zone)
    return local if local.replace(fold=0).astimezone(dt.UTC) == instant else instant


def named_zone(call: Call) -> ZoneInfo | None:
    """The person's time zone: that of the command's moment, else the system's where it agrees with that moment."""
    if isinstance(call.now.tzinfo, ZoneInfo) and call.now.tzinfo.key:
        return call.now.tzinfo
    for key in (
        os.environ.get("TZ", "").lstrip(":"),
        os.path.realpath("/etc/localtime").partition("zoneinfo/")[2],
    ):
        try:
            zone = ZoneInfo(key) if key else None
        except (ValueError, OSError):
            continue
        if zone and call.now.tzinfo and call.now.astimezone(zone).utcoffset() == call.now.utcoffset():
            return zone
    return None


def item(component: Component) -> bytes:
    """Return the file of one event or to-do, with the time zones it mentions."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODID)
    calendar.add_component(component)
    # The definition spans the years around the item: a whole century of clock changes would bury it.
    years = [v.dt.year for v in (component.get("DTSTART"), component.get("DUE"), component.get("DTEND")) if v]
    if years:
        calendar.add_missing_timezones(
            first_date=dt.date(max(min(years) - 1, 1970), 1, 1),
            last_date=dt.date(min(max(years) + 2, 9999), 1, 1),
        )
    return bytes(calendar.to_ical())


def text(given: str) -> str:
    """Return a text as iCalendar gets it: the library takes a byte-order mark in front for none of it, and drops it."""
    return plain(given).lstrip("\ufeff")


def write(state: Path, collection: Path, uid: str, data: bytes) -> tuple[Path, list[Path], bool]:
    """Write an item; return its path, the directories made, and False where this call has written it before."""
    with files.locked(state, collection):
        made = files.make_directory(collection)
        path = collection / f"{uid}.ics"
        return path, made, files.create(path, data)


def title_of(path: Path, collections: Sequence[Collection]) -> str:
    """The name of the collection at a path, for a message."""
    return next((c.title for c in collections if c.path == path), path.name)


def spoken(value: dt.date) -> str:
    """Say a date or moment: "Thursday 5 March 2026 at 14:00"."""
    day = f"{value:%A} {value.day} {value:%B %Y}"
    return f"{day} at {value:%H:%M}" if isinstance(value, dt.datetime) else day


def need_moment(value: object, what: str) -> dt.date:
    """Return a date or datetime as it is. Raises DesktopError."""
    if not isinstance(value, dt.date):
        raise DesktopError(f"{what} needs a day or a moment; none was given.")
    return value
