"""Words made comparable, and texts made fit for the places they go to."""

from __future__ import annotations

import hashlib
import re
import unicodedata

SIMPLER = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
UNSAFE_IN_NAME = re.compile(r'[/\\:*?"<>|\x00-\x1f\x7f-\x9f\u2028\u2029]+')
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
SILENT, BETWEEN_WORDS = re.compile("['’`.]"), re.compile(r"[\W_]+")
SURROGATES = re.compile("[\ud800-\udfff]")


def fold(text: str) -> str:
    """Return the text without case, accents and punctuation, its words parted by single spaces.

    A text of punctuation alone (an emoji, say) only loses its case.
    """
    bare = text.casefold()
    if bare.isascii() and bare.isalnum():
        return bare
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare)
        bare = "".join(c for c in bare if not unicodedata.combining(c)).casefold().translate(SIMPLER)
    return " ".join(BETWEEN_WORDS.split(SILENT.sub("", bare))).strip() or " ".join(text.casefold().split())


def plain(text: str) -> str:
    """Return the text as any format can hold it: line breaks as line feeds, no other control characters but tabs."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SURROGATES.sub("�", CONTROLS.sub("", text))


def one_line(text: str) -> str:
    """Return the text on one line: line breaks of every kind become spaces, control characters go."""
    return re.sub("[\n\t\x85\u2028\u2029]+", " ", plain(text))


def safe_name(title: str, fallback: str = "Untitled") -> str:
    """Return a file name (without suffix) for a title: one path component, visible, at most 120 bytes long."""
    name = UNSAFE_IN_NAME.sub("-", one_line(title)).strip(" .-") or fallback
    if len(name.encode()) > 120:
        mark = hashlib.sha256(title.encode("utf-8", "replace")).hexdigest()[:8]
        name = f"{name.encode()[:100].decode('utf-8', 'ignore').strip()} {mark}"
    return name


def quoted(text: str, most: int = 80) -> str:
    """Return a text in quotation marks for a message, shortened to `most` characters."""
    line = one_line(text).strip()
    return f"“{line if len(line) <= most else line[: most - 1] + '…'}”"


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 file", "2 files"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
