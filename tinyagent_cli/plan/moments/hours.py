"""Which hour of the day a clock means."""

from __future__ import annotations

from datetime import datetime, timedelta

from tinyagent_cli.plan.moments.reading import PARTS, Clock, Reading


def offset_of(reading: Reading, now: datetime, half: str) -> timedelta | None:
    """The time of day as the time since midnight, or None where only a day is said."""
    if reading.same_time:
        return timedelta(hours=now.hour, minutes=now.minute, seconds=now.second)
    if reading.clock is None:
        if reading.part is None:
            return None
        hour, minute = PARTS[f"{reading.degree} {reading.part}" if reading.degree else reading.part]
        return timedelta(hours=hour, minutes=minute)
    clock = reading.clock
    half = {"early": "am", "late": "pm"}.get(reading.degree or "", half)
    return timedelta(hours=_hour(clock, reading.part, half), minutes=clock.minute, seconds=clock.second)


def minutes_of(reading: Reading) -> int | None:
    """The minutes since midnight, or None where no hour is said or its half of the day is open."""
    if reading.clock is None or not (reading.clock.half or reading.part):
        return None
    return _hour(reading.clock, reading.part, "") * 60 + reading.clock.minute


def _hour(clock: Clock, part: str | None, half: str) -> int:
    """The hour on the 24-hour clock; 24 and more lie on the following day."""
    hour = clock.hour
    part = part or ""
    if clock.half in ("am", "pm"):
        hour = hour % 12 + (12 if clock.half == "pm" and hour <= 12 else 0) if hour <= 12 else hour
    elif clock.half == "":
        hour = _open_hour(hour, part, half)
    return hour + 24 if part == "night" and hour < 5 else hour


def _open_hour(hour: int, part: str, half: str) -> int:
    """The hour of an open clock, 1 to 12: by the part of the day, the rest of the command, or the habit."""
    if part == "morning" or (not part and half == "am"):
        return hour % 12
    if part == "lunch":
        return hour + 12 if hour < 6 else hour
    if part == "afternoon" or (not part and half == "pm"):
        return hour % 12 + 12
    if part == "evening":
        return hour + 12
    if part == "night":
        return hour + 12 if hour > 4 else hour
    return hour + 12 if hour < 7 else hour
