"""The grammar: which words, in their plain form, settle which part of a moment.

A moment is said as a row of pieces in any order: a day ("next Friday", "the 3rd of May"), an hour ("half past
six"), a part of the day ("in the evening"), a length ("in two weeks", "an hour before"). Each piece is a regular
expression, and what it settles of a `Reading`. A reading covers all the words, and no two of its pieces settle the
same part. Where words can be read in more than one way, the piece that stands first in the tables is tried first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from tinyagent_cli.plan.moments.holidays import holiday_pattern
from tinyagent_cli.plan.moments.lengths import Length, lengths_at
from tinyagent_cli.plan.moments.reading import Clock, Reading
from tinyagent_cli.plan.moments.words import MONTHS, WEEKDAYS

Settled = dict[str, Any]
Piece = tuple[re.Pattern[str], Callable[[re.Match[str]], Settled | None]]

_W = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_M = rf"(?P<month>{'|'.join(MONTHS)})"
_D = r"(?P<mday>\d{1,2})"
_Y = r"(?P<year>(?:19|20|21)\d\d|20 \d\d)"
_H = r"(?P<h>\d{1,2}|noon|midnight)"
_HALF = r"(?: oclock)?(?: (?P<half>am|pm))?"
_THE = r"(?:the )?"


def _piece(pattern: str, settles: Callable[[re.Match[str]], Settled | None]) -> Piece:
    return re.compile(rf"(?:{pattern})(?= |$)"), settles


def _as(**settled: Any) -> Callable[[re.Match[str]], Settled | None]:
    """Settles these parts, and those that the pattern's groups name."""
    return lambda match: _named(match) | settled


def _named(match: re.Match[str]) -> Settled:
    settled: Settled = {}
    for name, word in match.groupdict().items():
        if word is None:
            continue
        if name == "weekday":
            settled[name] = WEEKDAYS.index(word)
        elif name == "month":
            settled[name] = MONTHS.index(word) + 1
        elif name in ("mday", "year"):
            settled[name] = int(word.replace(" ", ""))
        elif name == "ordinal":
            settled[name] = -1 if word == "last" else int(word.removesuffix("th"))
        elif name == "part":
            settled[name] = word.replace("eve ", "evening ").replace("lunchtime", "lunch").replace("mid ", "middle ")
        else:
            settled[name] = word
    return settled


def _slash(match: re.Match[str]) -> Settled:
    first, second, year = int(match[1]), int(match[2]), match[3]
    dated: Settled = {} if year is None else {"year": int(year) + (2000 if len(year) == 2 else 0)}
    if match[0].count("."):  # with dots the day stands first
        return dated | {"mday": first, "month": second}
    return dated | {"slash": (first, second)}


def _clock(match: re.Match[str]) -> Settled | None:
    """A time of day from the groups h, m (minutes), back (minutes before the hour), s and half."""
    said = match.groupdict()
    hour = {"noon": 12, "midnight": 24}.get(said["h"]) or int(said["h"])
    minute, second = int(said.get("m") or 0), int(said.get("s") or 0)
    half = said.get("half") or ""
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute and said["h"] != "midnight"):
        return None
    if half and (hour == 0 or (hour > 12 and half == "am")):
        return None
    closed = hour > 12 or hour == 0 or said["h"].startswith("0") or said["h"] == "noon"
    if "back" in said:
        hour, minute = hour - 1 or (0 if closed else 12), 60 - int(said["back"])
    if half and hour <= 12:
        closed = False
    return {"clock": Clock(hour, minute, second, "24" if closed else half, match[0])}


def _spoken(words: str) -> Callable[[re.Match[str]], Settled | None]:
    """A time said as minutes past or to the hour; `words` fixes the minutes, else the group `n` holds them."""

    def settles(match: re.Match[str]) -> Settled | None:
        minute = int(words or match["n"])
        if not words and not (0 < minute < 30 and (minute % 5 == 0 or "minute" in match[0])):
            return None
        found = _clock(match)
        if found is None:
            return None
        clock: Clock = found["clock"]
        if match.groupdict().get("way") in ("to", "before", "until", "of"):
            hour = clock.hour - 1
            if clock.half == "" and hour == 0:
                hour = 12
            elif clock.half in ("am", "pm") and hour in (0, 11):  # ten to twelve pm is before noon, to one pm after
                return _before_turn(clock, hour, 60 - minute)
            return {"clock": Clock(hour, 60 - minute, 0, clock.half, clock.words)}
        return {"clock": Clock(clock.hour, minute, 0, clock.half, clock.words)}

    return settles


