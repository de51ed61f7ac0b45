"""vCards read leniently: what cannot be read is told, what stands beside it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from tinyagent_cli.desktops.addresses import is_address, is_number
from tinyagent_cli.desktops.text import one_line

from .lines import Line, lines_of

MOST_CHARACTERS = 20_000_000
BULKY = re.compile(
    r"^(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:].*(?:\r?\n[ \t].*)*\r?\n?", re.IGNORECASE | re.MULTILINE
)
CARD = re.compile(
    r"^BEGIN:VCARD[ \t]*\r?\n.*?(?:^END:VCARD[ \t]*$|(?=^BEGIN:VCARD)|\Z)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)

ESCAPED = re.compile(r"\\([nN\\,;:])")
FIELDS, ENTRIES = re.compile(r"(?<!\\);"), re.compile(r"(?<!\\),")
"""What parts the fields of a structured value, and the entries of a list."""


@dataclass(frozen=True)
class Value:
    """An address or a number with its types in lower case (`work`, `cell`, `pref`), best `rank` first."""

    text: str
    types: tuple[str, ...] = ()
    rank: int = 100


@dataclass(frozen=True)
class Card:
    """One contact, or a group of contacts where `kind` is "group"."""

    name: str
    given: str = ""
    family: str = ""
    prefix: str = ""
    nicknames: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    emails: tuple[Value, ...] = ()
    phones: tuple[Value, ...] = ()
    related: tuple[tuple[str, str], ...] = ()
    members: tuple[str, ...] = ()
    uid: str = ""
    kind: str = "individual"

    def data(self) -> dict[str, Any]:
        """Return the card as JSON data."""
        values = {"emails": [vars(v) for v in self.emails], "phones": [vars(v) for v in self.phones]}
        return vars(self) | values

    @classmethod
    def of(cls, data: dict[str, Any]) -> Card:
        """Return the card of JSON data."""
        read: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        for kind in ("emails", "phones"):
            read[kind] = tuple(Value(v["text"], tuple(v["types"]), v["rank"]) for v in data[kind])
        read["related"] = tuple((label, target) for label, target in data["related"])
        return cls(**read)


@dataclass
class Reading:
    """The cards of one file and what was wrong with others."""

    cards: list[Card] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def cards_of(data: bytes) -> Reading:
    """Read every card of a file."""
    reading = Reading()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if len(text) > MOST_CHARACTERS:
        reading.faults.append("it is too large")
        return reading
    # vobject knows no line breaks within a line, and takes U+2028 and its kind for some.
    text = BULKY.sub("", re.sub("[\x00\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", " ", text))
    found = CARD.findall(text)
    if not found:
        reading.faults.append("it holds no vCard")
    for one in found:
        try:
            reading.cards.append(card(one))
        except Exception as fault:  # noqa: BLE001 — whatever a broken card raises in the library, the others count
            reading.faults.append(one_line(str(fault))[:120] or type(fault).__name__)
    return reading


def card(text: str) -> Card:
    """Read one card. Raises ValueError, or what vobject raises, where it cannot be read."""
    lines = list(lines_of(text))
    values: dict[str, list[Line]] = {}
    for line in lines:
        values.setdefault(line.name, []).append(line)
    name = structured(values, "N") + [[]] * 5
    family, given, prefix = (" ".join(name[i]) for i in (0, 1, 3))
    organisations = [
        part for line in values.get("ORG", []) for field_ in parts(line.value) for part in field_
    ]
    emails = tuple(sorted((v for v in map(email, values.get("EMAIL", [])) if v), key=lambda v: v.rank))
    phones = tuple(sorted((v for v in map(phone, values.get("TEL", [])) if v), key=lambda v: v.rank))
    full = first(values, "FN") or f"{given} {family}".strip() or " ".join(organisations[:1])
    full = full or (emails[0].text if emails else "")
    if not full:
        raise ValueError("a card has no name")
    members = [*texts(values, "MEMBER"), *texts(values, "X-ADDRESSBOOKSERVER-MEMBER")]
    return Card(
        name=full,
        given=given,
        family=family,
        prefix=prefix,
        nicknames=listed(values, "NICKNAME"),
        roles=(*texts(values, "TITLE"), *texts(values, "ROLE"), *listed(values, "X-RELATION")),
        organisations=tuple(organisations),
        notes=tuple(
            line.strip() for note in texts(values, "NOTE") for line in note.split("\n") if 0 < len(line) <= 60
        ),
        groups=listed(values, "CATEGORIES"),
        emails=emails,
        phones=phones,
        related=tuple(related(lines)),
        members=tuple(m.strip() for m in members),
        uid=first(values, "UID").removeprefix("urn:uuid:"),
        kind=(first(values, "KIND") or first(values, "X-ADDRESSBOOKSERVER-KIND") or "individual").lower(),
    )


def types_of(line: Line) -> tuple[str, ...]:
    """The types of a value: `TYPE=work,pref` of vCard 3, the bare `CELL` of 2.1, `PREF=1` of 4."""
    types = [t.lower() for given in line.params.get("TYPE", []) for t in given.replace('"', "").split(",")]
    types += [word.lower() for word in line.bare]
    return tuple(dict.fromkeys(types))


def rank_of(line: Line, types: tuple[str, ...]) -> int:
    """How much a value is preferred, 1 most (vCard 4's PREF; TYPE=pref counts as 1)."""
    pref = (line.params.get("PREF") or [""])[0]
    if pref.isdecimal():
        return min(max(int(pref), 1), 100)
    return 1 if "pref" in types else 100


def email(line: Line) -> Value | None:
    """Read an address; None for what is no address, which no header shall get to see."""
    text = re.sub(r"(?i)^mailto:", "", unescaped(line.value).strip())
    types = types_of(line)
    return Value(text, types, rank_of(line, types)) if is_address(text) else None


def phone(line: Line) -> Value | None:
    """Read a number; preferred ones come first, then mobile ones, fax machines and pagers last."""
    text = unescaped(line.value).strip()
    if text.lower().startswith("tel:"):
        text = unquote(text[4:]).partition(";")[0]
    types = types_of(line)
    rank = rank_of(line, types)
    if rank == 100 and {"cell", "mobile", "iphone"} & set(types):
        rank = 99
    if {"fax", "pager", "modem"} & set(types):
        rank = 1000
    text = one_line(text).strip()
    return Value(text, types, rank) if is_number(text) else None


def related(lines: Iterable[Line]) -> Iterator[tuple[str, str]]:
    """Yield (relation, name or identifier) pairs: vCard 4's RELATED, Apple's X-ABRELATEDNAMES, others' X-SPOUSE."""
    labels = {
        line.group: unescaped(line.value)
        for line in lines
        if line.name == "X-ABLABEL" and line.group
    }
    for line in lines:
        name, value = line.name, unescaped(line.value).strip()
        if name == "RELATED":
            for kind in types_of(line) or ("",):
                yield kind, value.removeprefix("urn:uuid:")
        elif name == "X-ABRELATEDNAMES":
            label = re.sub(r"^_\$!<(.*)>!\$_$", r"\1", labels.get(line.group, ""))
            yield label.lower(), value
        elif name in {
            "X-SPOUSE",
            "X-MANAGER",
            "X-ASSISTANT",
            "X-EVOLUTION-SPOUSE",
            "X-EVOLUTION-MANAGER",
            "X-EVOLUTION-ASSISTANT",
        }:
            yield name.rpartition("-")[2].lower(), value


def first(values: dict[str, list[Line]], name: str) -> str:
    """The first text of a property, empty where there is none."""
    return next(iter(texts(values, name)), "")


def texts(values: dict[str, list[Line]], name: str) -> list[str]:
    """Every text of a property, unescaped."""
    return [unescaped(line.value).strip() for line in values.get(name, []) if line.value]


def listed(values: dict[str, list[Line]], name: str) -> tuple[str, ...]:
    """Every entry of a property that holds a list parted by commas."""
    found: list[str] = []
    for line in values.get(name, []):
        found += [unescaped(v).strip() for v in ENTRIES.split(line.value)]
    return tuple(v for v in found if v)


def structured(values: dict[str, list[Line]], name: str) -> list[list[str]]:
    """The fields of the first property of that name, each a list of texts."""
    return parts(values[name][0].value) if name in values else []


def parts(value: object) -> list[list[str]]:
    """Take a structured value apart at its semicolons, and its fields at their commas."""
    return [[t for t in (unescaped(v).strip() for v in ENTRIES.split(f)) if t] for f in FIELDS.split(str(value))]


def unescaped(text: str) -> str:
    """Undo vCard's escapes."""
    return ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], text) if "\\" in text else text
