"""Which contacts a name means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tinyagent_cli.desktops.text import fold, quoted
from tinyagent_cli.errors import NotFoundError

from .cards import Card
from .index import Index

SAME = (
    {"mom", "mum", "mother", "mama", "mommy", "mummy", "ma"},
    {"dad", "father", "papa", "daddy", "pa"},
    {"grandma", "grandmother", "granny", "nana"},
    {"grandpa", "grandfather", "granddad", "grandad"},
    {"boss", "manager", "supervisor"},
    {"wife", "spouse"},
    {"husband", "spouse"},
    {"partner", "spouse"},
    {"aunt", "auntie", "aunty"},
    {"kid", "child"},
)
WIDER = {
    "mom": "parent", "dad": "parent", "son": "child", "daughter": "child", "brother": "sibling", "sister": "sibling",
    "colleague": "co worker", "neighbor": "neighbor", "neighbour": "neighbor",
}  # fmt: skip
"""Relations that vCard 4's RELATED names more widely (RFC 6350, section 6.6.6)."""
GROUP_WORDS = {"team", "group", "folks", "crew", "list", "members", "people", "guys"}
NEAR = 72


@dataclass(frozen=True)
class Match:
    """The contacts that a name means: candidates of whom one is meant, or together a group."""

    cards: tuple[Card, ...]
    group: bool = False


def match(index: Index, name: str, own_address: str = "", own_name: str = "") -> Match:
    """Find the contacts of a name, the surest way of matching first; the ways are not mixed.

    1. the full name, where it has two words or more; 2. first, last, nick name, a full name of one word, a
    note that is just this, a relation on the person's own card; 3. a group; 4. role or organisation; 5. all
    words of it within a name. Letters' case, accents and points make no difference. Raises NotFoundError.
    """
    key = re.sub(r"^(?:my|the|our) ", "", fold(name))
    if " " in key and (full := index.cards(["full"], key)):
        return Match(tuple(full))
    for text in same(key):
        people = index.cards(["full", "part"], text)
        people += [c for c in relatives(index, text, own_address, own_name) if c not in people]
        if people:
            return Match(tuple(people))
    if members := group(index, key):
        return Match(tuple(members), group=True)
    for text in same(key):
        if people := index.cards(["role"], text):
            return Match(tuple(people))
    if people := index.cards(["word"], *key.split()):
        return Match(tuple(people))
    raise NotFoundError(f"No contact is called {quoted(name)}.{suggestion(index, key)}")


def same(key: str) -> list[str]:
    """The key itself, then words that mean the same person."""
    return [key, *dict.fromkeys(w for words in SAME if key in words for w in sorted(words) if w != key)]


def relatives(index: Index, key: str, own_address: str, own_name: str) -> list[Card]:
    """Return those whom the person's own card names as this relation."""
    own = index.cards(["email"], own_address.lower()) if own_address else []
    own = own or (index.cards(["full"], fold(own_name)) if own_name else [])
    found: list[Card] = []
    for card in own:
        wide = {WIDER[w] for w in same(key) if w in WIDER}
        close = [target for label, target in card.related if fold(label) == key]
        for target in close or [target for label, target in card.related if fold(label) in wide]:
            there = index.cards(["uid"], target.lower()) or index.cards(["full"], fold(target))
            found += [c for c in there if c not in found]
    return found


def group(index: Index, key: str) -> list[Card]:
    """Return the members of a group: a category, or a card of kind "group"."""
    words = key.split()
    bare = " ".join(words[:-1]) if len(words) > 1 and words[-1] in GROUP_WORDS else key
    names = dict.fromkeys([key, bare, f"{bare} team", f"{bare} group"])
    for text in names:
        members = index.cards(["group"], text)
        for card in index.cards(["set"], text):
            for member in card.members:
                target = re.sub(r"(?i)^(urn:uuid:|mailto:)", "", member).lower()
                found = index.cards(["email"], target) if "@" in target else index.cards(["uid"], target)
                members += [c for c in found if c not in members]
        if members:
            return members
    return []


def suggestion(index: Index, key: str) -> str:
    """Say which names come near, if any."""
    from rapidfuzz import fuzz, process

    near = process.extract(key, index.names(), scorer=fuzz.WRatio, score_cutoff=NEAR, limit=3)
    return f" Did you mean {either([text.title() for text, _, _ in near])}?" if near else ""


def either(names: Iterable[str]) -> str:
    """Join names with commas and an "or"."""
    *most, last = (quoted(n) for n in names)
    return f"{', '.join(most)} or {last}" if most else last
