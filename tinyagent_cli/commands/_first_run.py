"""The questions of `tinyagent init`. Each says what was found and proposes an answer."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.text import Text

from tinyagent_cli.commands._desktop import kind_of, on_macos, places_of
from tinyagent_cli.errors import NotConfirmedError, TinyAgentError
from tinyagent_cli.view.ask import MOST_TRIES, agreed, line
from tinyagent_cli.view.columns import Columns
from tinyagent_cli.view.text import counted, visible

if TYPE_CHECKING:
    from tinyagent_cli.commands._house import House
    from tinyagent_cli.desktops.places import Places

SKIP, QUIT = frozenset({"s", "skip"}), frozenset({"q", "quit"})


class FirstRun:
    """A short talk about this machine; `go` returns the settings that differ from what is found by itself."""

    def __init__(self, house: House, *, tell: bool = True) -> None:
        self.house, self.err, self.tell = house, house.screens.err, tell
        self.person = house.screens.person
        self.answers: dict[str, Any] = {}

    def go(self) -> dict[str, Any]:
        """Ask everything. Raises NotConfirmedError where the person ends it."""
        if self.person:
            self.say("Enter takes what is proposed, s skips a question, q ends and writes nothing.", "dim")
        else:
            self.say("Nobody is asked here: what was found is taken.", "dim")
        kind = self.desktop()
        if kind == "open":
            try:
                places = places_of(self.house.settings, os.environ)
            except TinyAgentError as fault:
                self.found("Places", str(fault), "yellow")
            else:
                self.calendars(places)
                self.contacts(places)
        self.model()
        self.voice()
        if kind == "macos":
            self.permissions()
        return self.answers

    def desktop(self) -> str:
        """Who carries things out; only a Mac has a choice."""
        now = kind_of(self.house.settings)
        if not on_macos():
            self.found("Desktop", "open: files in open formats, which other programs read")
            return now
        self.found("Desktop", "who carries things out")
        offers = [("macos", "the apps of this Mac"), ("open", "files in open formats")]
        chosen = self.choose(offers, 0 if now == "macos" else 1)
        if chosen is not None and offers[chosen][0] != now:
            self.answers["desktop.kind"] = offers[chosen][0]
        return now if chosen is None else offers[chosen][0]

    def calendars(self, places: Places) -> None:
        """Which calendar new events go to."""
        there = [each for each in places.calendars if each.path.is_dir()]
        if not there:
            self.found("Calendars", f"none found; the first event makes {places.events}", "yellow")
            return
        self.found("Calendars", f"{counted(len(there), 'calendar')} found; which one do new events go to?")
        offers = [(each.title, f"{counted(sum(1 for _ in each.path.glob('*.ics')), 'item')}, {each.path}") for each in there]
        now = next((at for at, each in enumerate(there) if each.path == places.events), 0)
        chosen = self.choose(offers, now)
        if chosen is not None and there[chosen].path != places.events:
            self.answers["open.events"] = str(there[chosen].path)
            self.answers["open.calendars"] = tuple(str(each.path) for each in there if each is not there[chosen])

    def contacts(self, places: Places) -> None:
        """Where the address book is."""
        cards = sum(cards_in(book) for book in places.contacts)
        where = ", ".join(map(str, places.contacts))
        if cards:
            self.found("Contacts", f"{counted(cards, 'card')} in {where}")
            return
        self.found("Contacts", f"none in {where}; a folder of vCards (.vcf), as khard and vdirsyncer keep them, can be named", "yellow")
        for _ in range(MOST_TRIES if self.person else 0):
            folder = self.read("Folder? ", "[Enter for none]")
            if not folder:
                return
            book = Path(folder).expanduser().absolute()
            if cards_in(book):
                self.say(f"  {counted(cards_in(book), 'card')}")
                self.answers["open.contacts"] = (str(book),)
                return
            self.say(f"  There is no .vcf file in {book}.", "yellow")

    def model(self) -> None:
        """What plans, where several models are on this machine."""
        from tinyagent_cli.models import Hub, places
        from tinyagent_cli.models.known import STARTER, TINYAGENT

        hub = Hub.found()
        there = [STARTER, *(each for each in TINYAGENT if each.use == "planner" and places.there(each, hub))]
        now = self.house.settings.planner.model
        offers = [(each.name, each.about) for each in there]
        if now not in dict(offers):
            offers.insert(0, (now, "as it is set"))
        if len(offers) == 1:
            self.found("Model", f"{now}; larger ones: tinyagent models")
            return
        self.found("Model", f"{counted(len(offers), 'model')} to choose from; which one plans?")
        chosen = self.choose(offers, list(dict(offers)).index(now))
        if chosen is not None and offers[chosen][0] != now:
            self.answers["planner.model"] = offers[chosen][0]

    def voice(self) -> None:
        """Whether one can speak to it, and what is missing."""
        from tinyagent_cli.voice import checks

        lacking = [each for each in checks.findings() if each.health != "good"]
        if not lacking:
            self.found("Voice", "ready: tinyagent listen")
        for each in lacking:
            says = each.found if each.name == "voice" else f"{each.name}: {each.found}"
            self.found("Voice", f"{says}. To speak: {each.remedy}" if each.remedy else says, "yellow")

    def permissions(self) -> None:
        """What macOS allows; looking is what makes macOS ask."""
        self.found("Permissions", "macOS asks once for each app whether it may be used from here")
        if not self.person or not agreed(self.err, "  Have it ask now?", default=True):
            self.say("  It will ask when an app is first needed. Look later with: tinyagent doctor", "dim")
            return
        from tinyagent_cli.desktops.applescript import default_runner
        from tinyagent_cli.desktops.permissions import permissions
        from tinyagent_cli.toolbox import built_in_directory

        for each in permissions(default_runner(), built_in_directory()):
            if each.allowed:
                self.say(f"  {each.app}: allowed", "green")
            else:
                self.say(f"  {each.app}: {each.said}\n    {each.remedy}", "yellow")
        self.say("  Mail, Messages and the microphone are asked about when they are first needed.", "dim")

    def goodbye(self) -> None:
        """Say how to go on."""
        self.say('Try it:      tinyagent run "remind me tomorrow at noon to call the bank"', "dim")
        self.say("Change it:   tinyagent config edit        Check it:   tinyagent doctor", "dim")

    def found(self, what: str, says: str, style: str = "") -> None:
        """Say what a question is about."""
        if self.tell:
            self.err.print()
            self.err.print(Columns([[Text(what, "bold"), Text(visible(says), style)]], indent=0))

    def say(self, text: str, style: str = "") -> None:
        """Say a line."""
        if self.tell:
            self.err.print(Text(visible(text, breaks="\n"), style))

    def choose(self, offers: Sequence[tuple[str, str]], proposed: int) -> int | None:
        """Let one of several be chosen; None where the question is skipped. Without a person, what is proposed."""
        if self.tell:
            self.err.print(Columns(list(rows(offers, proposed))))
        if not self.person or len(offers) == 1:
            return proposed
        for _ in range(MOST_TRIES):
            said = self.read("Which one? ", f"[1-{len(offers)}, Enter for {proposed + 1}]")
            if said is None:
                return None
            if not said:
                return proposed
            if said.isdecimal() and 1 <= int(said) <= len(offers):
                return int(said) - 1
            self.say(f"  There is no number {said}.", "yellow")
        return None

    def read(self, question: str, hint: str) -> str | None:
        """Read an answer; None where it is skipped. Raises NotConfirmedError where the person ends it all."""
        said = line(self.err, Text.assemble(("  " + question, "bold"), (hint + " ", "dim")))
        if said is None or said.lower() in QUIT:
            raise NotConfirmedError("ended; nothing was written")
        return None if said.lower() in SKIP else said


def rows(offers: Sequence[tuple[str, str]], proposed: int) -> Iterator[list[Text]]:
    """The offers, numbered; the proposed one stands out."""
    for at, (label, about) in enumerate(offers):
        style = "bold" if at == proposed else ""
        yield [Text(f"{at + 1}", style), Text(visible(label), style), Text(visible(about), "dim")]


def cards_in(book: Path) -> int:
    """How many vCards a folder holds."""
    return sum(1 for _ in book.glob("*.vcf")) if book.is_dir() else 0
