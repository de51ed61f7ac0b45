"""`tinyagent eval`: measure planners on commands with gold plans."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinyagent_cli.commands import _house
from tinyagent_cli.commands._options import Json
from tinyagent_cli.commands._report import emit
from tinyagent_cli.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from tinyagent_cli.learning.corpus import Example
    from tinyagent_cli.learning.evaluation import Figures, Tried
    from tinyagent_cli.plan.model import Plan

app = typer.Typer(add_completion=False, help="Measure planners on commands with gold plans.")


@app.command()
def evaluate(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Corpus files.", exists=True, dir_okay=False)
    ],
    *,
    model: Annotated[
        list[str] | None,
        typer.Option("--model", "-m", metavar="NAME", help="A planner; may be given several times."),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", help="Take only this many commands, spread evenly; 0 takes all.")
    ] = 0,
    misses: Annotated[
        bool, typer.Option("--misses", help="Show every command whose plan was not right.")
    ] = False,
    execute: Annotated[
        bool, typer.Option("--execute", help="Carry the plans out in sandboxes too, and compare what is there then.")
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="PNG", help="Draw success by number of steps and by tool."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure planners: plan success, full success, moments, names, refusals, tools offered, seconds a plan."""
    from tinyagent_cli.learning import corpus

    house = _house.open_house()
    signatures = {tool.name: [p.name for p in tool.parameters] for tool in house.toolbox}
    examples = list(corpus.read(files, signatures))
    if limit and limit < len(examples):
        examples = [examples[round(i * (len(examples) - 1) / max(limit - 1, 1))] for i in range(limit)]
    if not examples:
        raise UsageError("the files hold no commands")
    results = [
        _measured(house, name, examples, misses=misses, execute=execute) for name in model or [house.settings.planner.model]
    ]
    if picture:
        from tinyagent_cli.view.eval_picture import draw

        draw([r.summary() for r in results], picture)
    if as_json:
        emit({"version": 1, "sets": [f.name for f in files], "models": [r.summary() for r in results]})
        return
    from tinyagent_cli.view.eval_view import tables

    for renderable in tables([r.summary() for r in results]):
        house.screens.out.print(renderable)


def _measured(house: _house.House, name: str, examples: list[Example], *, misses: bool, execute: bool) -> Figures:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from tinyagent_cli.learning.evaluation import evaluate as measure
    from tinyagent_cli.planner import open_planner

    planner = open_planner(house.settings, house.toolbox, model=name)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=house.screens.err, disable=not house.screens.err.is_terminal) as progress:
        task: Any = progress.add_task(name, total=len(examples))

        def tried(one: Tried) -> None:
            progress.advance(task)
            if misses and not one.score.full:
                from tinyagent_cli.view.eval_view import miss

                house.screens.err.print(miss(one, house.toolbox))

        figures = measure(planner, examples, tried, world=_world(house) if execute else None)
    planner.close()
    return figures


def _world(house: _house.House) -> Callable[[Plan, Example], bool]:
    from tinyagent_cli.learning.world import same_world

    return lambda plan, example: same_world(plan, example.plan, house.toolbox, example.now)