def _before_turn(clock: Clock, hour: int, minute: int) -> Settled:
    """Minutes before 12 or 1 o'clock of a said half of the day: 12 belongs to the half which it begins."""
    if hour == 0:
        return {"clock": Clock(12, minute, 0, clock.half, clock.words)}
    return {"clock": Clock(11 if clock.half == "pm" else 23, minute, 0, "24", clock.words)}


def _compact(match: re.Match[str]) -> Settled | None:
    """730, 1430, 0615: hours and minutes run together. Without a half, four digits are of the 24-hour clock."""
    digits, half = match["digits"], match["half"] or ""
    hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > 23 or minute > 59 or (half and not 0 < hour < 13):
        return None
    return {"clock": Clock(hour, minute, 0, half or ("24" if len(digits) == 4 else ""), match[0])}


_PAST = r"(?:past|after)"
_WAY = r"(?P<way>to|before|until|of|past|after)"
_BEFORE_DAY = r"(?P<early>early |late |middle )?"

_DAYS: tuple[Piece, ...] = (
    _piece(r"(?P<iso>\d{4}-\d\d?-\d\d?)", _as()),
    _piece(rf"{_THE}day after tomorrow", _as(shift=2)),
    _piece(rf"{_THE}day before yesterday", _as(shift=-2)),
    _piece(r"(?:later )?(?:(?:this )?same time|this time)", _as(same_time=True)),
    _piece(r"(?:later )?today(?: later)?", _as(shift=0)),
    _piece(r"tomorrow week", _as(shift=8)),
    _piece(r"today week", _as(shift=7)),
    _piece(r"tomorrow", _as(shift=1)),
    _piece(r"yesterday", _as(shift=-1)),
    _piece(r"(?:early |later )?tonight|this night", _as(shift=0, part="night")),
    _piece(r"late tonight|tonight late", _as(shift=0, part="late night")),
    _piece(r"(?:later )?this (?P<part>(?:early |late |middle )?(?:morning|afternoon|evening|night))", _as(shift=0)),
    _piece(r"(?P<part>early |late )this (?P<of>morning|afternoon|evening)",
           lambda m: {"shift": 0, "part": m["part"] + m["of"]}),
    _piece(rf"{_THE}(?P<holiday>{holiday_pattern()})(?: {_Y})?", _as()),
    _piece(rf"{_THE}(?P<ordinal>[1-5]th|last) {_W}(?= (?:in|of|this|next) )", _as()),
    _piece(rf"{_THE}{_D}(?:th)? (?:day )?(?:of )?{_M}(?: (?:in )?{_Y})?", _as()),
    _piece(rf"{_M} (?:the )?{_D}(?:th)?(?: (?:in )?{_Y})?", _as()),
    _piece(rf"(?:{_THE}(?:last day|end) of|end) (?:in )?{_M}(?: {_Y})?", _as(mday=-1)),
    _piece(rf"{_THE}(?:first|1th) day of (?=next|{MONTHS[0]})", _as(mday=1)),
    _piece(rf"{_THE}start of {_M}(?: {_Y})?", _as(mday=1)),
    _piece(rf"{_THE}middle (?:of )?{_M}(?: {_Y})?", _as(mday=15)),
    _piece(rf"(?:in |of |this )?{_M}(?: (?:in )?{_Y})?", _as()),
    _piece(rf"{_THE}(?:last day|end) (?:of )?(?:(?:the|this) )?month|eom", _as(mday=-1, months=0)),
    _piece(rf"{_THE}(?:last day|end) of next month", _as(mday=-1, months=1)),
    _piece(rf"{_THE}(?:1th day|start) of next month", _as(mday=1, months=1)),
    _piece(rf"{_THE}middle of (?:the|this) month", _as(mday=15)),
    _piece(rf"{_THE}middle of next month", _as(mday=15, months=1)),
    _piece(rf"{_THE}(?:last day|end) of (?:the|this) year", _as(mday=31, month=12)),
    _piece(rf"{_THE}end of (?:(?:the|this) )?week|eow", _as(weekday=4)),
    _piece(rf"{_THE}end of next week", _as(weekday=4, week=1)),
    _piece(rf"(?:{_THE}start of|early) next week", _as(weekday=0, week=1)),
    _piece(rf"{_THE}middle (?:of )?next week", _as(weekday=2, week=1)),
    _piece(rf"{_THE}{_D}th(?: day)? of the month", _as()),
    _piece(rf"{_THE}{_D}th(?: of)?", _as()),
    _piece(rf"the {_D}(?! (?:am|pm|oclock))", _as()),
    _piece(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d\d))?", _slash),
    _piece(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d\d)", _slash),
    _piece(rf"{_THE}{_W} after next", _as(week=2)),
    _piece(rf"next {_W}|{_W.replace('weekday', 'other')} next(?! (?:week|month|year))",
           lambda m: {"weekday": WEEKDAYS.index(m["weekday"] or m["other"]), "week": 1}),
    _piece(rf"{_W} week", _as(onward=Length(days=7))),
    _piece(rf"(?:(?:this|the) )?(?:coming )?{_W}", _as()),
    _piece(rf"{_THE}weekend after next", _as(weekday=5, week=2)),
    _piece(r"next weekend", _as(weekday=5, week=1)),
    _piece(r"(?:(?:this|the) )?(?:coming )?weekend", _as(weekday=5)),
    _piece(r"(?:of )?next week", _as(week=1)),
    _piece(rf"{_THE}week after next", _as(week=2)),
    _piece(r"(?:of )?this week", _as(week=0)),
    _piece(r"(?:of )?next month", _as(months=1)),
    _piece(rf"{_THE}month after next", _as(months=2)),
    _piece(r"(?:in |of )?(?:this|the) month", _as(months=0)),
    _piece(r"next year", _as(years=1)),
    _piece(r"this year", _as(years=0)),
    _piece(rf"(?:in )?{_Y}", _as()),
    _piece(rf"{_THE}(?:next|following) day|{_THE}day after", _as(neighbour=1)),
    _piece(rf"{_THE}day before", _as(neighbour=-1)),
    _piece(r"(?:the )?(?:same|that) day", _as(neighbour=0)),
    _piece(r"the (?:next|following) (?P<part>morning|afternoon|evening|night)", _as(neighbour=1)),
    _piece(r"the (?P<part>morning|afternoon|evening|night) after", _as(neighbour=1)),
    _piece(r"the (?P<part>morning|afternoon|evening|night) before", _as(neighbour=-1)),
    _piece(r"(?:right |just )?now", _as(ahead=Length())),
)  # fmt: skip

