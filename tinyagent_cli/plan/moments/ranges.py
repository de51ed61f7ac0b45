"""Words that say a beginning and an end at once: "2 to 3pm", "the 12th to the 14th of February"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

from tinyagent_cli.plan.moments.context import half_before
from tinyagent_cli.plan.moments.grammar import readings
from tinyagent_cli.plan.moments.hours import minutes_of
from tinyagent_cli.plan.moments.reading import DAY_PARTS, Reading
from tinyagent_cli.plan.moments.words import MONTHS

_JOINT = r" (?:to|until|through|and) "
_FROM = r"(?:^| )(?:from|between) (?!(?:now|today) )"
_BARE = r"(?:^|from |between |the )\d{1,2}$"
_MONTH = rf"(?P<month>{'|'.join(MONTHS)})"
_MONTH_DAY = (
    rf"(?:the )?\d{{1,2}}(?:th)? (?:of )?{_MONTH}|"
    rf"{_MONTH.replace('month', 'other')} (?:the )?\d{{1,2}}(?:th)?"
)
_MINUTES = r"(?:20|25|quarter|minute)$"  # "from twenty to one" begins at 12:40
_MOST = 8  # readings of a side: more are never sensible


def is_range(text: str, *, of_days: bool) -> bool:
    """Whether the plain `text` is likelier a range than a moment; `of_days` says that no hour is wanted."""
    if of_days and any(_days_alike(*sides) != sides for sides in _sides(text)):
        return True
    begin = re.search(_FROM, text)
    rest = text[begin.end() :] if begin else ""
    joint = re.search(_JOINT, rest)
    return joint is not None and not re.search(_MINUTES, rest[: joint.start()])


def range_readings(text: str, *, end: bool) -> Iterator[Reading]:
    """The readings of the beginning (or of the `end`) of the range that the plain `text` may say."""
    for sides in _sides(text):
        begin, until = _days_alike(*sides)
        lasts = list(islice(readings(until), _MOST))
        for first, last in product(islice(readings(begin), _MOST), lasts):
            if first != Reading() and last != Reading():
                yield _lent(last, first) if end else _begin(first, last)


def _sides(text: str) -> Iterator[tuple[str, str]]:
    return ((text[: joint.start()], text[joint.end() :]) for joint in re.finditer(_JOINT, text))


def _days_alike(begin: str, until: str) -> tuple[str, str]:
    """Both sides, a bare number beside a day of a month made one too: "jan 9 to 12", "5 to 7 september"."""
    if re.search(_BARE, begin) and (day := re.fullmatch(_MONTH_DAY, until)):
        return f"{begin}th {day['month'] or day['other']}", until
    if re.fullmatch(_BARE, until) and (day := re.fullmatch(_MONTH_DAY, re.sub(_FROM, "", begin))):
        return begin, f"{until}th {day['month'] or day['other']}"
    return begin, until


def _begin(first: Reading, last: Reading) -> Reading:
    """The beginning, with the month, the day and the half of the day that only the end says."""
    first = _lent(first, last)
    if first.mday is not None and first.month is None and first.months is None:
        first = replace(first, month=last.month, months=last.months, year=last.year)
    until = minutes_of(last)
    if until is not None and first.clock and not first.clock.half and not first.part:
        first = replace(first, clock=replace(first.clock, half=half_before(first.clock, until)))
    return first


def _lent(reading: Reading, other: Reading) -> Reading:
    """`reading` on the day of `other`, if it says none itself."""
    lent: dict[str, Any] = {name: getattr(other, name) for name in DAY_PARTS}
    return reading if reading.says_day else replace(reading, **lent)
