"""`tinyagent history`: what was done, when, and what came of it."""

from __future__ import annotations

from typing import Annotated

import typer

from tinyagent_cli.commands import _house, _options
from tinyagent_cli.commands._report import emit

app = typer.Typer(add_completion=False)
STYLES = {
    "done": "green",
    "partly done": "yellow",
    "failed": "red",
    "undone": "dim",
    "unfinished": "bold yellow",
}
SHORT = 8


@app.command()
def history(
    entry: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Show this one, step by step.", show_default=False)
    ] = None,
    *,
    search: Annotated[
        str, typer.Option("--search", "-s", metavar="TEXT", help="Only those that have this in them.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 20,
    as_json: _options.Json = False,
) -> None:
    """Show what was done, the newest first."""
    house = _house.open_house()
    entries = [house.journal.entry(entry)] if entry else house.journal.entries(search, limit)
    if as_json:
        emit({"version": 1, "entries": [each.to_json() for each in entries]})
        return
    if not entries:
        house.screens.err.print(
            "Nothing was done so far." if not search else "Nothing of that kind was done.", style="dim"
        )
        return
    from tinyagent_cli.view import history_view

    out = house.screens.out
    out.print(history_view.page(entries[0]) if entry else history_view.listing(entries))
