"""Days and hours in words: `Thu 5 March 2026, 14:00–15:00`."""

from __future__ import annotations

import datetime as dt

_DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_MONTHS = "January February March April May June July August September October November December".split()


def day(date: dt.date) -> str:
    """Name a day in full; the words are English whatever the locale, like the rest of the program."""
    return f"{_DAYS[date.weekday()]} {date.day} {_MONTHS[date.month - 1]} {date.year}"


def read(iso: str) -> dt.datetime | dt.date | None:
    """Read `YYYY-MM-DD[ HH:MM:SS]`; None where the text is something else."""
    try:
        if len(iso) == len("2026-03-05"):
            return dt.date.fromisoformat(iso)
        return dt.datetime.fromisoformat(iso)
    except ValueError:
        return None


def moment(iso: str) -> str:
    """Say one moment; text that is none is returned as it is."""
    at = read(iso)
    if at is None:
        return iso
    if isinstance(at, dt.datetime):
        return f"{day(at.date())}, {_hour(at)}"
    return day(at)


def span(start: str, end: str | int | None) -> str:
    """Say from when to when. `end` is a moment, a number of minutes, or None where only the start is known."""
    first = read(start)
    if first is None:
        return start
    if end is None:
        return moment(start) if isinstance(first, dt.datetime) else f"{day(first)}, all day"
    last = first + dt.timedelta(minutes=end) if isinstance(end, int) else read(end)
    if last is None:
        return f"{moment(start)} – {end}"
    if isinstance(first, dt.datetime) and isinstance(last, dt.datetime):
        if first.date() == last.date():
            return f"{day(first.date())}, {_hour(first)}–{_hour(last)}"
        return f"{day(first.date())}, {_hour(first)} – {day(last.date())}, {_hour(last)}"
    from_day = first.date() if isinstance(first, dt.datetime) else first
    to_day = last.date() if isinstance(last, dt.datetime) else last
    if from_day == to_day:
        return moment(start) if isinstance(first, dt.datetime) else f"{day(first)}, all day"
    if isinstance(first, dt.datetime):
        return f"{moment(start)} – {day(to_day)}"
    return f"{day(from_day)} – {day(to_day)}, all day"


def distance(iso: str, now: dt.datetime) -> str:
    """Say how far a day is from today: `today`, `tomorrow`, `in 3 days`, `2 days ago`; empty beyond a fortnight."""
    at = read(iso)
    if at is None:
        return ""
    days = ((at.date() if isinstance(at, dt.datetime) else at) - now.date()).days
    near = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if days in near:
        return near[days]
    if abs(days) > 14:
        return "in the past" if days < 0 else ""
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def _hour(at: dt.datetime) -> str:
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
