"""Taking back on a terminal: what became of each step, and what the person has changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console
from rich.text import Text

from tinyagent_cli.errors import ChangedError
from tinyagent_cli.run.entries import StepEntry
from tinyagent_cli.run.undo import Undone
from tinyagent_cli.view.ask import agreed
from tinyagent_cli.view.text import shortened, visible

STYLES = {"taken back": "green", "nothing to take back": "dim", "beyond recall": "yellow", "kept": "yellow"}
SIGNS = {"+": "green", "-": "red", "@": "cyan"}
MOST = 200
"""Characters of a line that are shown."""


def show_undone(console: Console, undone: Iterable[Undone]) -> None:
    """Say what became of each step, a line a step."""
    for each in undone:
        console.print(Text(visible(str(each)), STYLES.get(each.fate, "")))


def asking(console: Console) -> Callable[[StepEntry, ChangedError], bool]:
    """Return what shows a change of the person's and asks whether the thing is to be taken back all the same."""

    def ask(step: StepEntry, fault: ChangedError) -> bool:
        console.print(Text(visible(str(fault)), "yellow"))
        for line in fault.shown.splitlines():
            console.print(Text("  " + visible(shortened(line, MOST)), SIGNS.get(line[:1], "")))
        return agreed(console, f"Step {step.number}: take it back all the same? What you changed is lost.", default=False)

    return ask
