"""Addresses that are made to be taken for another.

Two ways to deceive are seen through: letters of other scripts or digits that look alike (homographs; after
Unicode Technical Standard 39, "confusables", of which those for Latin letters in addresses are kept here), and
a letter more, less, other or swapped in the domain or the name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from contextlib import suppress

# Letters that look like Latin ones in common fonts: Cyrillic, Greek, Armenian and a few Latin extensions.
_LOOKS = {
    "a": "аαɑạ", "b": "ЬƄв", "c": "сϲᴄ", "d": "ԁɗ", "e": "еҽ℮ε", "f": "ғƒ", "g": "ɡց", "h": "һհн", "i": "іıɩιǀӏ",
    "j": "јϳ", "k": "кκ", "l": "ⅼ", "m": "мⅿ", "n": "ոпη", "o": "оοօσ", "p": "рρ", "q": "ԛգ", "r": "гɾ", "s": "ѕꜱ",
    "t": "тτ", "u": "սυц", "v": "ѵν", "w": "ԝшωѡ", "x": "хχ×", "y": "уүγ", "z": "ᴢʐ",
}  # fmt: skip
_FOLD = str.maketrans({other: plain for plain, others in _LOOKS.items() for other in others})
_SAME_SHAPE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"))
MOST_APART = 6
"""Characters by which two that look alike may differ in length: each `rn` for `m` is one."""
SHORTEST = 6
"""Letters that a name or a domain needs before one letter's difference is suspicious: `ann` and `ana` are two people."""


def skeleton(text: str) -> str:
    """Return text so that what looks alike is alike."""
    plain = letters(text)
    for look, meant in _SAME_SHAPE:
        plain = plain.replace(look, meant)
    return plain


def letters(text: str) -> str:
    """Return text in lower case with other scripts' lookalikes as Latin letters, accents and unseen characters off."""
    if text.isascii() and "xn--" not in text:
        return text.lower()
    text = unicodedata.normalize("NFKD", decoded(text)).casefold().translate(_FOLD)
    return "".join(c for c in text if unicodedata.category(c) not in {"Mn", "Cf"})


def mixed(address: str) -> bool:
    """True where letters of another script stand in for Latin ones: it reads as plain Latin and is none."""
    plain = unicodedata.normalize("NFC", decoded(address)).casefold()
    parts = plain.replace("@", ".").split(".")
    return any(letters(part).isascii() and any(ord(c) in _FOLD for c in part) for part in parts)


def decoded(address: str) -> str:
    """Return an address with the domain as it is shown: `xn--...` in its own letters."""
    name, at, domain = address.rpartition("@")
    labels = []
    for label in domain.split("."):
        shown = label
        if label.lower().startswith("xn--"):
            with suppress(UnicodeError):
                shown = label.encode("ascii").decode("idna")
        labels.append(shown)
    return name + at + ".".join(labels)


def lookalike(address: str, known: Collection[str], contacts: Collection[str] = ()) -> str | None:
    """Return the known e-mail address that this one, which is not known, may be taken for; None where there is none.

    `contacts` are known too. Where the address is one of them itself, a letter's difference to a name at the same
    domain says nothing (two colleagues), and a domain that is not quite another's does.
    """
    if "@" not in address or address in known:
        return None
    colleague = address in contacts
    others = sorted({*known, *contacts} - {address})
    return next((other for other in others if "@" in other and alike(address, other, colleague=colleague)), None)


def alike(one: str, other: str, *, colleague: bool = False) -> bool:
    """True where two different addresses may be taken for each other; of a `colleague` only where the domains differ."""
    name, _, domain = letters(one).rpartition("@")
    its_name, _, its_domain = letters(other).rpartition("@")
    if abs(len(name) - len(its_name)) > MOST_APART or abs(len(domain) - len(its_domain)) > MOST_APART:
        return False
    if skeleton(one) == skeleton(other):
        return True
    if domain == its_domain:
        return not colleague and near(name, its_name)
    return near(domain, its_domain) and (name == its_name or near(name, its_name))


def near(one: str, other: str) -> bool:
    """True where one letter more, less, other or swapped makes the difference (optimal string alignment)."""
    if min(len(one), len(other)) < SHORTEST or _numbered(one) == _numbered(other):
        return False
    from rapidfuzz.distance import OSA

    return OSA.distance(one, other, score_cutoff=1) <= 1


def _numbered(text: str) -> str:
    """Text without the digits at its end: `office1` and `office2` are honest neighbours."""
    return text.rstrip("0123456789")
