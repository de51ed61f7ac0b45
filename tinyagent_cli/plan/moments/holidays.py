"""Days with a name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta


def nth_weekday(year: int, month: int, weekday: int, which: int) -> date | None:
    """The `which`-th (-1: last) such weekday of a month, or None where it has no such."""
    if which < 0:
        last = last_of_month(year, month)
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    return day if day.month == month else None


def last_of_month(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _fixed(month: int, day: int) -> Callable[[int], date | None]:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, which: int, later: int = 0) -> Callable[[int], date | None]:
    def of_year(year: int) -> date | None:
        day = nth_weekday(year, month, weekday, which)
        return day + timedelta(days=later) if day else None

    return of_year


def _easter(later: int) -> Callable[[int], date | None]:
    def of_year(year: int) -> date | None:
        from dateutil.easter import easter  # here, because hardly any moment needs it

        sunday: date = easter(year)
        return sunday + timedelta(days=later)

    return of_year


# Names in plain form (no 's), and the day they fall on in a year. A "day" after the name may always be said.
HOLIDAYS: dict[str, Callable[[int], date | None]] = {
    "new year": _fixed(1, 1),
    "epiphany": _fixed(1, 6),
    "valentine": _fixed(2, 14),
    "saint valentine": _fixed(2, 14),
    "women": _fixed(3, 8),
    "saint patrick": _fixed(3, 17),
    "patrick": _fixed(3, 17),
    "april fool": _fixed(4, 1),
    "earth": _fixed(4, 22),
    "may day": _fixed(5, 1),
    "juneteenth": _fixed(6, 19),
    "independence": _fixed(7, 4),
    "halloween": _fixed(10, 31),
    "guy fawkes": _fixed(11, 5),
    "guy fawkes night": _fixed(11, 5),
    "bonfire night": _fixed(11, 5),
    "veteran": _fixed(11, 11),
    "saint nicholas": _fixed(12, 6),
    "christmas eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "boxing": _fixed(12, 26),
    "new year eve": _fixed(12, 31),
    "nye": _fixed(12, 31),
    "martin luther king": _nth(1, 0, 3),
    "president": _nth(2, 0, 3),
    "mother": _nth(5, 6, 2),
    "memorial": _nth(5, 0, -1),
    "father": _nth(6, 6, 3),
    "labor": _nth(9, 0, 1),
    "labour": _nth(9, 0, 1),
    "thanksgiving": _nth(11, 3, 4),
    "black friday": _nth(11, 3, 4, later=1),
    "cyber monday": _nth(11, 3, 4, later=4),
    "shrove tuesday": _easter(-47),
    "pancake": _easter(-47),
    "ash wednesday": _easter(-46),
    "palm sunday": _easter(-7),
    "good friday": _easter(-2),
    "easter sunday": _easter(0),
    "easter": _easter(0),
    "easter monday": _easter(1),
    "ascension": _easter(39),
    "pentecost": _easter(49),
    "whit monday": _easter(50),
}

# Names that are common words: only with "day" after them.
_NEED_DAY = (
    *(
        "women",
        "earth",
        "independence",
        "veteran",
        "president",
        "mother",
        "memorial",
        "father",
        "labor",
        "labour",
    ),
    *("pancake", "boxing", "april fool", "martin luther king", "ascension"),
)


def holiday_pattern() -> str:
    """A regular expression for the names, the longest first."""
    return "|".join(f"{name}{_after(name)}" for name in sorted(HOLIDAYS, key=len, reverse=True))


def _after(name: str) -> str:
    """What may stand behind the name: " day", unless it ends in such a word."""
    if name in _NEED_DAY:
        return " day"
    return "" if name.endswith(("day", "eve", "night")) else "(?: day)?"


def holiday(name: str, year: int) -> date | None:
    """The day of that name in `year`."""
    return HOLIDAYS[name if name in HOLIDAYS else name.removesuffix(" day")](year)
