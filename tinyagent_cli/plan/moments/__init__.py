"""Moments: words of time, and the date or the date and time that they mean now.

The planner copies the words of a command ("tomorrow at 2pm", "90 minutes"); `resolve` says what they mean, by
the conventions of the corpus (`corpus/README.md`, "Moments"). The way is straight: the words are brought to a
plain spelling (`words`), read by a grammar (`grammar`) as the parts of a moment that they settle (`reading`),
and these mean a day (`calendar`) and an hour (`meaning`). The rest of the command may settle an open hour
(`context`). Words which the grammar has no use for are an error that names them, never left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain, islice

from tinyagent_cli.plan.moments.calendar import NoSuchDayError
from tinyagent_cli.plan.moments.context import half_of
from tinyagent_cli.plan.moments.grammar import Furthest, readings
from tinyagent_cli.plan.moments.lengths import lengths_at
from tinyagent_cli.plan.moments.meaning import Setting, meaning
from tinyagent_cli.plan.moments.ranges import is_range, range_readings
from tinyagent_cli.plan.moments.reading import Reading
from tinyagent_cli.plan.moments.words import is_known, tokens
from tinyagent_cli.plan.moments.zones import local, on_the_wall

__all__ = ["MomentError", "duration", "has_words_of_time", "iso", "resolve"]

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_MOST_WORDS = 40
_MOST_LETTERS = 400
_MOST_READINGS = 60


class MomentError(ValueError):
    """Words that do not say a moment. The message names them, for a person."""


def resolve(
    said: str, now: datetime, *, command: str = "", start: date | datetime | None = None
) -> date | datetime:
    """What the words `said` mean at `now`: a date where only a day is meant, else a date and time.

    `command` is the whole command that the words were taken from; it may settle whether an hour is in the
    morning or in the evening. `start` is given where the words are the end of something that starts then: an
    hour alone is on its day or just after midnight, a length counts from it.

    Where `now` has a time zone (zoneinfo), so has the result: hours and minutes are counted in absolute time
    across a clock change, and a local time that the change skips is moved forward by it.

    Dates and times in ISO 8601 pass through unchanged. Raises MomentError where the words are not understood,
    name a day that does not exist, or an end before its start.
    """
    zone = now.tzinfo
    if _ISO.fullmatch(said.strip()):
        return _from_iso(said, now)
    words = _words(said)
    setting = Setting(on_the_wall(now, zone).replace(microsecond=0), zone, _on_the_wall(start, now))
    furthest, trouble = Furthest(), ""
    for reading in _candidates(" ".join(words), furthest, setting):
        half = "" if start or not reading.clock or reading.part else _half(reading, words, command)
        try:
            found = meaning(reading, replace(setting, half=half))
            return local(found, zone) if isinstance(found, datetime) else found
        except NoSuchDayError as fault:
            trouble = trouble or str(fault)
        except (ValueError, OverflowError):
            trouble = trouble or "it lies beyond the calendar"
    if not trouble:
        rest = " ".join(words)[furthest.at :]
        trouble = f'the words "{_short(rest)}" do not fit in' if rest else "the words do not fit together"
    raise MomentError(f'"{_short(said)}" is no moment: {trouble}')


def has_words_of_time(text: str) -> bool:
    """True where every word of the text can be part of a moment, or is one that moments are said with."""
    return all(is_known(word) for word in tokens(text, mend=True))


def reading_of(said: str) -> Reading | None:
    """What words settle of a moment, whenever it is; None where they say none."""
    try:
        return next(readings(" ".join(_words(said))), None)
    except MomentError:
        return None


def iso(value: date | datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS`, or `YYYY-MM-DD` for a date."""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else value.isoformat()


def duration(said: str) -> timedelta | None:
    """The length of time that the words say ("an hour and a quarter"), or None if they say none.

    Months and years are no length here, because they differ.
    """
    text = _LEADING.sub("", " ".join(tokens(said[:_MOST_LETTERS], mend=True)))
    for length, end in lengths_at(text, 0):
        if text[end:] in ("", " long") and len(said) <= _MOST_LETTERS:
            try:
                return length.exact
            except OverflowError:
                return None
    return None


_LEADING = re.compile(r"(?:(?:for|around|exactly|just|the|next|please|uh|um) )*")


def _words(said: str) -> list[str]:
    """The plain words, all of them known to the grammar."""
    if len(said) > _MOST_LETTERS:
        raise MomentError(f'"{_short(said)}" is no moment: it is too long')
    words = tokens(said, mend=True)
    strange = list(dict.fromkeys(word for word in words if not is_known(word)))
    if strange:
        names = ", ".join(f'"{_short(word)}"' for word in strange)
        raise MomentError(f'"{_short(said)}" is no moment: {names} not understood')
    if not words or len(words) > _MOST_WORDS:
        raise MomentError(f'"{_short(said)}" is no moment: it has {"too many" if words else "no"} words')
    return words


def _candidates(text: str, furthest: Furthest, setting: Setting) -> Iterator[Reading]:
    """The readings of the words as one moment, and as a range of which one end is wanted."""
    one = islice(readings(text, furthest), _MOST_READINGS)
    two = islice(range_readings(text, end=setting.start is not None), _MOST_READINGS)
    return (
        chain(two, one)
        if is_range(text, of_days=not isinstance(setting.start, datetime))
        else chain(one, two)
    )


def _half(reading: Reading, words: list[str], command: str) -> str:
    clock = reading.clock
    return half_of(clock, words, command) if clock and not clock.half and command else ""


def _from_iso(said: str, now: datetime) -> date | datetime:
    said = said.strip()
    try:
        if len(said) == len("2026-03-05"):
            return date.fromisoformat(said)
        found = datetime.fromisoformat(said)
    except ValueError as fault:
        raise MomentError(f'"{said}" is no moment: {fault}') from None
    if found.tzinfo is None:
        return local(found, now.tzinfo)
    return found.astimezone(now.tzinfo) if now.tzinfo else found


def _on_the_wall(start: date | datetime | None, now: datetime) -> date | datetime | None:
    return on_the_wall(start, now.tzinfo) if isinstance(start, datetime) else start


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:57] + "..."
