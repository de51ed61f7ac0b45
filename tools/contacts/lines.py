"""The lines of one vCard: name, group, parameters, value as it stands.

A line whose parameters are plain is read here, at a fifth of what the library takes; one with quotes, an encoding or a
character set goes to vobject. Values are not unescaped by it: what stands behind a comma would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

FOLD = re.compile(r"(?:\r\n|\r|\n)[ \t]")
BREAK = re.compile(r"[\r\n]+")
PARAMETER = r';++[\w-]++(?:=(?>"[^"]*"|[^";:,]*)(?:,(?>"[^"]*"|[^";:,]*))*+)?+'
LINE = re.compile(rf"(?:[\w-]++\.)?+[\w-]++(?:{PARAMETER})*+;*:", re.ASCII)
"""How a line begins (RFC 6350, section 3.3). vobject takes exponential time to find that one does not."""
DOUBTFUL = re.compile(r'"|ENCODING|CHARSET|QUOTED|BASE64', re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """One property; `bare` are parameters without a value, as vCard 2.1 writes types."""

    name: str
    value: str
    group: str = ""
    params: dict[str, list[str]] = field(default_factory=dict)
    bare: list[str] = field(default_factory=list)


def lines_of(card: str) -> Iterator[Line]:
    """Yield the lines of a card, without those of a component within it. Raises ValueError, or what vobject raises."""
    open_ = 0
    for text in BREAK.split(FOLD.sub("", card)):
        begins = LINE.match(text)
        if not begins:
            if text.strip():
                raise ValueError(f"a line cannot be read: {text[:40]}")
            continue
        head, value = begins[0].rstrip(";:"), text[begins.end() :]
        line = _by_library(f"{head}:{value}") if ";" in head and DOUBTFUL.search(head) else _plain(head, value)
        if line.name in {"BEGIN", "END"}:
            open_ += 1 if line.name == "BEGIN" else -1
        elif open_ == 1:
            yield line
    if open_:
        raise ValueError("a card was never closed")


def _plain(head: str, value: str) -> Line:
    full, *given = head.split(";")
    group, _, name = full.rpartition(".")
    line = Line(name.replace("_", "-").upper(), value, group)
    for each in given:
        key, _, texts = each.partition("=")
        if found := [text for text in texts.split(",") if text]:
            line.params.setdefault(key.upper(), []).extend(found)
        elif key:
            line.bare.append(key)
    return line


def _by_library(text: str) -> Line:
    from vobject.base import textLineToContentLine

    read = textLineToContentLine(text)
    return Line(read.name, str(read.value), read.group or "", read.params, read.singletonparams)
