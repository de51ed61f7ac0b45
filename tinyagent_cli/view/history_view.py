"""The history on a terminal: the list of what was done, and the page of one entry."""

from __future__ import annotations

from collections.abc import Iterable

from rich.text import Text

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
    """One entry, step by step."""
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
    for step in entry.steps:
        state = "undone" if step.undone else step.state
        said = step.error or step.done or step.result
        rows.append(
            [
                Text(str(step.number), "bold"),
                Text(state, STYLES.get(state, "")),
                Text(step.tool),
                Text(visible(said)),
            ]
        )
    return Columns(rows)
