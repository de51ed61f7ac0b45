"""After a failure: a new plan from what was observed, where `planner.rounds` allows it and the model can."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tinyagent_cli.errors import NotConfirmedError, TinyAgentError

if TYPE_CHECKING:
    from tinyagent_cli.commands._carrying import Carrying, Wish
    from tinyagent_cli.run.report import Report


def after(carrying: Carrying, report: Report) -> int:
    """Say what came of a plan; plan anew, show and ask, where that may help. Returns the exit code."""
    code = carrying.reported(report)
    wish = _new_wish(carrying, report) if code and _may(carrying, report) else None
    if wish is None:
        return code
    from tinyagent_cli.commands._carrying import carry_out

    try:
        # `--yes` was given for the first plan; nobody has seen this one.
        return carry_out(carrying.house, wish, replace(carrying.manner, yes=False))
    except NotConfirmedError:
        carrying.err.print("The new plan was not carried out.", style="dim")
        return code


def _may(carrying: Carrying, report: Report) -> bool:
    """True where a person is there to agree to another plan, and a round is left."""
    from tinyagent_cli.planner.asking import stepwise
    from tinyagent_cli.run.replanning import mendable

    house, wish = carrying.house, carrying.wish
    left = house.settings.planner.rounds - len(wish.previous)
    if left <= 0 or not wish.command or carrying.manner.as_json or not house.screens.person:
        return False
    return mendable(report) and stepwise(house.planner) is not None


def _new_wish(carrying: Carrying, report: Report) -> Wish | None:
    """Plan anew; None where nothing better comes of it."""
    from tinyagent_cli.commands import _planning
    from tinyagent_cli.planner.dialects.tinyagent import Again
    from tinyagent_cli.run.replanning import deeds, repeats, told

    house, wish, err = carrying.house, carrying.wish, carrying.err
    previous = (*wish.previous, Again(*told(report, house.toolbox)))
    done = wish.done | deeds(report, house.toolbox)
    err.print("\nPlanning anew…", style="dim")
    try:
        planned, early = _planning.planned(house, wish.command, wish.now, previous=previous)
    except TinyAgentError as fault:
        err.print(f"There is no new plan: {fault}", style="dim", markup=False)
        return None
    if not planned.plan.steps:
        err.print("There is no other way.", style="dim")
        return None
    if repeats(planned.plan, done, report, house.toolbox):
        err.print("The new plan would do again what was done; it is left.", style="dim")
        return None
    return replace(wish, plan=planned.plan, tools=planned.tools, early=early, previous=previous, done=done)
