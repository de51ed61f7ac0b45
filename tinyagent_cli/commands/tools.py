"""`tinyagent tools`: the tools that the planner is offered."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from tinyagent_cli.commands import _house
from tinyagent_cli.commands._options import Json
from tinyagent_cli.commands._report import emit, say
from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.view.text import visible

app = typer.Typer(
    add_completion=False,
    help="List the tools on offer, show one, make one of your own, check yours.",
    invoke_without_command=True,
)


@app.callback()
def tools(context: typer.Context, *, as_json: Json = False) -> None:
    """List the tools on offer."""
    if context.invoked_subcommand is None:
        listing(as_json=as_json)


@app.command("list")
def listing(*, as_json: Json = False) -> None:
    """List the tools on offer."""
    house = _house.open_house()
    if as_json:
        emit({"version": 1, "tools": [described(tool) for tool in house.toolbox]})
        return
    from tinyagent_cli.view.tools_view import tool_list

    house.screens.out.print(tool_list(house.toolbox, house.settings.apps.off))


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The tool's name.")], *, as_json: Json = False
) -> None:
    """Show one tool: its signature, its parameters, its JSON Schema."""
    house = _house.open_house()
    tool = house.toolbox.get(name)
    if tool is None:
        near = difflib.get_close_matches(name, [t.name for t in house.toolbox], 1)
        raise UsageError(
            f'there is no tool "{name}"'
            + (f'; did you mean "{near[0]}"?' if near else "; see: tinyagent tools")
        )
    if as_json:
        emit({"version": 1, **described(tool)})
        return
    from tinyagent_cli.view.tools_view import tool_page

    house.screens.out.print(tool_page(tool))


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The tool's name, such as roll_dice.")],
    *,
    executable: Annotated[
        bool, typer.Option("--exec/--python", help="An executable in any language, or a Python function.")
    ] = False,
) -> None:
    """Write a tool of your own that works, to be changed."""
    from tinyagent_cli.own import loading, writing

    house = _house.open_house()
    if name in house.toolbox:
        raise UsageError(f"there is a tool {name} already; take another name")
    for path in writing.new(loading.tools_folder(house.settings), name, executable=executable):
        house.screens.out.print(str(path), soft_wrap=True)
    house.screens.err.print("Change it, then: tinyagent tools check", style="dim")


@app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="One file; all of yours if left out.", show_default=False)
    ] = None,
    *,
    as_json: Json = False,
) -> None:
    """Check your own tools, and ask the servers that lend theirs anew."""
    from tinyagent_cli.own import loading
    from tinyagent_cli.settings import load
    from tinyagent_cli.toolbox import built_in

    if file is not None and not file.exists():
        raise UsageError(f"{file}: there is no such file")
    if file is not None:
        own = loading.gathered([loading.in_file(file)], built_in())
    else:
        own = loading.read_own(load(), built_in(), fresh=True)
    if as_json:
        good = [{"origin": each.origin, **described(each.tool)} for each in own.tools]
        bad = [{"origin": fault.origin, "message": fault.message} for fault in own.faults]
        emit({"version": 1, "tools": good, "faults": bad})
    else:
        for each in own.tools:
            sys.stdout.write(visible(f"good   {each.tool.name} ({each.tool.effect})  {each.origin}") + "\n")
        for fault in own.faults:
            say(str(fault), word="broken")
        if not own.tools and not own.faults:
            sys.stdout.write("There are no tools of your own; make one: tinyagent tools new NAME\n")
    raise typer.Exit(UsageError.exit_code if own.faults else 0)


def described(tool: Tool) -> dict[str, Any]:
    """One tool as data."""
    return {
        "name": tool.name,
        "app": tool.app,
        "effect": tool.effect,
        "description": tool.description,
        "signature": tool.signature,
        "result": tool.result,
        "parameters": tool.schema,
    }
