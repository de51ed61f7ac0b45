"""`tinyagent redo`: carry a plan out once more."""

from __future__ import annotations

from typing import Annotated

import typer

from tinyagent_cli import clock
from tinyagent_cli.commands import _carrying, _house, _options

app = typer.Typer(add_completion=False)


@app.command()
def redo(
    entry: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="From tinyagent history; the last one if left out.", show_default=False
        ),
    ] = None,
    *,
    yes: _options.Yes = False,
    desktop: _options.Desktop = None,
    dry_run: _options.DryRun = False,
    as_json: _options.Json = False,
    quiet: _options.Quiet = False,
    no_input: _options.NoInput = False,
) -> None:
    """Carry out once more what was done last.

    Or the entry of that ID. The plan is shown and asked for again.
    """
    from tinyagent_cli.run.undo import redo as again

    house = _house.open_house({"desktop.kind": desktop}, quiet=quiet, ask=not no_input)
    found = again(house.journal, entry)
    wish = _carrying.Wish(found.plan, clock.read_now(None), found.command)
    raise typer.Exit(_carrying.carry_out(house, wish, _carrying.Manner("redo", yes, dry_run, as_json)))
