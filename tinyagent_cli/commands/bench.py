"""`tinyagent bench`: how fast it is on this machine."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Annotated

import typer

from tinyagent_cli.commands import _house, _options
from tinyagent_cli.commands._report import emit, envelope

app = typer.Typer(add_completion=False)


@app.command()
def bench(
    *,
    commands: Annotated[
        int, typer.Option("--commands", metavar="N", min=1, max=1000, help="How many commands are planned.")
    ] = 24,
    picture: Annotated[
        Path | None, typer.Option("--picture", metavar="FILE.svg", help="Draw the table, too.", show_default=False)
    ] = None,
    tune: Annotated[bool, typer.Option("--tune", help="Measure anew how many threads suit this machine.")] = False,
    as_json: _options.Json = False,
) -> None:
    """Measure the starter model on this machine: load, prefill, decode, plan, memory.

    Leave the machine alone meanwhile; half a minute on two cores.
    """
    from tinyagent_cli import measuring
    from tinyagent_cli.planner import guard, starter

    house = _house.open_house(quiet=as_json)
    if tune:
        guard.tried_out(starter.base(), starter.adapter())
    with house.thinking("measuring"):
        figures = list(measuring.measure(commands))
    machine = measuring.machine()
    if as_json:
        emit(envelope("bench", "done", 0, {"machine": machine, "figures": [dataclasses.asdict(f) for f in figures]}))
    if as_json and picture is None:
        return
    from tinyagent_cli.view import bench_view

    if not as_json:
        house.screens.out.print(bench_view.page(machine, figures))
    if picture is not None:
        bench_view.draw(machine, figures, picture)
