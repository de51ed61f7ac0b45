"""Names told to Whisper before it listens again, and near misses mended after; every mending is shown.

The first is what speech recognition calls contextual biasing: Whisper takes its initial prompt for the text
that came before (Radford et al. 2022, section 2.3) and prefers to spell on in the same way. It reads 224 tokens of
it, so that of many names only those count that a first pass made likely.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.slots import SMALL, TITLES, places
from tinyagent_cli.voice.sounds import common_words, folded, likeness

if TYPE_CHECKING:
    from tinyagent_cli.voice.slots import Place
    from tinyagent_cli.voice.transcribe import Word

ROOM = 400
"""Characters of names in a prompt: with the words between, some 200 of the 224 tokens, names being cut into many."""
NEAREST = 30
"""How many names a second pass is told of, where all are too many."""
LONGER = 4
"""Letters by which a name may be longer or shorter than what was heard for it."""
ENOUGH = {"name": 0.74, "maybe": 0.82, "free": 0.80, "message": 0.78}
"""How alike a span must be to a name, by where it stands."""
COMMON = 0.12
"""How much more, where the span is all common words."""
SURE = ((0.9, 0.2), (0.7, 0.1))
"""How much more, where Whisper was sure of the words: names misheard are words it doubts."""
THING = 0.88
STOPS = (".", ",", ";", ":", "!", "?")


@dataclass(frozen=True)
class Correction:
    """Words `start` to `end` (from 0, end not included) that probably are a name. `applied` ones are in the text."""

    start: int
    end: int
    heard: str
    name: str
    likeness: float
    applied: bool


def fits(lexicon: Lexicon) -> bool:
    """True where all names fit into one prompt."""
    return sum(len(name) + 2 for name in (*lexicon.people, *lexicon.things)) <= ROOM


def prompt(lexicon: Lexicon) -> str:
    """Return the text that Whisper is told came before, as many names in it as there is room for.

    They stand in commands: after a list, Whisper writes lists, with three times the commas, and plans suffer.
    """
    # The end of a prompt weighs most: people, whom commands name most, come last, and the first of them at the very end.
    people = _first(lexicon.people, ROOM)[::-1]
    things = _first(lexicon.things, ROOM - sum(len(name) + 2 for name in people))
    pairs = (" and ".join(people[at : at + 2]) for at in range(0, len(people), 2))
    return " ".join([*(f"Open {name}." for name in things), *(f"Text {pair}." for pair in pairs)])


def _first(names: Sequence[str], room: int) -> list[str]:
    kept = []
    for name in names:
        room -= len(name) + 2
        if room < 0:
            break
        kept.append(name)
    return kept


def likely(lexicon: Lexicon, words: Sequence[Word]) -> Lexicon:
    """Return the names that come near anything in a first transcript, the nearest first."""
    heard = [span for _, _, span in spans([folded(word.text) for word in words], 3)]

    def nearest(names: Sequence[str]) -> tuple[str, ...]:
        best = {name: _nearness(folded(name), heard) for name in names}
        return tuple(sorted(best, key=lambda name: -best[name])[:NEAREST])

    return Lexicon(nearest(lexicon.people), nearest(lexicon.things)[: NEAREST // 3])


def _nearness(key: str, heard: Sequence[str]) -> float:
    return max((likeness(span, key) for span in heard if abs(len(key) - len(span)) <= LONGER), default=0.0)


def corrections(words: Sequence[Word], lexicon: Lexicon) -> list[Correction]:
    """Find the spans that are probably a name misheard, best first where they overlap, in order.

    One is applied only where a person is named or a thing's whole title stands, never within the words of a message.
    """
    heard = [folded(word.text) for word in words]
    people, things = keys(lexicon.people), keys(lexicon.things, common=True)
    right = exact(heard, {**people, **things})
    where = placed(words, right)
    found: list[Correction] = []
    for start, end, span in spans(heard, 4):
        if all(right[start:end]) or len(span) < 3 or _holds_together(span):
            continue
        doubt = min(word.confidence for word in words[start:end])
        for key, name in (people | things).items():
            if any(right[start:end]) and span.count(" ") != key.count(" "):
                continue
            bar = _bar(span, where[start:end], key in things, doubt)
            if (
                abs(len(key) - len(span)) > LONGER
                or (score := likeness(span, key)) < bar
                or not _parts_agree(span, key)
            ):
                continue
            shown = " ".join(word.text for word in words[start:end])
            named = key in things or "free" not in where[start:end]
            applied = named and "message" not in where[start:end]
            found.append(Correction(start, end, shown, name, round(score, 3), applied))
    return sorted(best(found), key=lambda c: c.start)


def placed(words: Sequence[Word], right: Sequence[bool]) -> list[Place]:
    """Say of every word where it stands, stops and commas minded; `right` marks those that are a known name."""
    return places([folded(word.text) for word in words], right, stops(words))


def stops(words: Sequence[Word]) -> set[int]:
    """The words that have a stop or a comma after them."""
    return {at for at, word in enumerate(words) if word.text.endswith(STOPS)}


def _holds_together(span: str) -> bool:
    """True where a word of the span is one that a command is held together by, or a number; titles may begin a name."""
    first, *others = span.split()
    small = [word in SMALL or any(char.isdigit() for char in word) for word in others]
    begins = (first in SMALL and not (first in TITLES and others)) or any(char.isdigit() for char in first)
    return begins or any(small)


def _bar(span: str, where: Sequence[Place], thing: bool, doubt: float) -> float:
    """How alike the span must be, by where it stands, whether its words are common, and how sure Whisper was of them."""
    if thing:
        return THING
    bar = ENOUGH["message"] if "message" in where else ENOUGH[where[0]]
    if set(span.split()) <= common_words():
        bar += COMMON if where[0] in {"name", "maybe"} else 1.0
    return bar + next((more for least, more in SURE if doubt > least), 0.0)


def _parts_agree(span: str, key: str) -> bool:
    """False where a span takes a word in, or leaves one out, that the name does better without."""
    words, parts = span.split(), key.split()
    if len(words) == len(parts):
        return all(likeness(word, part) >= 0.55 for word, part in zip(words, parts, strict=True))
    one, other = sorted((len(span.replace(" ", "")), len(key.replace(" ", ""))))
    return (len(parts) == 1 or len(words) == 1) and one > 0.7 * other


def best(found: Sequence[Correction]) -> Iterator[Correction]:
    """Of those that overlap, the one most alike; of equals the longer, of those the first."""
    taken: set[int] = set()
    for each in sorted(found, key=lambda c: (-c.likeness, c.start - c.end, c.start)):
        if not taken & set(range(each.start, each.end)):
            taken |= set(range(each.start, each.end))
            yield each


def keys(names: Sequence[str], *, common: bool = False) -> dict[str, str]:
    """Names by their folded form, without those too short or too common to be told from other words.

    With `common`, names of several common words ("Meeting notes") count too.
    """
    folds = ((folded(name), name) for name in reversed(names))
    return {
        key: name for key, name in folds
        if len(key) > 2 and ((common and " " in key) or not set(key.split()) <= common_words())
    }  # fmt: skip


def exact(heard: Sequence[str], names: dict[str, str]) -> list[bool]:
    """Mark the words that are a known name already, or a part of one."""
    parts = {part for name in names for part in name.split() if part not in common_words() | TITLES}
    right = [word in parts or (word.endswith("s") and word[:-1] in parts) for word in heard]
    for start, end, span in spans(heard, 4):
        if span in names or (span.endswith("s") and span[:-1] in names):
            right[start:end] = [True] * (end - start)
    return right


def spans(words: Sequence[str], most: int) -> Iterator[tuple[int, int, str]]:
    """Yield every run of so many words and fewer: from, to (not included), and the words with a space between."""
    for start in range(len(words)):
        for end in range(start + 1, min(start + most, len(words)) + 1):
            if all(words[start:end]):
                yield start, end, " ".join(words[start:end])


def mended(words: Sequence[Word], found: Sequence[Correction]) -> str:
    """The text with the applied corrections in it; commas and the like after a span stay."""
    text = [word.text for word in words]
    for each in sorted((c for c in found if c.applied), key=lambda c: -c.start):
        text[each.start : each.end] = [in_place(each, text[each.end - 1])]
    return " ".join(text)


def in_place(correction: Correction, last: str) -> str:
    """The name as it stands in the text: with the punctuation and the possessive that followed the words."""
    after = _tail(last)
    return correction.name + after


@lru_cache(maxsize=1000)
def _tail(word: str) -> str:
    found = re.search(r"(['’]s)?[^\w'’]*$", word)
    return found[0] if found else ""


def taken(found: Sequence[Correction], *, wanted: bool) -> list[Correction]:
    """All corrections, or none of them, applied."""
    return [replace(each, applied=wanted) for each in found]