_PARTS_OF_DAY: tuple[Piece, ...] = (
    _piece(r"first thing(?: in the morning)?", _as(part="morning")),
    _piece(r"(?:in the |in |at |the )?(?P<part>(?:(?:early|late|middle) )?(?:morning|afternoon|evening|night))"
           r"(?: time)?(?: of)?", _as()),
    _piece(r"(?P<e>early|late) in the (?P<of>morning|afternoon|evening|night)",
           lambda m: {"part": f"{m['e']} {m['of']}"}),
    _piece(r"(?:at )?(?:the )?lunchtime(?: time)?", _as(part="lunch")),
    _piece(r"breakfast(?: time)?", _as(part="morning")),
    _piece(r"dinner(?: time)?", _as(part="evening")),
    _piece(r"am", _as(part="morning")),
    _piece(r"pm", _as(part="afternoon")),
    _piece(r"eve", _as(part="evening")),
)  # fmt: skip

_CLOCKS: tuple[Piece, ...] = (
    _piece(r"(?:12 )?noon", _as(clock=Clock(12, half="24"))),
    _piece(r"(?:12 )?midnight", _as(clock=Clock(24, half="24"))),
    _piece(rf"{_THE}(?:end of (?:the )?(?:business )?day|(?:close|end) of business|eod)", _as(clock=Clock(17, half="24"))),
    _piece(r"(?P<h>\d{1,2})[:.](?P<m>\d\d)(?::(?P<s>\d\d))?" + _HALF, _clock),
    _piece(r"(?P<h>\d{1,2})h(?P<m>\d\d)?", _clock),
    _piece(rf"half(?: past)? {_H}{_HALF}", _spoken("30")),
    _piece(rf"(?:a )?quarter {_WAY} {_H}{_HALF}", _spoken("15")),
    _piece(rf"(?P<n>\d{{1,2}})(?: minute)? {_WAY} {_H}{_HALF}", _spoken("")),
    _piece(rf"(?P<h>\d{{1,2}}) (?P<m>[0-5]\d){_HALF}", _clock),
    _piece(r"(?P<digits>\d{3,4})(?: (?P<half>am|pm)| hour)?", _compact),
    _piece(rf"(?P<h>\d{{1,2}}){_HALF}", _clock),
)

