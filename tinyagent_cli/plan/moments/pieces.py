"""The tables of the grammar: patterns of plain words, and what of a `Reading` each settles."""

from __future__ import annotations

import re
from typing import Any

from tinyagent_cli.plan.moments.clocks import Settled, Settles, clock, compact, spoken
from tinyagent_cli.plan.moments.holidays import holiday_pattern
from tinyagent_cli.plan.moments.lengths import UNITS, Length
from tinyagent_cli.plan.moments.reading import Clock
from tinyagent_cli.plan.moments.words import MONTHS, WEEKDAYS

Piece = tuple[str, Settles]

_W = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_M = rf"(?P<month>{'|'.join(MONTHS)})"
_D = r"(?P<mday>\d{1,2})"
_Y = r"(?P<year>(?:19|20|21)\d\d|20 \d\d)"
_H = r"(?P<h>\d{1,2}|noon|midnight)"
_HALF = r"(?: oclock)?(?: (?P<half>am|pm))?"
_THE = r"(?:the )?"
# "3 hours" does not begin with an hour of the day.
_NO_UNIT = rf"(?! (?:point|quarter of|and a half|and half|half an?|{'|'.join(UNITS)})(?: |$))"


_WAY = r"(?P<way>to|before|until|of|past|after)"


def _piece(pattern: str, settles: Settles) -> Piece:
    return rf"(?:{pattern})(?= |$)", settles


def _as(**settled: Any) -> Settles:
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
        else:
            settled[name] = word
    return settled


def _slash(match: re.Match[str]) -> Settled:
    first, second, year = int(match[1]), int(match[2]), match[3]
    dated: Settled = {} if year is None else {"year": int(year) + (2000 if len(year) == 2 else 0)}
    if match[0].count("."):  # with dots the day stands first
        return dated | {"mday": first, "month": second}
    return dated | {"slash": (first, second)}


DAYS: tuple[Piece, ...] = (
    _piece(r"(?P<iso>\d{4}-\d\d?-\d\d?)", _as()),
    _piece(rf"{_THE}day after tomorrow", _as(shift=2)),
    _piece(rf"{_THE}day before yesterday", _as(shift=-2)),
    _piece(r"(?:later )?(?:(?:this )?same time|this time)", _as(same_time=True)),
    _piece(r"(?:later )?today(?: later)?", _as(shift=0)),
    _piece(r"tomorrow week", _as(shift=8)),
    _piece(r"today week", _as(shift=7)),
    _piece(r"tomorrow", _as(shift=1)),
    _piece(r"yesterday", _as(shift=-1)),
    _piece(r"(?:later )?tonight|this night", _as(shift=0, part="night")),
    _piece(r"(?:later )?this (?:(?P<degree>early|late|middle) )?(?P<part>morning|afternoon|evening)",
           _as(shift=0)),
    _piece(rf"{_THE}(?P<holiday>{holiday_pattern()})(?: {_Y})?", _as()),
    _piece(rf"{_THE}(?P<ordinal>[1-5]th|last) {_W}(?= (?:in|of|this|next) )", _as()),
    _piece(rf"{_THE}{_D}(?:th)? (?:day )?(?:of )?{_M}(?: (?:in )?{_Y})?", _as()),
    _piece(rf"{_M} (?:the )?{_D}(?:th)?(?: (?:in )?{_Y})?", _as()),
    _piece(rf"(?:{_THE}(?:last day|end) of|end) (?:in )?{_M}(?: {_Y})?", _as(mday=-1)),
    _piece(rf"{_THE}(?:1th day|start) of {_M}(?: {_Y})?", _as(mday=1)),
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
    _piece(r"(?:the )?(?:next|following) (?P<part>morning|afternoon|evening|night)", _as(neighbour=1)),
    _piece(r"the (?P<part>morning|afternoon|evening|night) after", _as(neighbour=1)),
    _piece(r"the (?P<part>morning|afternoon|evening|night) before", _as(neighbour=-1)),
    _piece(r"(?:right |just )?now", _as(ahead=Length())),
)  # fmt: skip

PARTS_OF_DAY: tuple[Piece, ...] = (
    _piece(r"1th thing(?: in the morning)?", _as(part="morning")),
    _piece(r"(?:(?:in|at) )?(?:the )?(?:(?P<degree>early|late|middle) )?"
           r"(?P<part>morning|afternoon|evening|night)(?: time)?(?: of)?", _as()),
    _piece(r"(?P<degree>early|late)", _as()),
    _piece(r"(?:at )?(?:the )?lunchtime(?: time)?", _as(part="lunch")),
    _piece(r"breakfast(?: time)?", _as(part="morning")),
    _piece(r"dinner(?: time)?", _as(part="evening")),
    _piece(r"am", _as(part="morning")),
    _piece(r"pm", _as(part="afternoon")),
    _piece(r"eve", _as(part="evening")),
)  # fmt: skip

CLOCKS: tuple[Piece, ...] = (
    _piece(r"(?:12 )?noon", _as(clock=Clock(12, half="24"))),
    _piece(r"(?:12 )?midnight", _as(clock=Clock(24, half="24"))),
    _piece(
        rf"{_THE}(?:end of (?:the )?(?:business )?day|(?:close|end) of business|eod)",
        _as(clock=Clock(17, half="24")),
    ),
    _piece(r"(?P<h>\d{1,2})[:.](?P<m>\d\d)(?::(?P<s>\d\d))?" + _HALF, clock),
    _piece(r"(?P<h>[6-9]|\d\d)h(?P<m>\d\d)?", clock),  # 2h is a length
    _piece(rf"half(?: past)? {_H}{_HALF}", spoken(30)),
    _piece(rf"(?:a )?quarter {_WAY} {_H}{_HALF}", spoken(15)),
    _piece(rf"(?P<n>\d{{1,2}})(?: minute)? {_WAY} {_H}{_HALF}", spoken(0)),
    _piece(rf"(?P<h>\d{{1,2}}) (?P<m>[0-5]\d){_HALF}{_NO_UNIT}", clock),
    _piece(r"(?P<digits>\d{4})(?: (?P<half>am|pm)| hour)?|(?P<three>\d{3})(?: (?P<side>am|pm))?", compact),
    _piece(rf"(?P<h>\d{{1,2}}){_HALF}{_NO_UNIT}", clock),
)

# Words that may stand between the pieces and before them, and say nothing of the moment.
SKIPPED = (
    "no later than|at the latest|on the dot|at|on|from|to|until|by|for|of|between|and|the|starting|around|"
    "sharp|exactly|ish|latest|just|please|uh|um|uhm|er|erm|hmm|well|so|ok|okay|through|long|right|my|our|viewing|meeting|"
    "appointment|call|event|flight|train|class|lesson|session|interview|party|show|game|match"
)
