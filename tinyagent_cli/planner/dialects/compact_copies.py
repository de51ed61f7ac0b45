"""What a plan copies from its command: names of people and files, addresses, words of time.

In the corpus every name that is looked up stands in its command word for word, and so do the words of every moment,
in their order. Holding the decoding to that keeps a name from being invented and a date from being no date.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cached_property

from tinyagent_cli.plan.resolve import means_a_time
from tinyagent_cli.plan.signature import Parameter

_WORD = re.compile(r"\w+")
_MANY_MARKS = re.compile(r"\W{4}|\W{3}$")
_APOSTROPHES = str.maketrans("’‘ʼ“”", "'''\"\"")
_MARKS = re.compile(r"\b(?:dot|underscore|dash|hyphen|slash)\b")
_NUMBERS = re.compile(r"\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty)\b")
"""Words by which speech spells a file, an address or a number: what they stand for cannot be compared."""


class Copies:
    """Compares values, whole or as far as they are written, with the command. `now` is local time."""

    def __init__(self, command: str, now: dt.datetime) -> None:
        self.command, self.now = command, now
        self._known: dict[tuple[str, str, str, bool], bool] = {}

    @cached_property
    def text(self) -> str:
        """The command as it is compared: without capitals, one space between words."""
        return _plain(self.command)

    @cached_property
    def words(self) -> list[str]:
        """Its words."""
        return _WORD.findall(self.text)

    def name(self, value: str, *, whole: bool) -> bool:
        """True for words of the command, or for what may become such; "Dr." and "dr" are the same."""
        return self._stands(value.replace(".", ""), self.text.replace(".", ""), whole=whole)

    def thing(self, value: str, *, whole: bool) -> bool:
        """The same for a file, an address or a number, which may have been spelled."""
        if self._stands(value, self.text, whole=whole) or _MARKS.search(self.text):
            return True
        return re.search(r"\d", value) is not None and _NUMBERS.search(self.text) is not None

    def moment(self, p: Parameter, value: str, start: str, *, whole: bool) -> bool:
        """True for words of the command in their order, which say a time once they are whole.

        `start` are the words of the start where `p` is an end.
        """
        key = (p.name, value, start, whole)
        if key not in self._known:
            self._known[key] = self.in_order(value, whole=whole) and (
                not whole or means_a_time(p, value, start, self.now, self.command)
            )
        return self._known[key]

    def _stands(self, value: str, text: str, *, whole: bool) -> bool:
        """True where a text has the value, from the beginning of a word on and, once whole, to the end of one."""
        whole = whole or value[-1:].isspace()
        value = _plain(value)
        found = (match.start() for match in re.finditer(f"(?={re.escape(value)})", text)) if value else ()
        begun = (at for at in found if not (at and value[0].isalnum() and text[at - 1].isalnum()))
        return any(not whole or _word_ends(text, at + len(value)) for at in begun)

    def in_order(self, value: str, *, whole: bool) -> bool:
        """True for words of the command in their order; others may stand between them."""
        if _MANY_MARKS.search(value):
            return False
        said = _WORD.findall(_plain(value))
        last = said.pop() if said and not whole and value[-1:].isalnum() else None
        rest = iter(self.words)
        return all(word in rest for word in said) and (last is None or any(word.startswith(last) for word in rest))


def _plain(text: str) -> str:
    return " ".join(text.translate(_APOSTROPHES).casefold().split())


def _word_ends(text: str, at: int) -> bool:
    """True at the end of a word, or before the s of a genitive that lacks its apostrophe."""
    rest = text[at : at + 2]
    return not rest[:1].isalnum() or (rest[0] == "s" and not rest[1:].isalnum())
