"""What a reading means, now: the day, the hour, and what is counted from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from tinyagent_cli.plan.moments.calendar import NoSuchDayError, day_of
from tinyagent_cli.plan.moments.hours import offset_of
from tinyagent_cli.plan.moments.reading import Reading
from tinyagent_cli.plan.moments.zones import later


@dataclass(frozen=True)
class Setting:
    """What the words are seen from: all times on the wall."""

    now: datetime
    zone: tzinfo | None = None
    start: date | datetime | None = None  # of what the moment ends
    half: str = ""  # the half of the day that the rest of the command gives to an open hour

    @property
    def start_day(self) -> date | None:
        """The day of the start."""
        return self.start.date() if isinstance(self.start, datetime) else self.start


def meaning(reading: Reading, setting: Setting) -> date | datetime:
    """The date or the date and time that `reading` means. Raises NoSuchDayError."""
    if reading.length is not None:
        return _length(reading, setting)
    if reading.ahead is not None and (reading.ahead.clock or not reading.ahead.has_days):
        return _soon(reading, setting)
    reading = _same_time(reading, setting.now) if reading.same_time else reading
    offset = offset_of(reading, setting.now, setting.half)
    day = day_of(reading, setting.now.date(), setting.start_day, _to_come(offset, setting.now))
    if offset is None:
        return _without_hour(reading, setting, day)
    if reading.says_month_only:
        raise NoSuchDayError("an hour is said, but no day")
    if isinstance(setting.start, datetime):
        found = _end(reading, setting, day, offset)
    elif day is None:
        found = _at(setting.start_day or setting.now.date(), offset)
        if setting.start is None and found <= setting.now:
            found += timedelta(days=1)
    else:
        found = _today(reading, setting, _at(day, offset))
    return later(found, reading.lead.clock, setting.zone) if reading.lead else found


def _at(day: date, offset: timedelta) -> datetime:
    return datetime.combine(day, time()) + offset


def _to_come(offset: timedelta | None, now: datetime) -> Callable[[date], bool]:
    return lambda day: day > now.date() or (day == now.date() and (offset is None or _at(day, offset) > now))


def _length(reading: Reading, setting: Setting) -> date | datetime:
    """A length counts from the start of what it measures, or else from now."""
    length = reading.length
    assert length is not None
    if setting.start is None and (reading.clock or reading.part):  # "3pm for an hour" begins at three
        return meaning(replace(reading, length=None), setting)
    if reading.clock or reading.part or reading.says_day or reading.lead:
        begin = meaning(replace(reading, length=None), Setting(setting.now, setting.zone, half=setting.half))
        if begin not in (setting.start, setting.start_day):
            raise NoSuchDayError("the length is said to begin at another moment than the start")
    if setting.start is None and not length.clock:  # days from now are days
        return length.after(setting.now.date())
    begin = setting.start or setting.now
    if isinstance(begin, datetime):
        return later(datetime.combine(length.after(begin), begin.time()), length.clock, setting.zone)
    if length.clock or not length.has_days:
        raise NoSuchDayError("a length in hours needs a start with an hour")
    return length.after(begin) - timedelta(days=1)  # the first day counts


def _soon(reading: Reading, setting: Setting) -> datetime:
    """In twenty minutes: counted from now on the clock."""
    ahead = reading.ahead
    assert ahead is not None
    if reading.clock or reading.part or reading.weekday is not None:
        raise NoSuchDayError("both an hour and a time from now are said")
    found = datetime.combine(ahead.after(setting.now), setting.now.time())
    found = later(found, ahead.clock, setting.zone)
    return later(found, reading.lead.clock, setting.zone) if reading.lead else found


def _without_hour(reading: Reading, setting: Setting, day: date | None) -> date | datetime:
    if reading.degree is not None:
        raise NoSuchDayError(f'"{reading.degree}" says no hour')
    if day is not None and reading.lead is None:
        return day
    if day is None and reading.lead is not None and isinstance(setting.start, datetime):  # "an hour later"
        return later(setting.start, reading.lead.clock, setting.zone)
    raise NoSuchDayError("no day or hour is said")


def _same_time(reading: Reading, now: datetime) -> Reading:
    """The same time next week is on the same weekday, this time next month on the same day of it."""
    if reading.week is not None and reading.weekday is None:
        return replace(reading, weekday=now.weekday())
    if (reading.months is not None or reading.years is not None) and reading.mday is None:
        month = None if reading.months is not None else reading.month or now.month
        return replace(reading, mday=now.day, month=month)
    return reading


def _today(reading: Reading, setting: Setting, found: datetime) -> datetime:
    """An open hour of today that has passed is the later one, if that is still to come."""
    clock = reading.clock
    if reading.shift != 0 or clock is None or clock.half or reading.part or found > setting.now:
        return found
    other = found + timedelta(hours=12)
    return other if other.date() == found.date() and other > setting.now else found


def _end(reading: Reading, setting: Setting, day: date | None, offset: timedelta) -> datetime:
    """An end lies after its start: an hour alone, or on the start's day, is the first such after it."""
    start = setting.start
    assert isinstance(start, datetime)
    on_start_day = day is None or day == start.date()
    clock = reading.clock
    if on_start_day and clock and not clock.half and not reading.part and not reading.same_time:
        offset = timedelta(hours=clock.hour % 12, minutes=clock.minute, seconds=clock.second)
        found = _at(start.date(), offset)
        while found <= start:
            found += timedelta(hours=12)
        return found
    found = _at(day or start.date(), offset)
    if on_start_day and found <= start:
        found += timedelta(days=1)
    if found <= start:
        raise NoSuchDayError(
            f"it would end at {found:%Y-%m-%d %H:%M}, before it starts at {start:%Y-%m-%d %H:%M}"
        )
    return found
