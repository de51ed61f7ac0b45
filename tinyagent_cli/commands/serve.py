"""`tinyagent serve`: a helper that keeps the model loaded, so that other runs of the program need not load it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinyagent_cli.commands import _house, _options
from tinyagent_cli.commands._report import emit, envelope
from tinyagent_cli.errors import UsageError

if TYPE_CHECKING:
    from tinyagent_cli.settings import Settings

app = typer.Typer(add_completion=False)


@app.command()
def serve(
    *,
    stop: Annotated[bool, typer.Option("--stop", help="Stop the helpers that run.")] = False,
    status: Annotated[bool, typer.Option("--status", help="Say which helpers run.")] = False,
    idle: Annotated[
        int | None,
        typer.Option("--idle", metavar="MINUTES", help="End after so long without a command; 0 never.", show_default=False),
    ] = None,
    as_json: _options.Json = False,
) -> None:
    """Keep the starter model loaded, and plan for other runs of this program (see docs/speed.md).

    It plans only, and only for you. Started by hand it stays in the foreground; with helper.use = on it is
    started when it is first wanted.
    """
    house = _house.open_house()
    if stop or status:
        told(house.settings, stopping=stop, as_json=as_json)
        return
    from tinyagent_cli.planner import open_planner
    from tinyagent_cli.resident import places
    from tinyagent_cli.resident.planner import NAME
    from tinyagent_cli.resident.server import run

    path = places.socket_of(house.settings, house.toolbox)
    if path is None:
        raise UsageError("no helper can run here: this system has no Unix sockets, or its runtime directory is too long")
    planner = open_planner(house.settings, house.toolbox, model=NAME)
    minutes = house.settings.helper.idle_minutes if idle is None else idle
    house.screens.err.print(f"listening on {path}; stop it with: tinyagent serve --stop", style="dim")
    run(planner, path, minutes * 60.0)


def told(settings: Settings, *, stopping: bool, as_json: bool) -> None:
    """Stop the helpers, or say how each is."""
    from tinyagent_cli.resident import client, places

    found: list[dict[str, Any]] = []
    for path in places.sockets(settings):
        with suppress(client.Unreachable):
            found.append(client.ask(path, {"op": "stop" if stopping else "status"}, seconds=5) | {"socket": str(path)})
    if as_json:
        emit(envelope("serve", "done", 0, {"stopped" if stopping else "helpers": found}))
        return
    from tinyagent_cli.view.console import screens
    from tinyagent_cli.view.text import counted

    out = screens().out
    if stopping or not found:
        out.print(f"{counted(len(found), 'helper')} stopped" if found else "no helper runs")
    for each in found if not stopping else ():
        ends = f"ends after {each['ends_after'] / 60:g} idle minutes" if each["ends_after"] else "never ends by itself"
        out.print(
            f"process {each['pid']}: {each['model']}, {counted(each['plans'], 'plan')}, "
            f"up {each['up']:.0f} s, idle {each['idle']:.0f} s, {each['memory'] / 1e6:.0f} MB, {ends}"
        )
        out.print(f"  {Path(each['socket'])}", style="dim")
