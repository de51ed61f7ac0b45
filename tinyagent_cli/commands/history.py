"""`tinyagent history`: what was done, when, and what came of it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated

import typer

from tinyagent_cli.commands import _house, _options
from tinyagent_cli.commands._report import emit
from tinyagent_cli.errors import UsageError
from tinyagent_cli.view.text import counted

app = typer.Typer(add_completion=False)


@app.command()
def history(
    entry: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|purge]", help="Show this one, step by step; or erase.", show_default=False
        ),
    ] = None,
    *,
    search: Annotated[
        str, typer.Option("--search", "-s", metavar="TEXT", help="Only those that have this in them.")
    ] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many, the newest first.")] = 20,
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="AGE", help="For purge: 30d, 12h, 2w; 0d is everything.")
    ] = "",
    as_json: _options.Json = False,
) -> None:
    """Show what was done, the newest first.

    history purge --older-than 30d erases what was done before. It can be undone no more.
    """
    house = _house.open_house()
    if entry == "purge":  # no ID has a u in it
        gone = house.forget(dt.datetime.now().astimezone() - age(older_than))
        if as_json:
            emit({"version": 1, "erased": gone})
        else:
            house.screens.err.print(f"Erased {counted(gone, 'entry', 'entries')}.")
        return
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


def age(text: str) -> dt.timedelta:
    """Read 30d, 12h or 2w. Raises UsageError."""
    found = re.fullmatch(r"(\d{1,4})([hdw])", text.strip())
    if found is None:
        raise UsageError("say how old, such as: tinyagent history purge --older-than 30d")
    return dt.timedelta(**{{"h": "hours", "d": "days", "w": "weeks"}[found[2]]: int(found[1])})
