"""`tinyagent execute`: a saved plan, in its notation or as JSON."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from tinyagent_cli import clock
from tinyagent_cli.commands import _carrying, _house, _options, _words
from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.toolbox import Toolbox

app = typer.Typer(add_completion=False)


@app.command()
def execute(
    source: Annotated[
        str, typer.Argument(metavar="PLAN", help="A file with a plan; - reads standard input.")
    ],
    *,
    yes: _options.Yes = False,
    dry_run: _options.DryRun = False,
    as_json: _options.Json = False,
    now: _options.Now = None,
    desktop: _options.Desktop = None,
    quiet: _options.Quiet = False,
    no_input: _options.NoInput = False,
    verbose: _options.Verbose = 0,  # noqa: ARG001 (-vv is for tracebacks)
) -> None:
    """Carry a saved plan out.

    The plan is what plan --json wrote, or numbered calls as in the notation of plans.
    """
    text = _words.read_text(source)
    house = _house.open_house({"desktop.kind": desktop}, quiet=quiet, ask=not no_input, piped=source == "-")
    plan, about = read_plan(text, house.toolbox)
    at = clock.read_now(now or about.get("now"))
    from tinyagent_cli.plan.resolve import resolve

    command = str(about.get("query") or "")
    wish = _carrying.Wish(
        resolve(plan, house.toolbox, at, command), at, command, reason=str(about.get("reason") or "")
    )
    raise typer.Exit(_carrying.carry_out(house, wish, _carrying.Manner("execute", yes, dry_run, as_json)))


def read_plan(text: str, toolbox: Toolbox) -> tuple[Plan, dict[str, Any]]:
    """Read a plan in either form; with JSON, what stands beside the steps too. Raises PlanError."""
    from tinyagent_cli.plan import jsonform, notation

    if not text.strip():
        raise PlanError("the plan is empty")
    if not text.lstrip().startswith(("{", "[")):
        return notation.read(text, toolbox), {}
    try:
        data = json.loads(text)
    except json.JSONDecodeError as fault:
        raise PlanError(f"no JSON: {fault.msg}", fault.lineno, fault.colno) from fault
    except (ValueError, RecursionError) as fault:
        raise PlanError("no JSON that can be read") from fault
    if isinstance(data, dict) and "steps" not in data and isinstance(data.get("data"), dict):
        data = data["data"]  # the envelope of run --json
    plan = jsonform.from_json(data, toolbox)
    about = {k: v for k in ("query", "now", "reason") if isinstance(v := data.get(k), str)}
    return plan, about
