"""Where in a command a person is named, and where the words of a message begin, which nobody is to mend unasked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

Place = Literal["name", "maybe", "free", "message"]
"""`name`: who it is for or with; `maybe`: a name may stand here; `free`: elsewhere; `message`: words to be sent."""

SAYING = frozenset("text tell ask message reply sms txt msg remind".split())
"""After these and whom they name, the message begins."""
NAMING = SAYING | frozenset(
    "email mail call phone invite with cc copy forward copying inviting contact ping".split()
)
PERHAPS = frozenset("to for from by and or".split())
WRITING = frozenset({"email", "mail", "forward", "send"})
BEGINS = frozenset("that saying says say about titled called named subject reading".split())
LINKS = frozenset({"and", "or", "plus"})
PRONOUNS = frozenset("me him her them us it everyone everybody my the a an this".split())
TITLES = frozenset("mr mrs ms miss mister dr doctor prof professor sir".split())
COPIES = frozenset({"cc", "bcc"})
"""These end a message: nobody dictates them."""
SMALL = PRONOUNS | PERHAPS | LINKS | NAMING | TITLES | BEGINS | frozenset(
    "i you he she we they i'm im he's she's your his our their its that these those is are was be do does did has have "
    "at in on of if not no as but so up out off what when where who how which there here please then than "
    "today tonight tomorrow yesterday monday tuesday wednesday thursday friday saturday sunday "
    "mondays tuesdays wednesdays thursdays fridays saturdays sundays morning noon afternoon evening night week weekend "
    "mom mum mother dad father grandma grandpa grandmother grandfather granny aunt uncle brother sister "
    "january february march april may june july august september october november december am pm oclock".split()
)  # fmt: skip
"""Words that hold a command together, which no name is ever mended out of."""


def places(words: Sequence[str], named: Sequence[bool], stops: Collection[int] = ()) -> list[Place]:
    """Say of every word (folded) where it stands. `named` marks those that already are a known name.

    "text let fifo that i am late": free, name, maybe, free, message, message, message. `stops` are the words with a stop or
    a comma after them: "that i am late, and call rosa" ends the message.
    """
    found: list[Place] = []
    saying = addressed = message = False
    verb = 0
    for at, word in enumerate(words):
        if _begins_anew(words, at, stops):
            saying = addressed = message = False
            verb = at
        if message and word not in COPIES:
            found.append("message")
            continue
        message = False
        place = _place(words, named, found, at)
        addressed = addressed or place == "name"
        if saying and word in BEGINS:
            message = True
        elif (
            words[verb] in SAYING and addressed and place == "free" and word not in LINKS and word not in NAMING
        ):
            place, message = "message", True
        saying = saying or word in SAYING or word in WRITING
        found.append(place)
    return found


def _begins_anew(words: Sequence[str], at: int, stops: Collection[int]) -> bool:
    """True where another thing to do begins: ", call", ". Then text"."""
    before = at - 2 if at and words[at - 1] in {"and", "then"} else at - 1
    return words[at] in NAMING and before in stops


def _place(words: Sequence[str], named: Sequence[bool], found: Sequence[Place], at: int) -> Place:
    before = words[at - 1] if at else ""
    second = words[at - 2] if at > 1 else ""
    if before in NAMING or (before in PRONOUNS and second in NAMING):
        return "name"
    if before in TITLES:
        return "name"
    if before in LINKS and at > 1 and named[at - 2] and found[at - 2] != "free":
        return "name"
    if before in PERHAPS or words[at] in TITLES:
        return "maybe"
    follows = at and not named[at - 1] and words[at] not in LINKS and before not in PRONOUNS
    begins = at and (found[at - 1] == "name" or (found[at - 1] == "maybe" and second in PERHAPS))
    return "maybe" if follows and begins else "free"
