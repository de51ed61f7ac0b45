"""The grammar of the compact dialect: which lines may come next, given the lines before.

Read off the tools' declarations: words, keys, kinds, choices, and only results of lines above that can be used. What is to be copied
from the command is held to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tinyagent_cli.plan.signature import Parameter, Tool
from tinyagent_cli.planner.dialects.compact import NONE, items_of, parts_of, unescape
from tinyagent_cli.planner.dialects.compact_copies import Copies

# Well-formed UTF-8, no control character (RFC 3629); `special` must be escaped.
WIDE = (
    rb"[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}"
    rb"|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)
_NUMBERS = rb"-?[0-9]{1,6}"
_ADDRESS = rb"[^\s@,|\\^]+@[^\s@,|\\^]+"
_PHONE = rb"\+?[0-9(][0-9 ().\-/]{2,20}"
_POINTER = re.compile(rb"\\.|\^(?P<name>[a-z_0-9]*)", re.DOTALL)
LONGEST = 1500
BAR = b" | "
PEOPLE = ("get_phone_number", "get_email_address")
"""Names of people are spoken as they are written; names of files may be spelled."""


def _text(special: bytes, pointers: bytes) -> bytes:
    """A text that neither begins nor ends with a space; pointers are allowed among its characters."""
    forbidden = rb"\x00-\x20\x7f\\" + b"".join(b"\\" + bytes([c]) for c in special)
    atom = rb"[^" + forbidden + rb"]|\\[\x21-\x7e]" + (rb"|" + pointers if pointers else b"")
    return rb"(?! )(?: ?(?:" + atom + rb"))++"


@lru_cache(maxsize=1024)
def _compiled(tool: Tool, finders: frozenset[str]) -> Any:
    """The pattern of one tool's line; compiled when a line first names the tool, since that takes milliseconds.

    `finders` are those of its look-ups that are on offer. Whether what pointers name is there, and the bytes are UTF-8,
    is not in the pattern, which would be another for every line and eight times as long.
    """
    import regex

    return regex.compile(_line(tool, finders))


def _line(tool: Tool, offered: frozenset[str]) -> bytes:
    pointer = rb"\^[a-z_0-9]++"
    out = re.escape(tool.word).encode()
    main = tool.parameter(tool.main)
    value = _value(main, pointer, offered)
    out += rb"(?: " + value + rb")?+" if not _required(tool) else rb" " + value
    for p in tool.parameters:
        if p.name != tool.main and not p.all_day_of:
            out += rb"(?: \| " + p.key.encode() + rb" " + _value(p, pointer, offered) + rb")?+"
    return out


def _well_formed(line: bytes, *, whole: bool) -> bool:
    """True for UTF-8, or the beginning of such."""
    if line.isascii():
        return True
    try:
        line.decode()
    except UnicodeDecodeError as fault:
        return not whole and fault.reason == "unexpected end of data"
    return True


def _required(tool: Tool) -> bool:
    """A look-up of nothing finds nothing: these tools need their main argument."""
    return tool.effect == "read"


def _value(p: Parameter, pointer: bytes, offered: frozenset[str]) -> bytes:
    if p.choices:
        return rb"(?:" + rb"|".join(re.escape(str(c)).encode() for c in p.choices if c != "") + rb")"
    if p.kind == "int" and not p.end_of:
        return _NUMBERS
    if p.kind == "bool":
        return rb"(?:yes|no)"
    if p.kind == "moment" or p.end_of:
        return _text(b"|^", b"")
    free = _text(b"|^," if p.kind == "list" else b"|^", pointer)
    if p.look_up and p.look_up not in offered:
        given = _PHONE if p.look_up == "get_phone_number" else _ADDRESS
        free = rb"(?:" + given + rb"|" + pointer + rb")"
    return free + rb"(?:, " + free + rb")*+" if p.kind == "list" else free


class CompactGrammar:
    """Follows one plan as it is written. `tools` are those on offer; `copies` is None where the command is not known.

    `due` are names of tools without a line of which the plan does not end, unless it refuses.
    """

    def __init__(
        self,
        tools: Iterable[Tool],
        *,
        copies: Copies | None = None,
        due: Iterable[str] = (),
        refusable: bool = True,
        most_lines: int = 16,
    ) -> None:
        self.tools = tuple(tools)
        self.copies = copies
        self.words = {tool.word.encode(): tool for tool in self.tools}
        self.offered = frozenset(tool.name for tool in self.tools)
        self.finders = {p.look_up for tool in self.tools for p in tool.parameters if p.look_up}
        self.refusable, self.most_lines = refusable, most_lines
        self.count: dict[str, int] = {}
        self.lines = 0
        self.refused = False
        self.closed: set[tuple[bytes, str]] = set()
        self.due = {tool.word for tool in self.tools if tool.name in set(due) - self.finders}
        self.owing = False

    def allows(self, line: bytes) -> bool:
        """True where some allowed line begins with these bytes."""
        if len(line) > LONGEST or self.must_stop() or not self._open(line):
            return False
        word, space, _ = line.partition(b" ")
        if not space:
            return any(known.startswith(word) for known in self._first_words())
        if word not in self.words or self._pattern(word).fullmatch(line, partial=True) is None:
            return False
        return _well_formed(line, whole=False) and self._pointed(line, whole=False) and self._copied(line, whole=False)

    def ends(self, line: bytes) -> bool:
        """True where these bytes are a whole allowed line."""
        word = line.partition(b" ")[0]
        if word in self.words:
            fits = self._pattern(word).fullmatch(line) is not None and _well_formed(line, whole=True)
            return fits and self._pointed(line, whole=True) and self._copied(line, whole=True)
        return line == NONE.encode() and line in self._first_words()

    def close(self, line: bytes) -> int | None:
        """Close the way on which these bytes have led to where nothing is allowed; returns how many of them stay.

        None at the beginning of a line, to which no way of its own has led. What goes is the last item of a list, else the last argument with its key, or the whole line where it has only
        its first.
        """
        if not line:
            return None
        comma = line.rfind(b", ")
        if comma > line.rfind(BAR) and self._in_list(line):
            self.closed.add((line[:comma], ","))
            return comma
        kept = max(line.rfind(BAR), 0)
        key = line[kept:].removeprefix(BAR).partition(b" ")[0]
        self.closed.add((line[:kept], key.decode("utf-8", "replace")))
        return kept

    def _in_list(self, line: bytes) -> bool:
        """True where the last argument that these bytes have begun is a list."""
        tool = self.words[line.partition(b" ")[0]]
        *before, last = line.decode("utf-8", "ignore").split(" | ")
        key = last.partition(" ")[0]
        return any(p.kind == "list" and (p.key == key if before else p.name == tool.main) for p in tool.parameters)

    def _open(self, line: bytes) -> bool:
        """True where these bytes lead another way than those that were closed."""
        for before, key in self.closed:
            if key == ",":
                if line.startswith(before + b","):
                    return False
                continue
            if not before and line.partition(b" ")[0] == key.encode():
                return False
            if before and line.startswith(before + BAR):
                begun, space, _ = line[len(before) + len(BAR) :].decode("utf-8", "replace").partition(" ")
                keys = {p.key for p in self.words[line.partition(b" ")[0]].parameters if p.key}
                left = keys - {other for place, other in self.closed if place == before}
                if not (begun in left if space else any(k.startswith(begun) for k in left)):
                    return False
        return True

    def _copied(self, line: bytes, *, whole: bool) -> bool:
        """True where all that must be copied from the command is so, as far as it is written."""
        if self.copies is None:
            return True
        text = line.decode("utf-8", "ignore")
        tool = self.words[line.partition(b" ")[0]]
        parts = parts_of(text)
        ended = whole or re.search(r"(?<!\\)\| ?$", text) is not None
        begun = line[len(text.encode()) :]  # of a character that has more bytes
        strange = bool(begun) and not any(letter.encode().startswith(begun) for letter in self.copies.command)
        said: dict[str, str] = {}
        for at, part in enumerate(parts):
            done = ended or at < len(parts) - 1
            key, space, value = (part.strip() if done else part.lstrip()).partition(" ")
            p = next((p for p in tool.parameters if p.key == key), None) if at else tool.parameter(tool.main)
            if p is not None and space and not self._from_command(tool, p, value, said, whole=done):
                return False
            if p is not None and strange and not done and self._held(tool, p):
                return False
            said[p.name if p else ""] = value
        return True

    def _held(self, tool: Tool, p: Parameter) -> bool:
        """True for what is copied from the command."""
        finds = tool.name in self.finders and p.name == tool.main
        return p.kind == "moment" or p.copied or bool(p.end_of or p.look_up) or finds

    def _from_command(self, tool: Tool, p: Parameter, value: str, said: dict[str, str], *, whole: bool) -> bool:
        copies = self.copies
        if copies is None:
            return True
        if p.kind == "moment" or p.end_of:
            return copies.moment(p, unescape(value), said.get(p.end_of or "", ""), whole=whole)
        if not value.strip():
            return True
        if tool.name in self.finders and p.name == tool.main:
            compare = copies.name if tool.name in PEOPLE else copies.thing
            return compare(unescape(value), whole=whole)
        if p.copied:
            return copies.name(unescape(value), whole=whole)
        if not p.look_up:
            return True
        *items, last = items_of(value) if p.kind == "list" else [value]
        if len({item.strip().casefold() for item in items}) < len(items) or (
            whole and last.strip().casefold() in {item.strip().casefold() for item in items}
        ):
            return False
        return all(self._item(p, item, whole=True) for item in items) and self._item(p, last, whole=whole)

    def _item(self, p: Parameter, text: str, *, whole: bool) -> bool:
        text = unescape(text.strip() if whole else text.lstrip())
        if not text or text.startswith("^"):
            return True
        if "@" in text and " " in text.strip():
            return False
        named = p.look_up in PEOPLE and not re.search(r"[@\d]|\.\w", text)
        copies: Copies = self.copies  # type: ignore[assignment]
        if named and copies.name(text, whole=whole):
            return True
        # Begun like an address: "lena" may become lena.hofer@posteo.at.
        return not (named and (whole or text[-1:].isspace())) and copies.thing(text, whole=whole)

    def _first_words(self) -> list[bytes]:
        refusal = [NONE.encode()] if self.refusable and not self.lines else []
        words = [word for word in self.words if (b"", word.decode()) not in self.closed]
        if self.owing:
            return [word for word in words if word.decode() in self.due]
        return [*words, *refusal]

    def _pattern(self, word: bytes) -> Any:
        tool = self.words[word]
        return _compiled(tool, self.offered & {p.look_up for p in tool.parameters if p.look_up})

    def _pointed(self, line: bytes, *, whole: bool) -> bool:
        """True where every pointer names a line above, or may come to."""
        if b"^" not in line:
            return True
        for found in _POINTER.finditer(line):
            name = found["name"]
            if name is None:
                continue
            word = name.rstrip(b"0123456789")
            number = name[len(word) :]
            count = self.count.get(word.decode(), 0)
            there = count > 0 if not number else number[:1] != b"0" and 2 <= int(number) <= count
            open_ = not whole and found.end() == len(line)
            if not there and not (open_ and self._begins_pointer(name)):
                return False
        return True

    def _begins_pointer(self, name: bytes) -> bool:
        names = (f"{word}{n if n > 1 else ''}" for word, count in self.count.items() for n in range(1, count + 1))
        return any(each.encode().startswith(name) for each in names)

    def take(self, line: str) -> None:
        """Count a whole line as written."""
        self.lines += 1
        self.closed.clear()
        word = line.split(" ", 1)[0]
        self.refused = line == NONE
        self.due.discard(word)
        self.owing = False
        tool = self.words.get(word.encode())
        if tool and tool.hands_on:
            self.count[word] = self.count.get(word, 0) + 1

    def may_stop(self) -> bool:
        """True after a line, where none is due. Asked in vain, what comes next is one that is due."""
        self.owing = self.lines > 0 and bool(self.due) and self.lines < self.most_lines
        return self.lines > 0 and not self.owing

    def must_stop(self) -> bool:
        """True after a refusal, and after as many lines as a plan may have."""
        return self.refused or self.lines >= self.most_lines
