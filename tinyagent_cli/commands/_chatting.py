"""The conversation: each line is a command, a follow-up of the last one, or a word to the conversation itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.text import Text

from tinyagent_cli.commands import _carrying, _words
from tinyagent_cli.commands._house import House
from tinyagent_cli.commands._report import say
from tinyagent_cli.errors import PlanError, RefusedError, TinyAgentError, UsageError
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner.base import Planned
from tinyagent_cli.view.text import visible

FOLLOW_UP = "+"
WORDS: Mapping[str, str] = {
    "/help": "what can be typed here",
    "/plan": "the last plan again, or /plan COMMAND to plan and do nothing",
    "/undo": "take back what was done last",
    "/tools": "the tools on offer, or /tools NAME for one",
    "/voice": "speak the next command",
    "/model": "the model that plans, or /model NAME for another",
    "/quit": "end; so does Ctrl-D",
}


@dataclass(frozen=True)
class Last:
    """The last command that was planned, and the journal's entries of what was done for it."""

    planned: Planned
    entries: tuple[str, ...] = ()


class Chat:
    """A conversation; `clock` says what time it is."""

    def __init__(self, house: House, clock: Callable[[], dt.datetime]) -> None:
        self.house, self.clock = house, clock
        self.last: Last | None = None
        self.words: Mapping[str, Callable[[str], None]] = {
            "/help": self.help, "/plan": self.plan, "/undo": self.undo, "/tools": self.tools, "/model": self.model,
            "/voice": self.voice,
        }  # fmt: skip

    def take(self, line: str) -> bool:
        """Take one line; returns False where the conversation is to end. Whatever fails is said."""
        line = line.strip()
        head, _, rest = line.partition(" ")
        if head in {"/quit", "/exit"}:
            return False
        try:
            if head.startswith("/") and head.count("/") == 1 and head[1:].isalpha():
                self.word(head)(rest.strip())
            elif line.startswith(FOLLOW_UP):
                self.follow_up(line[1:])
            elif line:
                self.command(line)
        except KeyboardInterrupt:
            self.house.screens.err.print("\ninterrupted", style="yellow")
        except TinyAgentError as fault:
            say(str(fault))
        return True

    def word(self, head: str) -> Callable[[str], None]:
        """Find what a word to the conversation does. Raises UsageError."""
        if head not in self.words:
            raise UsageError(f"there is no {head}; there are " + ", ".join(WORDS))
        return self.words[head]

    def command(self, text: str) -> None:
        """Plan a command and carry it out, as `tinyagent run` does; what is refused may be a change of the last one."""
        planned = self.planned(text)
        if planned.refused and self.last is not None:
            whole = self.whole(self.last, text, None)
            if whole != f"{self.last.planned.command}, {text}":
                self.follow(self.last, whole)
                return
        # At a terminal the command stands above, as it was typed.
        self.carry_out(planned, echo=not self.house.screens.person)

    def follow_up(self, text: str) -> None:
        """Put what was added into the last command, plan it, show what changes, and carry it out."""
        if self.last is None:
            raise UsageError("there is nothing to add to yet; say a command first")
        text = _words.checked(text)
        try:
            alone = self.planned(text)
        except PlanError:
            self.follow(self.last, self.whole(self.last, text, None))
        else:
            self.follow(self.last, self.whole(self.last, text, None if alone.refused else alone.plan))

    def whole(self, before: Last, text: str, alone: Plan | None) -> str:
        """The last command with the follow-up in it; `alone` is the plan of the follow-up by itself."""
        from tinyagent_cli.planner import follow_up
        from tinyagent_cli.voice.lexicon import lexicon_of

        people = lexicon_of(self.house.desktop).people
        return follow_up.whole(before.planned.command, before.planned.plan, text, alone, self.house.toolbox, people)

    def follow(self, before: Last, whole: str) -> None:
        """Plan the changed command, show what changes, and carry it out; then what the last plan made is taken back."""
        err = self.house.screens.err
        planned = self.planned(whole)
        if planned.refused:
            raise RefusedError(planned.reason or "none of the tools can do that")
        from tinyagent_cli.view.plan_diff import difference

        changes = difference(before.planned.plan, planned.plan, self.house.toolbox, planned.now)
        if not changes:
            raise UsageError("that changes nothing in the plan; say the whole command anew")
        for each in changes:
            err.print(each, soft_wrap=True)
        err.print()
        if before.entries:
            err.print(
                "The last plan was carried out. Once this one is, what the last one made is taken back; what was sent stays sent.",
                style="yellow",
            )
            err.print()
        if self.carry_out(planned) == 0:
            for entry in reversed(before.entries):
                self.take_back(entry)

    def planned(self, text: str) -> Planned:
        """Plan a command."""
        with self.house.thinking("planning"):
            return self.house.planner.plan(_words.checked(text), self.clock())

    def carry_out(self, planned: Planned, *, echo: bool = True) -> int:
        """Carry a plan out and keep it for a follow-up; returns the exit code. Raises TinyAgentError."""
        if not planned.refused:
            self.last = Last(planned)
        entries: list[str] = []
        manner = _carrying.Manner("chat", back="/undo", echo=echo, on_entry=entries.append)
        wish = _carrying.Wish(planned.plan, planned.now, planned.command, planned.tools, planned.reason)
        try:
            return _carrying.carry_out(self.house, wish, manner)
        finally:
            if entries:
                self.last = Last(planned, tuple(entries))

    def take_back(self, entry: str | None) -> None:
        """Take an agreement back, the last one where None."""
        from tinyagent_cli.run.undo import undo
        from tinyagent_cli.view.undo_view import asking, show_undone

        screens = self.house.screens
        ask = asking(screens.err) if screens.person else None
        show_undone(screens.out, undo(self.house.journal, self.house.desktop, entry, agreed=ask))

    def help(self, _rest: str) -> None:
        """Say what can be typed."""
        from tinyagent_cli.view.columns import Columns

        err = self.house.screens.err
        err.print("Say what is to be done. The plan is shown, and nothing is done before you agree.")
        rows = [[Text("+ ..."), Text("add to the last command: + make it 3pm instead", "dim")]]
        rows += [[Text(word), Text(about, "dim")] for word, about in WORDS.items()]
        err.print(Columns(rows))
        err.print("Tab completes names, Alt-Enter begins a new line, arrow up brings back what was said.", style="dim")

    def plan(self, rest: str) -> None:
        """Show a plan and do nothing: the last one, or that of a command."""
        from tinyagent_cli.view.plan_view import PlanView

        if rest:
            planned = self.planned(rest)
            if planned.refused:
                raise RefusedError(planned.reason or "none of the tools can do that")
            self.last = Last(planned)
        if self.last is None:
            raise UsageError("there is no plan yet")
        planned = self.last.planned
        self.house.screens.out.print(PlanView(planned.plan, self.house.toolbox, planned.now))

    def undo(self, _rest: str) -> None:
        """Take back what was done last."""
        self.take_back(None)
        if self.last is not None:
            self.last = Last(self.last.planned)

    def tools(self, rest: str) -> None:
        """Show the tools, or one."""
        from tinyagent_cli.view.tools_view import tool_list, tool_page

        tool = self.house.toolbox.get(rest)
        if rest and tool is None:
            raise UsageError(f'there is no tool "{rest}"')
        out = self.house.screens.out
        out.print(tool_page(tool) if tool else tool_list(self.house.toolbox, self.house.settings.apps.off))

    def voice(self, _rest: str) -> None:
        """Hear a command, show the words, and take them as if typed."""
        from tinyagent_cli.commands import _listening, listen
        from tinyagent_cli.voice.hearing import Ears
        from tinyagent_cli.voice.weights import whisper_file

        house, how = self.house, listen.Listening()
        _listening.sensible(house.settings)
        with Ears(whisper_file(house.settings.voice.model), lambda: _listening.names_of(house)) as ears:
            said = None
            while said is None:
                said = listen.agreed_words(house, how, _carrying.Manner("chat"), listen.take_in(house, ears, how))
        self.take(said)

    def model(self, rest: str) -> None:
        """Say which model plans, or take another."""
        if rest:
            from tinyagent_cli.planner import open_planner

            other = open_planner(self.house.settings, self.house.toolbox, model=rest)
            self.house.planner.close()
            self.house.model, self.house.planner = rest, other
        self.house.screens.out.print(Text(visible(self.house.planner.name)))
