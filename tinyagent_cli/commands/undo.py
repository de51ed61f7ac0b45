"""`tinyagent undo`: take back what was done."""

from __future__ import annotations

from typing import Annotated

import typer

from tinyagent_cli.commands import _house, _options
from tinyagent_cli.commands._report import emit, envelope
from tinyagent_cli.errors import PartlyDoneError, TinyAgentError

app = typer.Typer(add_completion=False)
GOOD = frozenset({"taken back", "nothing to take back"})


@app.command()
def undo(
    entry: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help="From tinyagent history; the last one if left out.", show_default=False
        ),
    ] = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Take back what you have changed since, too, without a question.")
    ] = False,
    desktop: _options.Desktop = None,
    as_json: _options.Json = False,
    no_input: _options.NoInput = False,
) -> None:
    """Take back what was done last.

    Or the entry of that ID; the last step first. What you have changed since is shown and asked about.
    """
    from tinyagent_cli.run.undo import undo as take_back
    from tinyagent_cli.view.undo_view import asking, show_undone

    house = _house.open_house({"desktop.kind": desktop}, ask=not no_input)
    person = house.screens.person and not as_json
    ask = asking(house.screens.err) if person else None
    undone = take_back(house.journal, house.desktop, entry, force=force, agreed=ask)
    good = sum(each.fate in GOOD for each in undone)
    code = 0 if good == len(undone) else PartlyDoneError.exit_code if good else TinyAgentError.exit_code
    if as_json:
        steps = [{"step": each.number, "fate": each.fate, "sentence": str(each)} for each in undone]
        status = {0: "done", 6: "partly-done"}.get(code, "failed")
        emit(envelope("undo", status, code, {"steps": steps}))
        raise typer.Exit(code)
    show_undone(house.screens.out, undone)
    if not person and any(each.fate == "kept" for each in undone):
        house.screens.err.print("To take back what was changed, too: tinyagent undo --force", style="dim")
    raise typer.Exit(code)
