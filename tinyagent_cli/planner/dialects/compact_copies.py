"""What a plan copies from its command: names of people and files, addresses, words of time.

In the corpus every name that is looked up stands in its command word for word, and so do the words of every moment,
in their order. Holding the decoding to that keeps a name from being invented and a date from being no date.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from tinyagent_cli.plan import moments
from tinyagent_cli.plan.resolve import means_a_time
from tinyagent_cli.plan.signature import Parameter

_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"\S+@\S+")
_TITLE = re.compile(r"\b(dr|prof|mr|mrs|ms|st|sgt|lt|col|capt|jr|sr)\.", re.IGNORECASE)
_MANY_MARKS = re.compile(r"\W{4}|\W{3}$|^\W")
_APOSTROPHES = str.maketrans("’‘ʼ“”", "'''\"\"")
_MARKS = re.compile(r"\b(?:dot|underscore|dash|hyphen|slash)\b")
_NUMBERS = re.compile(r"\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty)\b")
"""Words by which speech spells a file, an address or a number: what they stand for cannot be compared."""
_LETTERS = frozenset("oapms")  # ten o'clock, 2 p.m., Thursday's
MOST_WORDS = 9
"""Words of a time that stand together."""
MOST_TRIES = 3000
"""How often words of one command are tried as a time before they are written; after that they are not held back."""


class Copies:
    """Compares values, whole or as far as they are written, with the command. `now` is local time."""

    def __init__(self, command: str, now: dt.datetime) -> None:
        self.command, self.now = command, now
        self._known: dict[tuple[str, str, str, bool], bool] = {}
        self._times: dict[tuple[str, str, str], bool] = {}
        self._left = MOST_TRIES

    @cached_property
    def text(self) -> str:
        """The command as it is compared: without capitals, one space between words."""
        return _plain(self.command)

    @cached_property
    def _for_names(self) -> tuple[str, str]:
        text = _ADDRESS.sub("@", self.text)
        return text, _TITLE.sub(r"\1", text)

    def name(self, value: str, *, whole: bool) -> bool:
        """True for words of the command, or for what may become such; "Dr." and "dr" are the same."""
        without = _TITLE.sub(r"\1", value)
        return any(self._stands(v, text, whole=whole) for v in {value, without} for text in self._for_names)

    def thing(self, value: str, *, whole: bool) -> bool:
        """The same for a file, an address or a number, which may have been spelled."""
        if self._stands(value, self.text, whole=whole) or _MARKS.search(self.text):
            return True
        return re.search(r"\d", value) is not None and _NUMBERS.search(self.text) is not None

    def moment(self, p: Parameter, value: str, start: str, *, whole: bool) -> bool:
        """True for words of the command in their order which say a time, or, while they are written, may come to do so.

        `start` are the words of the start where `p` is an end.
        """
        key = (p.name, value, start, whole)
        if key not in self._known:
            if whole:
                self._known[key] = self.in_order(value) and self._is_time(p, value, start)
            else:
                ways = islice(self._endings(value), self._left)
                held = any(self._is_time(p, said, start) for said in ways)
                self._known[key] = held or (self._left == 0 and self._in_reach(value))
        return self._known[key]

    def _is_time(self, p: Parameter, said: str, start: str) -> bool:
        key = (p.name, said, start)
        if key not in self._times:
            self._left = max(self._left - 1, 0)
            self._times[key] = means_a_time(p, said, start, self.now, self.command)
        return self._times[key]

    def _in_reach(self, value: str) -> bool:
        """True for words of the command in their order, the last of them perhaps begun."""
        said, begun = _begun(value)
        after = self._aligned(said)
        return bool(after) and not _MANY_MARKS.search(value) and any(w.startswith(begun) for w in self._words[after[0] + 1 :])

    def _endings(self, value: str) -> Iterator[str]:
        """What a value may become: words that follow in the command, or with a gap before them and one among them."""
        if _MANY_MARKS.search(value):
            return
        said, begun = _begun(value)
        head = value[: len(value) - len(begun)]
        glue = "" if not head or begun or head[-1] in " :./-" else " "
        places = self._aligned(said)
        if self._aligned([*said, begun] if begun else said) and re.search(r"\w[ .]*$", value):
            yield value
        near = {before + 1 for before in places if before + 1 < len(self._words)}
        after = range(min(places, default=len(self._words)) + 1, len(self._words))
        begins = [at for at in [*sorted(near), *(at for at in after if at not in near)] if self._words[at].startswith(begun)]
        for at in begins:
            yield from (head + glue + text for text, _ in self._from(at))
        for at in begins:
            for text, end in self._from(at):
                yield from (f"{head}{text} {more}" for later in range(end + 2, len(self._words)) for more, _ in self._from(later))

    def _aligned(self, said: list[str]) -> list[int]:
        """Where in the command the last of these words may stand if all of them do, in order; -1 for no words."""
        places = {-1}
        for word in said:
            first = min(places, default=len(self._words))
            places = {at for at, known in enumerate(self._words) if known == word and at > first}
        return sorted(places)

    def _from(self, at: int) -> Iterator[tuple[str, int]]:
        """The command's text from a word on, word by word, as long as the words can be part of a time; its last word."""
        for end in range(at, min(at + MOST_WORDS, len(self._words))):
            if not self._timely[end]:
                return
            yield self.text[self._spans[at][0] : self._spans[end][1]], end

    @cached_property
    def _spans(self) -> list[tuple[int, int]]:
        return [match.span() for match in _WORD.finditer(self.text)]

    @cached_property
    def _words(self) -> list[str]:
        return [self.text[begin:end] for begin, end in self._spans]

    @cached_property
    def _timely(self) -> list[bool]:
        return [word in _LETTERS or moments.has_words_of_time(word) for word in self._words]

    def in_order(self, value: str) -> bool:
        """True for words of the command in their order; others may stand between them."""
        rest = iter(self._words)
        return all(word in rest for word in _WORD.findall(_plain(value)))

    def _stands(self, value: str, text: str, *, whole: bool) -> bool:
        """True where a text has the value, from the beginning of a word on and, once whole, to the end of one."""
        whole = whole or value[-1:].isspace()
        value = _plain(value)
        found = (match.start() for match in re.finditer(f"(?={re.escape(value)})", text)) if value else ()
        begun = (at for at in found if not (at and value[0].isalnum() and text[at - 1].isalnum()))
        return any(not whole or _word_ends(text, at + len(value)) for at in begun)


def _word_ends(text: str, at: int) -> bool:
    """True at the end of a word, or before the s of a genitive that lacks its apostrophe; not within an address."""
    rest = text[at : at + 2]
    if rest[:1] in ("@", "_"):
        return False
    return not rest[:1].isalnum() or (rest[0] == "s" and not rest[1:].isalnum())


def _begun(value: str) -> tuple[list[str], str]:
    """The words of a value that is being written; the last, which may go on, apart."""
    said = _WORD.findall(_plain(value))
    return said, said.pop() if said and value[-1:].isalnum() else ""


def _plain(text: str) -> str:
    return " ".join(text.translate(_APOSTROPHES).casefold().split())
