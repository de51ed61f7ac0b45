"""How alike two names are, in letters and in sound."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from tinyagent_cli.desktops.text import fold
from tinyagent_cli.voice.faults import missing


@lru_cache(maxsize=20_000)
def sound_of(text: str) -> str:
    """The consonants of a folded text as English says them (Metaphone; L. Philips, 1990), its words run together."""
    try:
        import jellyfish
    except ImportError as fault:
        raise missing(fault) from fault
    code = jellyfish.metaphone(text.replace(" ", ""))
    return re.sub(r"(.)\1+", r"\1", code.replace(" ", ""))


@lru_cache(maxsize=100_000)
def likeness(heard: str, name: str) -> float:
    """How alike two folded texts are, 0 to 1: the mean of the edit likeness of their letters and of their sounds.

    Where a text begins weighs most, as in Jaro-Winkler's measure: Whisper loses ends more often than beginnings.
    """
    from rapidfuzz.distance import Indel, JaroWinkler

    one, two = heard.replace(" ", ""), name.replace(" ", "")
    letters = JaroWinkler.normalized_similarity(one, two)
    a, b = sound_of(heard), sound_of(name)
    sounds = Indel.normalized_similarity(a, b) if a and b else letters
    return (letters + sounds) / 2


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The words that commands are made of, which are seldom a name misheard."""
    text = resources.files("tinyagent_cli.voice").joinpath("common_words.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def folded(text: str) -> str:
    """A text without case, accents and punctuation."""
    return fold(text) if any(char.isalnum() for char in text) else ""
