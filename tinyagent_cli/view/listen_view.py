"""What is seen while somebody speaks: a level meter with the state, then the words, what was mended in them, and a question."""

from __future__ import annotations

import contextlib
import os
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.live import Live
from rich.text import Text

from tinyagent_cli.view.ask import MOST_TRIES
from tinyagent_cli.view.console import signs_fit
from tinyagent_cli.view.text import visible

if TYPE_CHECKING:
    from tinyagent_cli.voice.names import Correction
    from tinyagent_cli.voice.transcribe import Transcript

BARS = 24
QUIET, LOUD = -60.0, -6.0
"""The meter's ends in dBFS."""
STYLES = {"listening": "dim", "hearing": "green", "transcribing": "cyan"}
Answer = Literal["yes", "no", "again", "edit", "heard", "take"]


class Meter:
    """A line that follows the microphone on a terminal; elsewhere it says each state once."""

    def __init__(self, console: Console, *, quiet: bool, hint: str = "") -> None:
        self.console, self.quiet, self.hint = console, quiet, hint
        self.state, self.level, self.peak = "", QUIET, QUIET
        self._live: Live | None = None

    @contextmanager
    def shown(self) -> Iterator[Meter]:
        """Show the line as long as the block lasts."""
        if self.quiet or not self.console.is_terminal:
            yield self
            return
        with Live(
            console=self.console, transient=True, refresh_per_second=12, get_renderable=self.line
        ) as live:
            self._live = live
            try:
                yield self
            finally:
                self._live = None

    def show(self, state: str, level: float = QUIET) -> None:
        """Take note of a state and a level in dBFS."""
        changed, self.state = state != self.state, state
        self.level, self.peak = level, max(level, self.peak - 1.0)
        if changed and self._live is None and not self.quiet and state != "ended":
            self.console.print(Text(f"{state}…", "dim"))

    def line(self) -> Text:
        """The line as it is now: `hearing ▮▮▮▮▮▮▮▮▯▯▯▯`."""
        state = "transcribing" if self.state == "ended" else self.state or "opening the microphone"
        style = STYLES.get(state, "dim")
        text = Text(f"{state:<12}  ", style)
        if state in {"listening", "hearing"}:
            full, empty = ("▮", "▯") if signs_fit(self.console) else ("#", ".")
            lit = filled(self.peak)
            text.append(full * lit, style).append(empty * (BARS - lit), "dim")
            text.append(f"  {self.hint}", "dim")
        return text


def filled(level: float) -> int:
    """How many bars a level in dBFS fills."""
    return round(BARS * min(1.0, max(0.0, (level - QUIET) / (LOUD - QUIET))))


def show_heard(console: Console, said: Transcript, text: str, found: Sequence[Correction]) -> None:
    """Show what was understood, and each mending: what was heard and what stands for it, or could."""
    console.print(
        Text.assemble(("Heard  ", "bold"), (visible(text), ""), (f"  {said.confidence:.0%} sure", "dim"))
    )
    arrow = "→" if signs_fit(console) else "->"
    for each in found:
        about = f"“{visible(each.heard)}” {arrow} {visible(each.name)}"
        if each.applied:
            console.print(Text.assemble("       ", ("corrected: ", "yellow"), about))
        else:
            console.print(Text.assemble("       ", ("left as it is: ", "dim"), about, ("  perhaps", "dim")))


def ask_heard(
    console: Console, found: Sequence[Correction], read: Callable[[Console, Text], str | None], *, again: bool
) -> Answer:
    """Ask what is to become of the words. The end of input is no."""
    choices = {"": "yes", "y": "yes", "yes": "yes", "n": "no", "no": "no", "e": "edit", "edit": "edit"}
    question = Text.assemble(("Enter", "bold underline"), " plan it  ", ("e", "bold underline"), "dit  ")
    if again:
        choices |= {"a": "again", "again": "again"}
        question.append("a", "bold underline").append("gain  ")
    if any(each.applied for each in found):
        choices |= {"h": "heard", "heard": "heard"}
        question.append("as ").append("h", "bold underline").append("eard  ")
    if any(not each.applied for each in found):
        choices |= {"t": "take", "take": "take"}
        question.append("t", "bold underline").append("ake the corrections  ")
    question.append("n", "bold underline").append("o ")
    for _ in range(MOST_TRIES):
        said = read(console, question)
        if said is None:
            return "no"
        if answer := choices.get(said.lower()):
            return answer  # type: ignore[return-value]
        console.print(Text(f"Answer {', '.join(c for c in choices if len(c) == 1)} or Enter.", "yellow"))
    return "no"


def edit_line(text: str) -> str:
    """Let the person change one line, which stands there already where readline can do that."""
    with contextlib.suppress(ImportError):
        import readline

        readline.set_startup_hook(lambda: readline.insert_text(text))
        try:
            return input("> ").strip()
        finally:
            readline.set_startup_hook(None)
    from tinyagent_cli.view.editor import edit_text

    return " ".join(edit_text(text + "\n").split())


@contextmanager
def keys() -> Iterator[Callable[[], bool]]:
    """Take single keys from a terminal; yields a function that says whether one was pressed since it was last asked."""
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)

    def pressed() -> bool:
        return bool(select.select([handle], [], [], 0)[0]) and bool(os.read(handle, 1))

    try:
        tty.setcbreak(handle)
        yield pressed
    finally:
        termios.tcsetattr(handle, termios.TCSAFLUSH, before)  # keys pressed meanwhile answer nothing
