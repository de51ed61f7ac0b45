"""What the words of a moment settle, before it is known what day it is."""

from __future__ import annotations

from dataclasses import dataclass

from tinyagent_cli.plan.moments.lengths import Length


@dataclass(frozen=True)
class Clock:
    """A time of day as said. `half` is "am" or "pm", "24" where nothing is open, "" where 7 may be 19:00.

    The hour may be 24 and more (midnight is 24:00): it then lies on the following day.
    """

    hour: int
    minute: int = 0
    second: int = 0
    half: str = ""
    words: str = ""  # in plain form, to find them in the command


@dataclass(frozen=True)
class Reading:
    """The parts of a moment that the words settle; None where they say nothing."""

    iso: str | None = None  # "2026-03-05"
    shift: int | None = None  # days from today: tomorrow is 1
    holiday: str | None = None  # a key of HOLIDAYS
    weekday: int | None = None  # Monday is 0
    week: int | None = None  # weeks from this one: next week is 1
    ordinal: int | None = None  # which one in the month: the second Tuesday is 2, the last -1
    mday: int | None = None  # day of the month; -1 is its last
    month: int | None = None
    months: int | None = None  # months from this one: next month is 1
    year: int | None = None
    years: int | None = None  # years from this one
    slash: tuple[int, int] | None = None  # 3/10: either may be the month
    ahead: Length | None = None  # in two weeks: from now on
    onward: Length | None = None  # a week from Monday: from the day said on
    lead: Length | None = None  # ten minutes before: from the moment said on
    neighbour: int | None = None  # the day before is -1, the same day 0
    length: Length | None = None  # 90 minutes
    clock: Clock | None = None
    part: str | None = None  # of the day: morning, lunch, afternoon, evening, night
    degree: str | None = None  # early, middle or late in it
    same_time: bool | None = None  # this time tomorrow

    def says_other_than(self, names: str) -> bool:
        """Whether the day is told by any part that is not in `names`."""
        return any(getattr(self, part) is not None for part in DAY_PARTS if part not in names.split())

    @property
    def says_month_only(self) -> bool:
        """Whether a month or a year is all that is said of the day."""
        return self.says_day and not self.says_other_than("month months year years")

    @property
    def says_day(self) -> bool:
        """Whether the words tell which day is meant."""
        return self.says_other_than("")


DAY_PARTS = ("iso", "shift", "holiday", "weekday", "week", "ordinal", "mday", "month", "months", "year",
             "years", "slash", "ahead", "neighbour")  # fmt: skip
PARTS: dict[str, tuple[int, int]] = {
    # part of the day, and its hour and minute when no clock is said
    "morning": (9, 0),
    "lunch": (12, 0),
    "afternoon": (14, 0),
    "evening": (18, 0),
    "night": (20, 0),
    "early morning": (7, 0),
    "middle morning": (10, 0),
    "late morning": (11, 0),
    "early afternoon": (13, 0),
    "middle afternoon": (15, 0),
    "late afternoon": (16, 0),
    "early evening": (17, 0),
    "late evening": (21, 0),
    "late night": (22, 0),
}
