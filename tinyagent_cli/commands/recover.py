"""`tinyagent recover`: what a crash or a power cut left half done."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from tinyagent_cli.commands import _house, _options
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
    no_input: _options.NoInput = False,
) -> None:
    """Finish, take back or leave what a crash cut short."""
    from rich.text import Text

    from tinyagent_cli.run import recovery
    from tinyagent_cli.view.ask import pick
    from tinyagent_cli.view.text import visible

    house = _house.open_house(ask=not no_input)
    out, err = house.screens.out, house.screens.err
    found = recovery.left(house.journal)
    if not found:
        err.print("Nothing was left half done.", style="dim")
    for each in found:
        for sentence in each.sentences():
            err.print(Text(visible(sentence)))
        chosen: str | None = way
        if chosen is None:
            if not house.screens.person:
                raise NotConfirmedError("say what to do: tinyagent recover finish, take-back or leave")
            ways = [
                ("Do the rest", "finish"),
                ("Take back what was done", "take-back"),
                ("Leave it as it is", "leave"),
            ]
            chosen = pick(err, "What is to become of it?", ways)
        if chosen == "finish":
            report = recovery.finish(
                each, house.journal, house.toolbox, house.desktop, guard=house.policy.guard(house.toolbox)
            )
            for step in report:
                out.print(Text(visible(f"{step.step.id} {step.step.tool}: {step.state}")))
        elif chosen == "take-back":
            for undone in recovery.take_back(each, house.journal, house.desktop):
                out.print(Text(visible(str(undone))))
        else:
            recovery.leave(each, house.journal)
