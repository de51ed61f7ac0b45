"""Which day a reading means."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from tinyagent_cli.plan.moments.holidays import holiday, last_of_month, nth_weekday
from tinyagent_cli.plan.moments.reading import Reading
from tinyagent_cli.plan.moments.words import WEEKDAYS


class NoSuchDayError(ValueError):
    """The words name a day that does not exist."""


def day_of(reading: Reading, today: date, start: date | None, to_come: Callable[[date], bool]) -> date | None:
    """The day that `reading` means on `today`, or None where it names none.

    `start` is the first day of what the moment ends, if it ends something: days without a year or a month are
    then looked for from there. `to_come` tells whether the moment would still lie ahead on a day: of several
    possible days it is the first such.
    """
    day = _named_day(reading, today, start, to_come)
    if day is None and reading.neighbour is not None:
        if start is None:
            raise NoSuchDayError("it is not said which day that is seen from")
        day = start
    if day is None:
        return None
    if reading.onward is not None:
        day = reading.onward.after(day)
    return day + timedelta(days=reading.neighbour or 0)


def _named_day(
    reading: Reading, today: date, start: date | None, to_come: Callable[[date], bool]
) -> date | None:
    counted = next((name for name in ("iso", "shift", "ahead") if getattr(reading, name) is not None), None)
    if counted is not None:
        _only(reading, f"{counted} weekday")
        return _agreeing(_counted(reading, today), reading, free=counted == "ahead")
    if reading.holiday is not None or reading.slash is not None or reading.mday is not None:
        return _dated(reading, today, start or today, to_come)
    if reading.ordinal is not None:
        _only(reading, "ordinal weekday month months year years")
        return _first(_ordinals(reading, today), reading, start or today, to_come)
    if reading.weekday is not None or reading.week is not None:
        _only(reading, "weekday week")
        return _weekday(reading, today, start)
    return _period(reading, today)


def _dated(reading: Reading, today: date, floor: date, to_come: Callable[[date], bool]) -> date:
    """The day of a date in words or figures, or of a holiday; a weekday that is said with it must agree."""
    if reading.slash is not None:
        _only(reading, "slash year weekday")
        return _slash_day(reading, floor, to_come)
    if reading.holiday is not None:
        _only(reading, "holiday year years weekday")
        days = _holidays(reading, today, floor)
    else:
        _only(reading, "mday month months year years weekday")
        days = _month_days(reading, today, floor)
    return _agreeing(_first(days, reading, floor, to_come), reading)


def _only(reading: Reading, names: str) -> None:
    """Nothing that was said of the day may go unused."""
    if reading.says_other_than(f"{names} neighbour"):
        raise NoSuchDayError("more than one day is said")


def _holidays(reading: Reading, today: date, floor: date) -> Iterator[date | None]:
    said = _year(reading, today)
    for year in [said] if said else range(floor.year, floor.year + 2):
        yield holiday(reading.holiday or "", year)


def _counted(reading: Reading, today: date) -> date:
    if reading.iso:
        year, month, mday = (int(part) for part in reading.iso.split("-"))
        return _date(year, month, mday)
    if reading.ahead is not None:
        return reading.ahead.after(today)
    return today + timedelta(days=reading.shift or 0)


def _agreeing(day: date, reading: Reading, free: bool = False) -> date:
    """`day`, if it is the weekday that was said; with `free`, that weekday of the day's week."""
    if reading.weekday is None or day.weekday() == reading.weekday:
        return day
    if free:
        return day + timedelta(days=reading.weekday - day.weekday())
    is_one, said = WEEKDAYS[day.weekday()].title(), WEEKDAYS[reading.weekday].title()
    raise NoSuchDayError(f"{day.isoformat()} is a {is_one}, not a {said}")


def _first(
    days: Iterator[date | None], reading: Reading, floor: date, to_come: Callable[[date], bool]
) -> date:
    """The first of `days` that is still to come; any will do where the year or the month is fixed."""
    fixed = reading.year is not None or reading.years is not None or reading.months is not None
    for day in days:
        if day is not None and (fixed or (day >= floor and to_come(day))):
            return day
    raise NoSuchDayError("there is no such day")


