"""`tinyagent recover`: what a crash or a power cut left half done."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from tinyagent_cli.commands import _house, _options, _recovering
from tinyagent_cli.errors import NotConfirmedError

app = typer.Typer(add_completion=False)
Way = Literal["finish", "take-back", "leave"]


@app.command()
def recover(
    way: Annotated[
        Way | None,
        typer.Argument(help="Do the rest, take back what was done, or leave it.", show_default=False),
    ] = None,
    *,
    desktop: _options.Desktop = None,
    no_input: _options.NoInput = False,
) -> None:
    """Finish, take back or leave what a crash cut short."""
    from tinyagent_cli.run import recovery

    house = _house.open_house({"desktop.kind": desktop}, ask=not no_input)
    found = recovery.left(house.journal)
    if not found:
        house.screens.err.print("Nothing was left half done.", style="dim")
    for each in found:
        _recovering.tell(house, each)
        chosen: str | None = way
        if chosen is None:
            if not house.screens.person:
                raise NotConfirmedError("say what to do: tinyagent recover finish, take-back or leave")
            chosen = _recovering.picked(house, "What is to become of it?")
        if chosen is None:
            raise NotConfirmedError("nothing was chosen: it stays as it is")
        _recovering.settle(house, each, chosen)
