"""Text that is safe on a terminal: nothing in anyone's data can move the cursor, hide or reorder what is shown."""

from __future__ import annotations

import unicodedata

_SHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_JOINERS = frozenset("\u200c\u200d")
"""Zero-width joiners, which Persian, Indic scripts and emoji need."""


def visible(text: str, *, breaks: str = " ↵ ") -> str:
    """Return text with every control character, override of direction and unseen character made visible.

    A line break becomes `breaks`, a tab a space; others are written `‹U+202E›`.
    """
    if text.isascii() and text.isprintable():
        return text
    out = []
    for at, char in enumerate(text):
        if char == "\n":
            out.append(breaks)
        elif char == "\r":
            out.append("" if text[at + 1 : at + 2] == "\n" else breaks)
        elif char == "\t":
            out.append(" ")
        elif unicodedata.category(char) in _SHOWN and not (char in _JOINERS and _between_letters(text, at)):
            out.append(f"‹U+{ord(char):04X}›")
        else:
            out.append(char)
    return "".join(out)


def _between_letters(text: str, at: int) -> bool:
    """True where a joiner stands between two characters that are not ASCII, where alone it means something."""
    return 0 < at < len(text) - 1 and ord(text[at - 1]) > 0x2FF and ord(text[at + 1]) > 0x2FF


def shortened(text: str, most: int = 400) -> str:
    """Cut a text that is too long to be looked at, and say so."""
    return text if len(text) <= most else f"{text[: most - 1]}… ({len(text):,} characters)"


def listed(words: list[str], joint: str = "and") -> str:
    """Join words as in a sentence."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {joint} {words[-1]}" if words else ""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Say a number of things: `1 step`, `2 steps`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
