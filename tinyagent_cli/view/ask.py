"""Questions to a person at a terminal: one line, answered with Enter."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from tinyagent_cli.errors import AmbiguousError, NotConfirmedError
from tinyagent_cli.view.console import TERMINAL, is_terminal
from tinyagent_cli.view.text import visible

MOST_TRIES = 5


def line(console: Console, question: Text) -> str | None:
    """Ask on standard error; returns the answer, stripped, or None where the input has ended."""
    console.print(question, end="", soft_wrap=True)
    console.file.flush()
    answer = _read()
    if not answer:
        console.print()
        return None
    return answer.strip()


def _read() -> str:
    """Read a line from the person, who may be at the terminal though standard input comes from elsewhere."""
    if is_terminal(sys.stdin):
        return sys.stdin.readline()
    with open(TERMINAL, encoding="utf-8", errors="replace") as terminal:  # noqa: PTH123 (a device)
        return terminal.readline()


def pick(console: Console, message: str, candidates: Sequence[tuple[str, str]], *, values: bool = True) -> str:
    """Let the person choose one of several things by its number; returns its value, which `values` shows.

    Raises NotConfirmedError where nothing is chosen.
    """
    console.print(Text(visible(message), "bold"))
    width = len(str(len(candidates)))
    for number, (label, value) in enumerate(candidates, 1):
        row = Text.assemble((f"  {number:>{width}}  ", "bold"), visible(label))
        console.print(row.append("" if value in label or not values else f"  {visible(value)}", "dim"))
    for _ in range(MOST_TRIES):
        answer = line(
            console,
            Text.assemble(("Which one? ", "bold"), (f"[1-{len(candidates)}, Enter for none] ", "dim")),
        )
        if not answer:
            break
        if answer.isdecimal() and 1 <= int(answer) <= len(candidates):
            return candidates[int(answer) - 1][1]
        console.print(Text(f"There is no number {visible(answer)}.", "yellow"))
    raise NotConfirmedError("none of them was chosen")


def pick_from(console: Console, fault: AmbiguousError) -> str:
    """Let the person choose among the candidates of an AmbiguousError."""
    return pick(console, str(fault), fault.candidates)


def agreed(console: Console, question: str, *, default: bool) -> bool:
    """Ask a question that is answered yes or no."""
    hint = "[Y/n] " if default else "[y/N] "
    answer = line(console, Text.assemble((question + " ", "bold"), (hint, "dim")))
    if answer is None:
        return False
    return default if not answer else answer.lower() in {"y", "yes"}


def instead(console: Console, message: str, what: str) -> str | None:
    """Say what was not found and ask what to take instead; None where the person leaves it."""
    console.print(Text(visible(message), "bold"))
    return line(console, Text.assemble(f"Another {what}? ", ("[Enter to leave it] ", "dim"))) or None
