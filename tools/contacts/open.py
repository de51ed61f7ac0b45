"""Addresses and numbers out of vCards, as khard and vdirsyncer keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from tinyagent_cli.desktops.addresses import is_address, is_number
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.text import counted, fold, one_line, quoted
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

from .cards import Card, Value
from .index import index_of
from .matching import Match, match

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop

Kind = Literal["phones", "emails"]
WORDS: dict[Kind, str] = {"phones": "a phone number", "emails": "an e-mail address"}


def get_phone_number(desk: OpenDesktop, call: Call, *, name: str) -> Outcome:  # noqa: ARG001
    """Find a contact's phone number: a preferred one, else a mobile one, else the first."""
    return looked_up(desk, name, "phones")


def get_email_address(desk: OpenDesktop, call: Call, *, name: str) -> Outcome:  # noqa: ARG001
    """Find a contact's e-mail address: a preferred one, else the first."""
    return looked_up(desk, name, "emails")


def every_address(desk: OpenDesktop) -> frozenset[str]:
    """Return the e-mail addresses of all contacts, in small letters. Raises DesktopError."""
    with index_of(desk.places.contacts, desk.places.cache) as index:
        return index.addresses()


def looked_up(desk: OpenDesktop, name: str, kind: Kind) -> Outcome:
    """Find what the name stands for. A group gives its members' values, parted by commas.

    The value of a candidate stands for the name when asked again: what is an address already is returned as it is.
    """
    given = one_line(name).strip()
    if not given:
        raise DesktopError("The name of the contact is empty.")
    if (is_address if kind == "emails" else is_number)(given):
        return Outcome(given, f"{given} is used as it is.")
    with index_of(desk.places.contacts, desk.places.cache) as index:
        faults = index.faults()
        try:
            found = match(index, given, desk.places.address, desk.places.name)
        except NotFoundError as fault:
            books = ", ".join(str(b) for b in desk.places.contacts)
            unread = f" {counted(len(faults), 'file')} there could not be read." if faults else ""
            raise NotFoundError(f"{fault} Address books: {books}.{unread}") from None
    outcome = of_group(given, found, kind) if found.group else of_one(given, found, kind)
    if faults:
        outcome.details["warnings"] = [f"A contact could not be read. {fault}" for fault in faults]  # type: ignore[index]
    return outcome


def of_one(name: str, found: Match, kind: Kind) -> Outcome:
    """Return the one contact's value. Raises AmbiguousError where several people or none for sure are meant."""
    have = [(card, best) for card in found.cards if (best := first(card, kind))]
    who = {fold(card.name) for card in found.cards}
    values = {key(value) for _, value in have}
    if not have:
        names = ", ".join(dict.fromkeys(quoted(c.name) for c in found.cards))
        raise NotFoundError(
            f"{names} {'does' if len(who) == 1 else 'do'} not have {WORDS[kind]} among the contacts."
        )
    if len(values) == 1 and (len(who) == 1 or len(have) == len(found.cards)):
        card, value = have[0]
        return Outcome(value.text, f"{one_line(card.name)}: {value.text}.", details={"name": card.name})
    distinct = {key(value): (card, value) for card, value in reversed(have)}
    candidates = [(label(card, value), value.text) for card, value in reversed(distinct.values())]
    people = counted(len(found.cards), "contact")
    only = f", and one of them has {WORDS[kind]}" if len(candidates) == 1 else ""
    raise AmbiguousError(f"{people} answer to {quoted(name)}{only}. Which one is meant?", candidates)


def of_group(name: str, found: Match, kind: Kind) -> Outcome:
    """Return the values of a group's members, parted by commas."""
    values = {key(v): v.text for card in found.cards if (v := first(card, kind))}
    without = [one_line(card.name) for card in found.cards if not first(card, kind)]
    if not values:
        raise NotFoundError(f"Nobody in the group {quoted(name)} has {WORDS[kind]}.")
    result = ", ".join(values.values())
    lacking = f" Without {WORDS[kind]}: {', '.join(without)}." if without else ""
    return Outcome(
        result,
        f"The group {quoted(name)}, {counted(len(values), 'person', 'people')}: {result}.{lacking}",
        details={"members": [card.name for card in found.cards], "without": without},
    )


def first(card: Card, kind: Kind) -> Value | None:
    """A card's best value."""
    return next(iter(card.emails if kind == "emails" else card.phones), None)


def key(value: Value) -> str:
    """What tells two values apart: neither letters' case nor how a number is spaced."""
    return value.text.lower() if "@" in value.text else "".join(c for c in value.text if c in "+0123456789*#")


def label(card: Card, value: Value) -> str:
    """How a candidate is shown."""
    more = ", ".join(filter(None, (card.organisations[0] if card.organisations else "", value.text)))
    return f"{one_line(card.name)} ({one_line(more)})"
