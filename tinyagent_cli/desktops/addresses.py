"""E-mail addresses and phone numbers as they come in arguments: single, listed, or a whole group in one string."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.utils import getaddresses

from tinyagent_cli.desktops.text import one_line, quoted
from tinyagent_cli.errors import DesktopError

ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]+@[^\s@<>()\[\],;:\\\"\x00-\x20\x7f]+")
NUMBER = re.compile(
    r"[+0-9(][0-9 ()./\-\u2010-\u2014\u00a0*#]*(?:(?:x|ext\.?|;ext=)\s*[0-9]+)?", re.IGNORECASE
)


SHORTEST_OF_SEVERAL = 3
"""Digits that a number needs that stands beside others in one text, as `run.arguments.members` has it."""


def is_address(text: str) -> bool:
    """Whether the text is one bare e-mail address."""
    return bool(ADDRESS.fullmatch(text)) and not text.startswith("-") and ".." not in text.partition("@")[2]


def is_number(text: str) -> bool:
    """Whether the text is one phone number: at least two digits (short numbers exist), nothing but number signs."""
    return bool(NUMBER.fullmatch(text)) and len(re.findall("[0-9]", text)) >= 2


def addresses(given: Iterable[str]) -> list[str]:
    """Return bare addresses, each once, groups taken apart. Raises DesktopError on what is none."""
    found: dict[str, str] = {}
    for entry in given:
        text = one_line(entry).strip()
        if not text:
            continue
        for part in re.split(r"[,;]\s*", text) if "<" not in text else [a for _, a in getaddresses([text])]:
            address = part.strip().removeprefix("mailto:")
            if not is_address(address):
                raise DesktopError(
                    f"{quoted(part)} is not an e-mail address. Give one, or the name of a contact."
                )
            found.setdefault(address.lower(), address)
    return list(found.values())


def numbers(given: Iterable[str]) -> list[str]:
    """Return phone numbers, each once, groups taken apart. Raises DesktopError on what is none."""
    found: dict[str, str] = {}
    for entry in given:
        parts = [part for part in re.split(r"[,;](?!ext=)\s*", one_line(entry).strip()) if part]
        for part in parts:
            # "1.000,00" is a sum and no group of two.
            short = len(parts) > 1 and len(re.findall("[0-9]", part)) < SHORTEST_OF_SEVERAL
            if short or not is_number(part):
                raise DesktopError(
                    f"{quoted(part)} is not a phone number. Give one, or the name of a contact."
                )
            found.setdefault(re.sub("[^0-9+*#x]", "", part.lower()), part)
    return list(found.values())
