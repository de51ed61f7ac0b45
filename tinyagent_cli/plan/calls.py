"""Reads one call of a plan's notation: `get_email_address("Sid")`, with the place of every argument.

Arguments are flat (a list holds texts), so nothing here recurses, whatever the input; the standard library's
`ast.literal_eval` reads the texts, one literal at a time.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

Raw = str | int | bool | tuple[str, ...] | None

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'{3}(?:[^\\]|\\.)*?'{3} | "{3}(?:[^\\]|\\.)*?"{3} | "(?:[^"\\]|\\.)*" | '(?:[^'\\]|\\.)*')
    | (?P<number>[+-]?[0-9]+(?![\w.]))
    | (?P<reference>\$[1-9][0-9]*(?!\w))
    | (?P<word>[^\W\d]\w*)
    | (?P<sign>[][(),=])
    )""",
    re.VERBOSE | re.DOTALL,
)
_SOLID = re.compile(r"\S")
_PLAIN = re.compile(r"""("[^"\\\n]*"|'[^'\\\n]*')""")
_ESCAPE = re.compile(r"\\(\n|[0-7]{1,3}|.)|\n", re.DOTALL)
_KNOWN = frozenset("\\'\"abfnrtvxuUN")
_WORDS: dict[str, Raw] = {
    "True": True, "true": True, "False": False, "false": False, "None": None, "null": None,
}  # fmt: skip
_MOST_DIGITS = 18
_NOT_CLOSED = "the call is not closed: a bracket ) is missing"


@dataclass(frozen=True)
class Argument:
    """An argument as it was written: by name or (name empty) by position; `at` is its offset."""

    name: str
    value: Raw
    at: int


@dataclass(frozen=True)
class Call:
    """A call as it was written. `at` is the tool's offset, `rest` where the closing bracket's next character is."""

    tool: str
    at: int
    arguments: tuple[Argument, ...]
    rest: int


class CallError(Exception):
    """The text is no call; `at` is the offset of what is wrong."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def read(text: str, at: int) -> Call:
    """Read the call that begins at the offset. Raises CallError."""
    tokens = _Tokens(text, at)
    kind, tool, start = tokens.take()
    if kind != "word":
        raise CallError("a tool's name is due here", start)
    tokens.sign("(", f"a bracket ( is due after {tool}")
    arguments: list[Argument] = []
    while not tokens.skip(")"):
        arguments.append(_argument(tokens))
        if not tokens.skip(","):
            tokens.sign(")", "a comma or the closing bracket ) is due here")
            break
    return Call(tool, start, tuple(arguments), tokens.at)


def _argument(tokens: _Tokens) -> Argument:
    kind, found, at = tokens.take()
    if kind != "word" or found in _WORDS:
        return Argument("", _value(tokens, kind, found, at), at)
    if not tokens.skip("="):
        raise CallError(f"{found[:60]} is no value: a text stands in quotes", at)
    kind, value, at = tokens.take()
    return Argument(found, _value(tokens, kind, value, at), at)


def _value(tokens: _Tokens, kind: str, found: str, at: int) -> Raw:
    if kind == "text":
        return _decoded(found, at)
    if kind == "reference":
        return found
    if kind == "number":
        if len(found) > _MOST_DIGITS:
            raise CallError("the number has too many digits", at)
        return int(found)
    if found in _WORDS:
        return _WORDS[found]
    if found == "[":
        return _items(tokens)
    raise CallError("a value is due here: a text in quotes, a number, True, False, a list or $1", at)


def _items(tokens: _Tokens) -> tuple[str, ...]:
    items: list[str] = []
    while not tokens.skip("]"):
        kind, found, at = tokens.take()
        if kind not in ("text", "reference"):
            raise CallError("a list holds texts in quotes, or references such as $1", at)
        items.append(_decoded(found, at) if kind == "text" else found)
        if not tokens.skip(","):
            tokens.sign("]", "a comma or the closing bracket ] is due here")
            break
    return tuple(items)


def _decoded(literal: str, at: int) -> str:
    """Read a literal in quotes. A line break in it is a line break, and an unknown escape stays as it is."""
    if _PLAIN.fullmatch(literal):
        return literal[1:-1]
    try:
        return str(ast.literal_eval(_ESCAPE.sub(_tame, literal)))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise CallError("the text that begins here cannot be read: see to its backslashes", at) from None


def _tame(match: re.Match[str]) -> str:
    """Write what Python would warn of, or not read inside simple quotes, in a way that it reads."""
    escaped = match[1]
    if escaped is None:
        return "\\n"
    if escaped == "\n":
        return ""
    if escaped[0] in "01234567":
        return f"\\u{int(escaped, 8):04x}"
    return match[0] if escaped in _KNOWN else "\\" + match[0]


class _Tokens:
    """Takes a text apart from an offset on."""

    def __init__(self, text: str, at: int) -> None:
        self.text, self.at = text, at

    def take(self) -> tuple[str, str, int]:
        """Return the next token's kind, text and offset. Raises CallError where there is none."""
        match = _TOKEN.match(self.text, self.at)
        if match is None:
            start = self._start()
            if start == len(self.text):
                raise CallError(_NOT_CLOSED, start)
            if self.text[start] in "\"'":
                raise CallError("the text that begins here has no closing quote", start)
            if self.text[start] in "+-0123456789":
                raise CallError("a number has only digits, and perhaps a sign", start)
            raise CallError(f"{self.text[start]!a} cannot stand here", start)
        kind = match.lastgroup or ""
        self.at = match.end()
        return kind, match[kind], match.start(kind)

    def skip(self, sign: str) -> bool:
        """Take the sign if it comes next."""
        start = self._start()
        if not self.text.startswith(sign, start):
            return False
        self.at = start + 1
        return True

    def sign(self, sign: str, message: str) -> None:
        """Take the sign. Raises CallError with the message where something else comes."""
        if not self.skip(sign):
            start = self._start()
            raise CallError(message if start < len(self.text) else _NOT_CLOSED, start)

    def _start(self) -> int:
        found = _SOLID.search(self.text, self.at)
        return found.start() if found else len(self.text)
