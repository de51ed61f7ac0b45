"""`tinyagent undo`: take back what was done."""

from __future__ import annotations

from typing import Annotated

import typer

from tinyagent_cli.commands import _house, _options
from tinyagent_cli.commands._report import emit, envelope
from tinyagent_cli.errors import PartlyDoneError, TinyAgentError

app = typer.Typer(add_completion=False)
GOOD = frozenset({"taken back", "nothing to take back"})
STYLES = {
    "taken back": "green",
    "nothing to take back": "dim",
    "beyond recall": "yellow",
    "kept": "yellow",
    "failed": "red",
}


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
        bool, typer.Option("--force", help="Take back what you have changed since, too.")
    ] = False,
    as_json: _options.Json = False,
) -> None:
    """Take back what was done last.

    Or the entry of that ID; the last step first.
    """
    from tinyagent_cli.run.undo import undo as take_back

    house = _house.open_house()
    undone = take_back(house.journal, house.desktop, entry, force=force)
    good = sum(each.fate in GOOD for each in undone)
    code = 0 if good == len(undone) else PartlyDoneError.exit_code if good else TinyAgentError.exit_code
    if as_json:
        steps = [{"step": each.number, "fate": each.fate, "sentence": str(each)} for each in undone]
        status = {0: "done", 6: "partly-done"}.get(code, "failed")
        emit(envelope("undo", status, code, {"steps": steps}))
        raise typer.Exit(code)
    from rich.text import Text

    from tinyagent_cli.view.text import visible

    for each in undone:
        house.screens.out.print(Text(visible(str(each)), STYLES.get(each.fate, "")))
    raise typer.Exit(code)
