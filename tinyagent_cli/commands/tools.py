"""`tinyagent tools`: the tools that the planner is offered."""

from __future__ import annotations

import difflib
from typing import Annotated, Any

import typer

from tinyagent_cli.commands import _house
from tinyagent_cli.commands._options import Json
from tinyagent_cli.commands._report import emit
from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan.signature import Tool

app = typer.Typer(
    add_completion=False,
    help="List the tools on offer, or show one.",
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
