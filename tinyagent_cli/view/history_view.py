"""The history on a terminal: the list of what was done, and the page of one entry."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

from tinyagent_cli.plan.model import Moment
from tinyagent_cli.run import record
from tinyagent_cli.run.journal import Entry
from tinyagent_cli.view.columns import Columns
from tinyagent_cli.view.text import shortened, visible
from tinyagent_cli.view.when import day

STYLES = {
    "done": "green",
    "partly done": "yellow",
    "failed": "red",
    "undone": "dim",
    "unfinished": "bold yellow",
}
SHORT = 8
"""Characters of an ID that are enough to name it."""


def listing(entries: Iterable[Entry]) -> Columns:
    """The entries, a line each."""
    return Columns([row(entry) for entry in entries], indent=0)


def row(entry: Entry) -> list[Text]:
    """One entry in the list."""
    at = entry.at.astimezone()
    return [
        Text(entry.id[:SHORT], "bold"),
        Text(f"{at:%Y-%m-%d %H:%M}"),
        Text(entry.state, STYLES.get(entry.state, "")),
        Text(visible(shortened(entry.command or "a saved plan", 200))),
    ]


def page(entry: Entry) -> Columns:
    """One entry whole: every step with its arguments, and what came of it."""
    at = entry.at.astimezone()
    rows = [
        [Text(visible(entry.command or "a saved plan"), "bold")],
        [
            Text(
                f"{entry.id}, {day(at.date())} {at:%H:%M}, on the desktop {entry.desktop}: {entry.state}",
                "dim",
            )
        ],
        [Text()],
    ]
    for planned in entry.plan.steps:
        step = entry.step(planned.id)
        state = "not begun" if step is None else "undone" if step.undone else step.state
        says = Text(visible(step.error or step.done or step.result) if step else "")
        for name, value in record.plain(step.args if step else planned.args).items():
            if value not in ("", None, [], (), 0, False):
                says.append(f"\n{name}: {visible(_value(value), breaks=chr(10))}", "dim")
        number, tool = Text(str(planned.id), "bold"), Text(visible(planned.tool))
        rows.append([number, Text(state, STYLES.get(state, "dim")), tool, says])
    return Columns(rows)


def _value(value: object) -> str:
    if isinstance(value, Moment):
        return value.iso
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