def _ordinals(reading: Reading, today: date) -> Iterator[date | None]:
    if reading.weekday is None or reading.ordinal is None:
        return
    for year, month in _months(reading, today):
        yield nth_weekday(year, month, reading.weekday, reading.ordinal)


def _month_days(reading: Reading, today: date, floor: date) -> Iterator[date | None]:
    mday = reading.mday or 0
    weekday = reading.weekday if reading.month is None and reading.months is None else None
    for year, month in _months(reading, min(floor, today)):
        last = last_of_month(year, month)
        if mday <= last.day:
            day = last if mday < 0 else date(year, month, mday)
            if weekday is None or day.weekday() == weekday:
                yield day


def _months(reading: Reading, today: date) -> Iterator[tuple[int, int]]:
    """The months that may be meant, in order: one, or one a year, or every one."""
    if reading.months is not None:
        return iter([_month_after(today, reading.months)])
    if reading.month is not None and not 1 <= reading.month <= 12:
        raise NoSuchDayError(f"there is no month {reading.month}")
    said = _year(reading, today)
    if said is not None:
        return ((said, month) for month in range(1, 13) if reading.month in (None, month))
    ahead = 12 * 8 + 1 if reading.month else 12 * 2  # eight years hold a 29 February
    months = (_month_after(today, count) for count in range(ahead))
    return ((year, month) for year, month in months if reading.month in (None, month))


def _year(reading: Reading, today: date) -> int | None:
    return today.year + reading.years if reading.years is not None else reading.year


def _month_after(day: date, months: int) -> tuple[int, int]:
    """The year and the month `months` after the month of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return year, month + 1


def _slash_day(reading: Reading, floor: date, to_come: Callable[[date], bool]) -> date:
    """3/28 or 28/3, whichever exists; where both do, the one on the weekday said, else the next to come."""
    first, second = reading.slash or (0, 0)
    days = []
    for month, mday in ((first, second), (second, first)):
        years = [reading.year] if reading.year else range(floor.year, floor.year + 9)
        for year in years:
            if 1 <= month <= 12 and 1 <= mday <= last_of_month(year, month).day:
                day = date(year, month, mday)
                if reading.year or (day >= floor and to_come(day)):
                    days.append(day)
                    break
    agreeing = [day for day in days if reading.weekday in (None, day.weekday())]
    if not days:
        raise NoSuchDayError("there is no such day")
    if not agreeing:
        return _agreeing(days[0], reading)
    return agreeing[0] if reading.year else min(agreeing)


def _weekday(reading: Reading, today: date, start: date | None) -> date:
    if reading.week is None:
        weekday = reading.weekday or 0
        if start is not None:
            return start + timedelta(days=(weekday - start.weekday()) % 7)
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if reading.weekday is None and reading.week == 0:
        raise NoSuchDayError("it is not said which day of this week")
    monday = today + timedelta(days=7 * reading.week - today.weekday())
    return monday + timedelta(days=reading.weekday or 0)


def _period(reading: Reading, today: date) -> date | None:
    """The first day of a month or year named alone."""
    if reading.month is not None:
        year = reading.year or today.year + (reading.years or 0)
        if reading.year is None and reading.years is None and reading.month <= today.month:
            year += 1
        return date(year, reading.month, 1)
    if reading.months:
        return date(*_month_after(today, reading.months), 1)
    if reading.years:
        return date(today.year + reading.years, 1, 1)
    if reading.months is not None or reading.year is not None or reading.years is not None:
        raise NoSuchDayError("it is not said which day of it")
    return None


def _date(year: int, month: int, mday: int) -> date:
    try:
        return date(year, month, mday)
    except ValueError:
        raise NoSuchDayError(f"there is no {year}-{month:02}-{mday:02}") from None
