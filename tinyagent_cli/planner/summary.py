"""Summaries of texts of any length: parts that fit the model, then the parts' summaries once more (map-reduce).

Which pages a part comes from is counted here, by the marks `[page 3]` that stand in the text; no model is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MOST_PARTS = 24
"""Parts that are read of a very long text, spread evenly over it."""
_PAGE = re.compile(r"^\[page (\d+)\]$", re.MULTILINE)
_BREAK = re.compile(r"(?<=\n)|(?<=[.!?] )")


@dataclass(frozen=True)
class Part:
    """A piece of a document, with the first and last page that it comes from, 0 where the text has no pages."""

    text: str
    first: int = 0
    last: int = 0

    @property
    def pages(self) -> str:
        """Say where it stands: `Page 3`, `Pages 3–7`, or nothing."""
        if not self.first:
            return ""
        return f"Page {self.first}" if self.first == self.last else f"Pages {self.first}–{self.last}"


def summarize(text: str, write: Callable[[str], str], count: Callable[[str], int], room: int) -> str:
    """Summarize a text with `write`, which is never given more than `room` tokens by `count`.

    A document of several parts gets a summary of the whole, and below it one of each part with its pages.
    """
    whole = list(parts(text, count, room))
    if len(whole) < 2:
        return write(whole[0].text) if whole else ""
    rest = ""
    if len(whole) > MOST_PARTS:
        rest = f"The rest was left out: {MOST_PARTS} of {len(whole)} parts were read, evenly spread."
        whole = [whole[round(i * (len(whole) - 1) / (MOST_PARTS - 1))] for i in range(MOST_PARTS)]
    said = [(part.pages, write(part.text)) for part in whole]
    together = _together([summary for _, summary in said], write, count, room)
    lines = [f"{pages}: {' '.join(summary.split())}" for pages, summary in said if pages]
    return "\n".join([together, *([""] if lines or rest else []), *lines, *([rest] if rest else [])])


def _together(summaries: list[str], write: Callable[[str], str], count: Callable[[str], int], room: int) -> str:
    """One summary out of several. Where a round of it does not get them shorter, the first ones are what is left."""
    text = "\n".join(summaries)
    pieces = [part.text for part in parts(text, count, room)]
    if len(pieces) < 2:
        return write(text)
    shorter = [write(piece) for piece in pieces]
    if count("\n".join(shorter)) >= count(text):
        return write(pieces[0])
    return _together(shorter, write, count, room)


def parts(text: str, count: Callable[[str], int], room: int) -> Iterator[Part]:
    """Cut a text into parts that fit, where a line or a sentence ends; a longer run of letters is cut anywhere."""
    held, size, first, before, page = "", 0, 0, 0, 0
    for piece in _pieces(text, count, room):
        if mark := _PAGE.fullmatch(piece.strip()):
            page = int(mark[1])
            continue
        cost = count(piece)
        if held.strip() and size + cost > room:
            yield Part(held.strip(), first, before)
            held, size = "", 0
        if not held:
            first = page
        held, size, before = held + piece, size + cost, page
    if held.strip():
        yield Part(held.strip(), first, before)


def _pieces(text: str, count: Callable[[str], int], room: int) -> Iterator[str]:
    for piece in _BREAK.split(text):
        if not piece:
            continue
        if len(piece) <= room or count(piece) <= room:  # no token is shorter than a letter's byte
            yield piece
            continue
        step = max(1, room // 4)
        yield from (piece[at : at + step] for at in range(0, len(piece), step))
