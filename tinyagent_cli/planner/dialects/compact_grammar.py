"""The grammar of the compact dialect: which lines may come next, given the lines before.

Read off the tools' declarations: words, keys, kinds, choices, and only results of lines above.
"""

from __future__ import annotations

import re as stdlib_re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tinyagent_cli.plan.signature import Parameter, Tool
from tinyagent_cli.planner.dialects.compact import NONE

# Well-formed UTF-8, no control character (RFC 3629); `special` must be escaped.
WIDE = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_NUMBERS = rb"-?[0-9]{1,6}"
_ADDRESS = rb"[^\s@,|\\^]+@[^\s@,|\\^]+"
_PHONE = rb"\+?[0-9(][0-9 ().\-/]{2,20}"
LONGEST = 1500


def _text(special: bytes, pointers: bytes) -> bytes:
    """A text that neither begins nor ends with a space; pointers are allowed among its characters."""
    forbidden = rb"\x00-\x20\x7f-\xff\\" + b"".join(b"\\" + bytes([c]) for c in special)
    character = rb"(?:[^" + forbidden + rb"]|" + WIDE + rb"|\\[\x21-\x7e])"
    atom = rb"(?:" + character + (rb"|" + pointers if pointers else b"") + rb")"
    return atom + rb"(?: ?" + atom + rb")*+"


@lru_cache(maxsize=1024)
def _compiled(tool: Tool, pointers: tuple[str, ...], offered: frozenset[str]) -> Any:
    """The pattern of one tool's line; compiled when a line first names the tool, since that takes milliseconds."""
    import regex

    return regex.compile(_line(tool, pointers, offered))


def _line(tool: Tool, pointers: tuple[str, ...], offered: frozenset[str]) -> bytes:
    names = sorted(pointers, key=len, reverse=True)
    pointer = rb"\^(?:" + rb"|".join(n.encode() for n in names) + rb")(?![a-z0-9_])" if names else b""
    out = stdlib_re.escape(tool.word).encode()
    main = tool.parameter(tool.main)
    value = _value(main, pointer, offered)
    out += rb"(?: " + value + rb")?+" if not _required(tool) else rb" " + value
    for p in tool.parameters:
        if p.name != tool.main and not p.all_day_of:
            out += rb"(?: \| " + p.key.encode() + rb" " + _value(p, pointer, offered) + rb")?+"
    return out


def _required(tool: Tool) -> bool:
    """A look-up of nothing finds nothing: these tools need their main argument."""
    return tool.effect == "read"


def _value(p: Parameter, pointer: bytes, offered: frozenset[str]) -> bytes:
    if p.choices:
        return rb"(?:" + rb"|".join(stdlib_re.escape(str(c)).encode() for c in p.choices if c != "") + rb")"
    if p.kind == "int" and not p.end_of:
        return _NUMBERS
    if p.kind == "bool":
        return rb"(?:yes|no)"
    if p.kind == "moment" or p.end_of:
        return _text(b"|^", b"")
    free = _text(b"|^," if p.kind == "list" else b"|^", pointer)
    if p.look_up and p.look_up not in offered:
        given = _PHONE if p.look_up == "get_phone_number" else _ADDRESS
        free = rb"(?:" + given + (rb"|" + pointer if pointer else b"") + rb")"
    return free + rb"(?:, " + free + rb")*+" if p.kind == "list" else free


class CompactGrammar:
    """Follows one plan as it is written. `tools` are those on offer."""

    def __init__(self, tools: Iterable[Tool], *, refusable: bool = True, most_lines: int = 16) -> None:
        self.tools = tuple(tools)
        self.words = {tool.word.encode(): tool for tool in self.tools}
        self.offered = frozenset(tool.name for tool in self.tools)
        self.refusable, self.most_lines = refusable, most_lines
        self.count: dict[str, int] = {}
        self.lines = 0
        self.refused = False

    def allows(self, line: bytes) -> bool:
        """True where some allowed line begins with these bytes."""
        if len(line) > LONGEST or self.must_stop():
            return False
        word, space, _ = line.partition(b" ")
        if not space:
            return any(known.startswith(word) for known in self._first_words())
        return word in self.words and self._pattern(word).fullmatch(line, partial=True) is not None

    def ends(self, line: bytes) -> bool:
        """True where these bytes are a whole allowed line."""
        word = line.partition(b" ")[0]
        if word in self.words:
            return self._pattern(word).fullmatch(line) is not None
        return line == NONE.encode() and line in self._first_words()

    def _first_words(self) -> list[bytes]:
        refusal = [NONE.encode()] if self.refusable and not self.lines else []
        return [*self.words, *refusal]

    def _pattern(self, word: bytes) -> Any:
        pointers = tuple(
            known if n == 1 else f"{known}{n}" for known, count in self.count.items() for n in range(1, count + 1)
        )
        return _compiled(self.words[word], pointers, self.offered)

    def take(self, line: str) -> None:
        """Count a whole line as written."""
        self.lines += 1
        word = line.split(" ", 1)[0]
        self.refused = line == NONE
        if word.encode() in self.words:
            self.count[word] = self.count.get(word, 0) + 1

    def may_stop(self) -> bool:
        """True after a line."""
        return self.lines > 0

    def must_stop(self) -> bool:
        """True after a refusal, and after as many lines as a plan may have."""
        return self.refused or self.lines >= self.most_lines
