"""Contacts on macOS: people by full, first or nick name, organisation, or relation ("mom")."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

# The labels that Contacts gives to related names, and the words that people use for them.
RELATIONS = {
    "mother": {"mom", "mum", "mommy", "mummy", "mama", "ma", "mother"},
    "father": {"dad", "daddy", "papa", "pa", "father"},
    "spouse": {"wife", "husband", "spouse"},
    "wife": {"wife"},
    "husband": {"husband"},
    "partner": {"partner", "boyfriend", "girlfriend", "wife", "husband"},
    "sister": {"sister", "sis"},
    "brother": {"brother", "bro"},
    "daughter": {"daughter"},
    "son": {"son"},
    "child": {"son", "daughter", "kid", "child"},
    "grandmother": {"grandma", "granny", "nana", "grandmother"},
    "grandfather": {"grandpa", "granddad", "grandfather"},
    "manager": {"boss", "manager"},
    "assistant": {"assistant"},
}
TITLES = {"dr", "mr", "mrs", "ms", "miss", "prof", "professor", "doctor", "sir"}
PHONE = re.compile(r"\+?[\d\s().\-/]{4,}")
EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")


@dataclass(frozen=True)
class Person:
    """A card: its names, and (label, value) of each number and address."""

    name: str
    first: str
    last: str
    nick: str
    organization: str
    phones: tuple[tuple[str, str], ...]
    emails: tuple[tuple[str, str], ...]


def get_phone_number(desk: MacDesktop, call: Call, name: str) -> Outcome:
    """The phone number of the one person meant."""
    del call
    return looked_up(desk, name, "phone number", PHONE, lambda person: person.phones)


def get_email_address(desk: MacDesktop, call: Call, name: str) -> Outcome:
    """The e-mail address of the one person meant."""
    del call
    return looked_up(desk, name, "e-mail address", EMAIL, lambda person: person.emails)


def looked_up(
    desk: MacDesktop,
    name: str,
    kind: str,
    form: re.Pattern[str],
    entries: Callable[[Person], Sequence[tuple[str, str]]],
) -> Outcome:
    """The one address that a name stands for. An address in the place of a name is returned as it is.

    Raises NotFoundError, and AmbiguousError with every person and address that may be meant.
    """
    name = name.strip()
    if form.fullmatch(name):
        return Outcome(result=name, done=f"{name} is a {kind} already.", shown=name)
    people, sure = meant(desk, name)
    if not people:
        raise NotFoundError(f'nobody in Contacts answers to "{name}": give the {kind} itself, or add a card')
    reachable = {
        value: (f"{person.name}, {plain(label)}: {value}" if label else f"{person.name}: {value}", person)
        for person in people
        for label, value in entries(person)
        if value
    }
    if not reachable:
        names = ", ".join(dict.fromkeys(person.name for person in people))
        raise NotFoundError(f"{names}: in Contacts, but without {kind}. Give it, or add it to the card")
    if len(reachable) > 1 or not sure:
        which = "may be meant by" if not sure else "answer to" if len(people) > 1 else "are on the card of"
        candidates = [(label, value) for value, (label, _) in reachable.items()]
        raise AmbiguousError(f'{len(reachable)} {kind}(s) {which} "{name}": which one?', candidates)
    value, (_, person) = next(iter(reachable.items()))
    return Outcome(
        result=value, done=f"{person.name} has the {kind} {value}.", shown=f"{person.name} <{value}>",
        details={"name": person.name},
    )  # fmt: skip


def meant(desk: MacDesktop, name: str) -> tuple[list[Person], bool]:
    """Those whom a name may stand for, by the best kind of match; False where it is a part of theirs."""
    wanted = norm(name)
    if not wanted:
        return [], True
    near = matching(search(desk, name), wanted)
    if near and near[0] <= SURE:
        return near[1], True
    related = relations(desk, wanted)
    people = [person for other in related for person in exactly(search(desk, other), norm(other))]
    if people:
        return list(dict.fromkeys(people)), True
    return (near[1], False) if near else ([], True)


def search(desk: MacDesktop, name: str) -> list[Person]:
    """The cards that contain the most telling word of a name."""
    words = [word for word in re.split(r"[\s.,]+", name) if word]
    telling = [word for word in words if norm(word) not in TITLES] or words
    status, rows = desk.script("contacts", "find_people", max(telling, key=len))
    if status != "ok":
        raise DesktopError("Contacts could not be searched: open it, then try again")
    return people_of(rows)


def people_of(rows: Sequence[str]) -> list[Person]:
    """Cards out of the script's flat answer."""
    people, at = [], 0
    while at + 5 < len(rows):
        name, first, last, nick, organization = rows[at : at + 5]
        at += 5
        lists: list[tuple[tuple[str, str], ...]] = []
        for _ in range(2):
            count, at = int(rows[at]), at + 1
            lists.append(tuple((rows[k], rows[k + 1].strip()) for k in range(at, at + 2 * count, 2)))
            at += 2 * count
        people.append(Person(name, first, last, nick, organization, lists[0], lists[1]))
    return people


SURE = 3
"""Up to this rank a name says who is meant; beyond, it is a part of somebody's name and needs a question."""


def rank(person: Person, wanted: str) -> int | None:
    """How well a name fits a person, 0 best; None where it does not.

    0 the whole name or nickname, 1 first or last name, with or without a title, 2 organisation,
    3 every word is one of the name, 4 every word begins one.
    """
    whole = {norm(person.name), norm(f"{person.first} {person.last}"), norm(person.nick)} - {""}
    if wanted in whole:
        return 0
    words = wanted.split()
    bare = [word for word in words if word not in TITLES]
    if bare and " ".join(bare) in {norm(person.first), norm(person.last)} - {""}:
        return 1
    if wanted == norm(person.organization):
        return 2
    own = norm(f"{person.name} {person.first} {person.last} {person.nick}").split()
    if bare and all(word in own for word in bare):
        return 3
    own += norm(person.organization).split()
    if bare and all(any(word.startswith(part) for word in own) for part in bare):
        return 4
    return None


def matching(people: Sequence[Person], wanted: str) -> tuple[int, list[Person]] | None:
    """The best rank that occurs and everyone of that rank."""
    ranks = [(rank(person, wanted), person) for person in people]
    found = [(place, person) for place, person in ranks if place is not None]
    if not found:
        return None
    best = min(place for place, _ in found)
    return best, list(dict.fromkeys(person for place, person in found if place == best))


def exactly(people: Sequence[Person], wanted: str) -> list[Person]:
    """Those of a name, not of a part of it."""
    found = matching(people, wanted)
    return found[1] if found and found[0] <= SURE else []


def relations(desk: MacDesktop, wanted: str) -> list[str]:
    """The names that the person's own card gives for a relation."""
    _, rows = desk.script("contacts", "related_names")
    return [
        rows[k + 1]
        for k in range(0, len(rows) - 1, 2)
        if rows[k + 1].strip()
        and (norm(plain(rows[k])) == wanted or wanted in RELATIONS.get(norm(plain(rows[k])), ()))
    ]


def plain(label: str) -> str:
    """A label as people know it: Contacts keeps its own ones as `_$!<Mother>!$_`."""
    return re.sub(r"^_\$!<(.*)>!\$_$", r"\1", label).lower()


def norm(name: str) -> str:
    """A name as far as it matters for comparing: case, accents, points and spaces do not."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w@+'-]+", " ", letters).split())
