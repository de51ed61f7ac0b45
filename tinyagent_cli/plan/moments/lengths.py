"""Lengths of time: "90 minutes", "an hour and a quarter", "two weeks"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache


@dataclass(frozen=True)
class Length:
    """A length of time, its parts of the clock apart from its parts of the calendar."""

    seconds: float = 0
    days: float = 0
    months: float = 0

    def __add__(self, other: Length) -> Length:
        return Length(self.seconds + other.seconds, self.days + other.days, self.months + other.months)

    def __mul__(self, times: float) -> Length:
        return Length(self.seconds * times, self.days * times, self.months * times)

    @property
    def clock(self) -> timedelta:
        """The part counted on the clock, in absolute time; half a day is twelve hours."""
        return timedelta(seconds=self.seconds + self.days % 1 * 86400)

    @property
    def exact(self) -> timedelta | None:
        """The whole length, or None where it has months, which differ in length."""
        return None if self.months else timedelta(days=self.days, seconds=self.seconds)

    @property
    def has_days(self) -> bool:
        """Whether it is counted in days or more, at least in part."""
        return bool(abs(self.days) >= 1 or self.months)

    def after(self, day: date) -> date:
        """The day that lies the calendar's part of this length after `day` (before it, if negative)."""
        if self.months:
            from dateutil.relativedelta import relativedelta  # here, because hardly any moment needs it

            day += relativedelta(months=int(self.months))
        return day + timedelta(days=int(self.days))


UNITS = {
    "sec": Length(seconds=1),
    "minute": Length(seconds=60),
    "hour": Length(seconds=3600),
    "day": Length(days=1),
    "week": Length(days=7),
    "fortnight": Length(days=14),
    "month": Length(months=1),
    "year": Length(months=12),
}
_UNIT = rf"(?P<unit>{'|'.join(UNITS)})"
_FORMS = (
    rf"half (?:(?:an?|the) )?{_UNIT}",
    rf"(?:(?:an? )?half an?|an? half) {_UNIT}",
    r"(?:(?P<quarters>\d|an?) )?quarter (?:of )?(?:an? )?(?P<of>hour)",
    r"(?P<h>\d{1,2})h(?P<m>\d\d)?",
    (
        rf"(?P<n>\d{{1,5}}(?:\.\d{{1,3}})?|an?|(?:a )?couple(?: of)?)(?P<half> and (?:a )?half)? {_UNIT}"
        r"(?: and (?:an? )?(?:(?P<threequarters>3 quarter)|(?P<quarter>quarter)|(?P<plus>half)))?"
        r"(?:(?<=hour) (?:and )?(?P<minutes>\d{1,2})$)?"
    ),
    rf"(?P<n>\d{{1,3}}) point (?P<tenths>\d) {_UNIT}",
    r"(?P<bare>hour)(?: and (?:a )?(?:(?P<quarter>quarter)|(?P<plus>half)))?",
)


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(rf"(?:{form})(?= |$)") for form in _FORMS)


def lengths_at(text: str, at: int) -> list[tuple[Length, int]]:
    """The lengths that the plain `text` may say from `at` on, and where they end, the longest first."""
    found: list[tuple[Length, int]] = []
    joint: re.Match[str] | None = _JOINT.match(text, at)
    total = Length()
    while joint and (match := next((m for form in _forms() if (m := form.match(text, joint.end()))), None)):
        total += _length(match)
        found.insert(0, (total, match.end()))
        joint = _JOINT.match(text, match.end() + 1) if match.end() < len(text) else None
    return found


_JOINT = re.compile(r"(?:and )?")


def _length(match: re.Match[str]) -> Length:
    said = {name: value for name, value in match.groupdict().items() if value is not None}
    if "h" in said:
        return UNITS["hour"] * int(said["h"]) + UNITS["minute"] * int(said.get("m", 0))
    if "of" in said:
        return UNITS["hour"] * (_count(said.get("quarters", "a")) / 4)
    unit = UNITS[said.get("unit") or said["bare"]]
    if "n" not in said and "bare" not in said:
        return unit * 0.5
    count = _count(said.get("n", "a")) + 0.1 * int(said.get("tenths", 0))
    count += sum(worth for name, worth in _FRACTIONS.items() if name in said)
    return unit * count + UNITS["minute"] * int(said.get("minutes", 0))


_FRACTIONS = {"half": 0.5, "plus": 0.5, "quarter": 0.25, "threequarters": 0.75}


def _count(word: str) -> float:
    if "couple" in word:
        return 2
    return 1 if word in ("a", "an") else float(word)
