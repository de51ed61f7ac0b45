"""The grammar: which words, in their plain form, settle which part of a moment.

A moment is said as a row of pieces in any order: a day ("next Friday", "the 3rd of May"), an hour ("half past
six"), a part of the day ("in the evening"), a length ("in two weeks", "an hour before"). Each piece is a
regular expression, and what it settles of a `Reading`. A reading covers all the words, and no two of its
pieces settle the same part. Where words can be read in more than one way, the piece that stands first in the
tables is tried first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from tinyagent_cli.plan.moments.clocks import Settled, Settles
from tinyagent_cli.plan.moments.hours import minutes_of
from tinyagent_cli.plan.moments.lengths import Length, lengths_at
from tinyagent_cli.plan.moments.pieces import CLOCKS, DAYS, PARTS_OF_DAY, SKIPPED, Piece
from tinyagent_cli.plan.moments.reading import Reading
from tinyagent_cli.plan.moments.words import WEEKDAYS


@cache
def _compiled(table: tuple[Piece, ...]) -> tuple[tuple[re.Pattern[str], Settles], ...]:
    """A table ready for use; at the first need, because this takes longer than all the rest of the import."""
    return tuple((re.compile(pattern), settles) for pattern, settles in table)


_PIECES = DAYS + PARTS_OF_DAY + CLOCKS
_SKIPPED = re.compile(rf"(?:{SKIPPED})(?= |$)")
_AHEAD = re.compile(r"in (?!the )(?:just |around |exactly )?(?:the next )?")
_AHEAD_TAIL = re.compile(r" (?:time|from now)(?= |$)")
_DAY_FOLLOWS = re.compile(rf" (?:on )?(?:today|tomorrow|{'|'.join(WEEKDAYS)})(?= |$)")
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
            tail = _AHEAD_TAIL.match(text, end)
            yield {"ahead": length}, tail.end() if tail else end
            continue
        for pattern, settles in _TAILS:
            if match := pattern.match(text, end):
                yield settles(length), match.end()
        if length.has_days and _DAY_FOLLOWS.match(text, end):
            yield {"onward": length}, end
        yield {"length": length}, end


def _pieces_at(text: str, at: int) -> Iterator[tuple[Settled, int]]:
    for pattern, settles in _compiled(_PIECES):
        if (match := pattern.match(text, at)) and (settled := settles(match)) is not None:
            yield settled, match.end()
    if text[at].isdigit() or text.startswith(_LENGTH_STARTS, at):
        yield from _lengths(text, at)
    if match := _SKIPPED.match(text, at):
        yield {}, match.end()


_LENGTH_STARTS = ("a ", "an ", "in ", "half ", "quarter ", "couple ", "hour")


class Furthest:
    """How far into the words any reading has come: where the words that nothing understands begin."""

    def __init__(self) -> None:
        self.at = 0


def readings(text: str, furthest: Furthest | None = None) -> Iterator[Reading]:
    """The readings of a plain text, the likeliest first."""
    rows: list[tuple[int, Settled]] = [(0, {})]
    seen: set[tuple[int, frozenset[tuple[str, Any]]]] = set()
    while rows:
        at, settled = rows.pop()
        if furthest:
            furthest.at = max(furthest.at, at)
        if at >= len(text):
            yield Reading(**settled)
            continue
        further: list[tuple[int, Settled]] = []
        for piece, end in _pieces_at(text, at):
            twice = piece.keys() & settled.keys()
            if not twice or (twice == {"part"} and _same_part(piece["part"], settled["part"])):
                row = settled | piece
                key = (end, frozenset(row.items()))
                if key not in seen:
                    seen.add(key)
                    further.append((end + 1, row))
        rows.extend(reversed(further))


def _same_part(one: str, other: str) -> bool:
    """Whether two words for a part of the day may stand for the same ("tonight at 7 in the evening")."""
    return one == other or {one, other} == {"evening", "night"}


def end_at(text: str) -> int | None:
    """The minutes since midnight of the time that `text` begins with, if its half of the day is said."""
    for pattern, settles in _compiled(CLOCKS):
        if (match := pattern.match(text)) and (settled := settles(match)):
            rest = text[match.end() + 1 :]
            part = next((p(m) for form, p in _compiled(PARTS_OF_DAY) if (m := form.match(rest))), None)
            return minutes_of(Reading(**settled, **(part or {})))
    return None
