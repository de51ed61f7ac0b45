"""One command heard twice, the second time told the names: which words to take, and which names into them.

Told names, Whisper spells names right and, where it is unsure, commands wrong: it ends sentences within them, writes
capitals, begins with what it was told. So the second hearing is taken as a whole only where Whisper was surer of it. Otherwise
nothing is taken from it but a name, and that only where the first has something like it at the same time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from tinyagent_cli.voice import names
from tinyagent_cli.voice.names import Correction
from tinyagent_cli.voice.slots import SMALL
from tinyagent_cli.voice.sounds import common_words, folded, likeness

if TYPE_CHECKING:
    from tinyagent_cli.voice.lexicon import Lexicon
    from tinyagent_cli.voice.transcribe import Word

ALIKE = 0.55
"""How alike a span of the first hearing must be to the name that the second has there: less than without a witness."""
ALIKE_COMMON = 0.7
"""The same where the span is all common words."""
APART = 0.5
"""Seconds that a word may begin or end apart in two hearings."""
LATE = 0.25
"""What every second apart takes from the likeness, where several spans are like the name."""
SURER = 0.02
"""How much surer Whisper must be of the second hearing, which it is told half of, for its words to be taken."""
LONGEST = 4
"""Words of a span."""
LEAST = 0.001
"""A word's probability counts as no less: one word that Whisper was lost at does not decide."""


def agreed(
    first: Sequence[Word], second: Callable[[], Sequence[Word]], lexicon: Lexicon
) -> tuple[Sequence[Word], list[Correction]]:
    """Return the words of the one hearing or the other, and what in them probably is a name.

    `second` listens again, and is asked only where a name is in doubt.
    """
    again = second() if in_doubt(first, lexicon) else ()
    if sureness(again) > sureness(first) + SURER:
        return again, names.corrections(again, lexicon)
    witnesses = witnessed(first, again, lexicon)
    taken = {at for each in witnesses for at in range(each.start, each.end)}
    rest = (each for each in names.corrections(first, lexicon) if not taken & set(range(each.start, each.end)))
    return first, sorted([*witnesses, *rest], key=lambda each: each.start)


def sureness(words: Sequence[Word]) -> float:
    """How sure Whisper was of the words: the geometric mean of their probabilities; 0 for none."""
    if not words:
        return 0.0
    return math.exp(sum(math.log(max(word.confidence, LEAST)) for word in words) / len(words))


def in_doubt(first: Sequence[Word], lexicon: Lexicon) -> bool:
    """True where a name may stand that is none of those known, so that a second hearing is worth its time.

    A name may stand where somebody is named, and where Whisper wrote a capital letter within a sentence.
    """
    heard, whole = [folded(word.text) for word in first], [False] * len(first)
    for start, end, _ in exactly(heard, lexicon):
        whole[start:end] = [True] * (end - start)
    where = names.placed(first, whole)
    stops = {0} | {at + 1 for at in names.stops(first)}
    return bool(known(lexicon)) and any(
        (where[at] in {"name", "maybe"} or (word.text[:1].isupper() and where[at] == "free" and at not in stops))
        and not (whole[at] or heard[at] in SMALL or heard[at].isdigit())
        for at, word in enumerate(first)
    )


def witnessed(first: Sequence[Word], second: Sequence[Word], lexicon: Lexicon) -> list[Correction]:
    """Find the spans of the first hearing that the second has a name in place of."""
    heard = [folded(word.text) for word in first]
    right = names.exact(heard, known(lexicon))
    where = names.placed(first, right)
    seen: list[Correction] = []
    for begin, stop, name in said(second, lexicon):
        parts = set(folded(name).split())
        at_the_time = [
            (score - LATE * sum(late), score, start, end)
            for start, end, span in names.spans(heard, LONGEST)
            if max(late := apart(first[start:end], second[begin:stop])) <= APART
            and {heard[at] for at in range(start, end) if right[at]} < parts
            and (score := likeness(span, folded(name)))
            >= (ALIKE_COMMON if set(span.split()) <= common_words() else ALIKE)
        ]
        if at_the_time:
            _, score, start, end = max(at_the_time)
            shown = " ".join(word.text for word in first[start:end])
            seen.append(Correction(start, end, shown, name, round(score, 3), where[start] != "message"))
    return list(names.best(seen))


def apart(some: Sequence[Word], others: Sequence[Word]) -> tuple[float, float]:
    """How many seconds apart two runs of words begin and end."""
    return abs(some[0].start - others[0].start), abs(some[-1].end - others[-1].end)


def said(words: Sequence[Word], lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield the spans that are a known name or nearly one, the longest first: from, to (not included), the name."""
    spans = list(exactly([folded(word.text) for word in words], lexicon))
    spans += [(each.start, each.end, each.name) for each in names.corrections(words, lexicon) if each.applied]
    taken: set[int] = set()
    for start, end, name in sorted(spans, key=lambda each: each[0] - each[1]):
        if not taken & set(range(start, end)):
            taken |= set(range(start, end))
            yield start, end, name


def exactly(heard: Sequence[str], lexicon: Lexicon) -> Iterator[tuple[int, int, str]]:
    """Yield the spans of folded words that are a known name, also where it has an s after it."""
    every = known(lexicon)
    for start, end, span in names.spans(heard, LONGEST):
        if name := every.get(span) or every.get(span.removesuffix("s")):
            yield start, end, name


def known(lexicon: Lexicon) -> dict[str, str]:
    """The names by their folded form."""
    return {**names.keys(lexicon.people), **names.keys(lexicon.things, common=True)}