_SKIPPED = re.compile(
    r"(?:no later than|at the latest|on the dot|(?:at|on|from|to|until|by|for|of|between|and|the|starting|around|"
    r"sharp|exactly|ish|latest|just|please|uh|um|uhm|uh|er|erm|hmm|well|so|ok|okay|through|in|long|right|my|our|"
    r"viewing|meeting|appointment|call|event|flight|train|class|lesson|session|interview|party|show|game|match))"
    r"(?= |$)"
)

_PIECES = _DAYS + _PARTS_OF_DAY + _CLOCKS
_AHEAD = re.compile(r"in (?!the )(?:just |around |exactly )?(?:the next )?")
_TAILS: tuple[tuple[re.Pattern[str], Callable[[Length], Settled]], ...] = tuple(
    (re.compile(rf" (?:{tail})(?= |$)"), settles)
    for tail, settles in (
        (r"from (?:now|today)|hence|time|from right now", lambda length: {"ahead": length}),
        (r"(?:from|on|after)(?= .*[a-z])", lambda length: _moved(length, 1)),
        (r"(?:before|earlier|beforehand|prior)(?: to)?", lambda length: _moved(length, -1)),
        (r"later|afterwards|after", lambda length: _moved(length, 1)),
    )
)


def _moved(length: Length, way: int) -> Settled:
    return {"onward" if length.has_days else "lead": length * way}


def _lengths(text: str, at: int) -> Iterator[tuple[Settled, int]]:
    """The pieces from `at` on that begin with a length of time."""
    ahead = _AHEAD.match(text, at)
    for length, end in lengths_at(text, ahead.end() if ahead else at):
        if ahead:
            tail = re.compile(" (?:time|from now)(?= |$)").match(text, end)
            yield {"ahead": length}, tail.end() if tail else end
            continue
        for pattern, settles in _TAILS:
            if match := pattern.match(text, end):
                yield settles(length), match.end()
        if length.has_days and re.compile(rf" (?:on )?(?:today|tomorrow|{'|'.join(WEEKDAYS)})(?= |$)").match(text, end):
            yield {"onward": length}, end
        yield {"length": length}, end


def _pieces_at(text: str, at: int) -> Iterator[tuple[Settled, int]]:
    if text[at].isdigit() or text.startswith(_LENGTH_STARTS, at):
        yield from _lengths(text, at)
    for pattern, settles in _PIECES:
        if (match := pattern.match(text, at)) and (settled := settles(match)) is not None:
            yield settled, match.end()
    if match := _SKIPPED.match(text, at):
        yield {}, match.end()


_LENGTH_STARTS = ("a ", "an ", "in ", "half ", "quarter ", "couple ", "hour")


class Furthest:
    """How far into the words any reading has come: where the words that nothing understands begin."""

    def __init__(self) -> None:
        self.at = 0


def readings(text: str, furthest: Furthest | None = None) -> Iterator[Reading]:
    """The readings of a plain text, the likeliest first."""
    seen: set[tuple[int, frozenset[str]]] = set()
    rows: list[tuple[int, Settled]] = [(0, {})]
    while rows:
        at, settled = rows.pop()
        if furthest:
            furthest.at = max(furthest.at, at)
        if at >= len(text):
            yield Reading(**settled)
            continue
        further: list[tuple[int, Settled]] = []
        for piece, end in _pieces_at(text, at):
            if not piece.keys() & settled.keys():
                further.append((end + 1, settled | piece))
        rows.extend(reversed(further))


def open_clocks(text: str) -> Iterator[tuple[int, int, Clock, str | None]]:
    """(unused placeholder)"""
    yield from ()
