"""`tinyagent plan`: the plan alone; nothing is looked up and nothing is touched."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated, Literal

import typer

from tinyagent_cli import clock
from tinyagent_cli.commands import _batch, _house, _options, _words
from tinyagent_cli.commands._report import emit, error_of, say
from tinyagent_cli.errors import RefusedError, TinyAgentError, UsageError

app = typer.Typer(add_completion=False)
Format = Literal["text", "json", "mermaid", "dot", "svg"]
Theme = Literal["light", "dark", "auto"]


@app.command()
def plan(
    words: _options.Words = None,
    *,
    batch: Annotated[
        str | None,
        typer.Option(
            "--batch",
            metavar="FILE",
            help="Plan every line of a file (- for standard input): a command, or JSON with query and now. "
            "Writes one JSON object a line.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[Format, typer.Option("--format", "-f", help="How the plan is written.")] = "text",
    theme: Annotated[Theme, typer.Option("--theme", help="The colours of an SVG; auto goes by the reader's system.")] = "light",
    as_json: _options.Json = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", hidden=True)] = False,  # noqa: ARG001 (always so here)
    now: _options.Now = None,
    model: _options.Model = None,
    quiet: _options.Quiet = False,
    verbose: _options.Verbose = 0,
) -> None:
    """Plan a command and show the plan, no more.

    Nothing is looked up and nothing is touched.
    """
    form = "json" if as_json else form
    house = _house.open_house(quiet=quiet, model=model)
    at = clock.read_now(now)
    if batch is not None:
        if words:
            raise UsageError("with --batch, the commands are in the file; leave the words out")
        raise typer.Exit(_batch.plan_batch(house.planner, _words.lines_of(batch), at))
    try:
        raise typer.Exit(show_plan(house, _words.command_of(words or []), form, at, verbose, theme))
    except TinyAgentError as fault:
        if form != "json" or isinstance(fault, UsageError):
            raise
        emit(_batch.failed(" ".join(words or []), at, fault))
        say(error_of(fault)["message"])
        raise typer.Exit(fault.exit_code) from fault


def show_plan(house: _house.House, command: str, form: Format, at: dt.datetime, verbose: int, theme: Theme) -> int:
    """Plan one command and write the plan; returns the exit code."""
    with house.thinking("planning"):
        planned = house.planner.plan(command, at)
    from tinyagent_cli.view import diagrams, plan_json, plan_view, rows

    if form == "json":
        emit(plan_json.planned_object(planned))
    elif planned.refused:
        raise RefusedError(planned.reason or "none of the tools can do that")
    elif form == "text":
        out = house.screens.out
        if not house.screens.quiet:
            for line in plan_view.heading(planned.command, planned.tools):
                out.print(line)
            out.print()
        out.print(plan_view.PlanView(planned.plan, house.toolbox, at))
        if verbose:
            house.say_timing(planned)
    else:
        drawn = rows.rows(planned.plan, house.toolbox, at)
        if form == "svg":
            from tinyagent_cli.view.svg import svg

            sys.stdout.write(svg(drawn, planned.command, theme))
        else:
            sys.stdout.write(diagrams.mermaid(drawn) if form == "mermaid" else diagrams.dot(drawn))
    return RefusedError.exit_code if planned.refused else 0
