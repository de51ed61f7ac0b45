"""A command planned: with a model whose steps come one by one, they are shown and looked up as they come."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.plan.model import Plan, Step

PEOPLE = {"get_phone_number", "get_email_address"}

if TYPE_CHECKING:
    from tinyagent_cli.commands._house import House
    from tinyagent_cli.planner.base import Planned
    from tinyagent_cli.planner.dialects.tinyagent import Again
    from tinyagent_cli.run.executor import Execution
    from tinyagent_cli.toolbox import Toolbox


def planned(
    house: House, command: str, now: dt.datetime, *, quiet: bool = False, previous: tuple[Again, ...] = ()
) -> tuple[Planned, Execution | None]:
    """Plan a command; also returns what was looked up meanwhile. Raises TinyAgentError.

    Before the plan is whole, and agreed to, nothing but look-ups that ask nobody is begun.
    """
    from tinyagent_cli.planner.asking import stepwise

    planner = stepwise(house.planner)
    if planner is None:
        if hasattr(house.planner, "on_tools"):
            house.planner.on_tools = lambda offered: make_ready(house, offered)
        with house.thinking("planning"):
            return house.planner.plan(command, now), None
    from tinyagent_cli.run.agreed import Agreed
    from tinyagent_cli.run.executor import Execution
    from tinyagent_cli.view.growing import Growing

    growing = Growing(house.screens.err, house.toolbox, now, quiet=quiet or house.screens.quiet)
    early = Execution(Plan(), house.toolbox, house.desktop, now=now, guard=Agreed(house.policy, house.toolbox))

    def take(step: Step) -> None:
        growing.take(step)
        with suppress(TinyAgentError):
            early.add(step)

    try:
        with growing.shown():
            made = planner.plan(command, now, previous=previous, on_step=take)
    except BaseException:
        early.stop()
        raise
    return made, early


def make_ready(house: House, offered: Toolbox) -> None:
    """Where contacts may be looked up, have the desktop loaded and its index brought up to date meanwhile."""
    if any(p.look_up in PEOPLE for tool in offered for p in tool.parameters):

        def work() -> None:
            with suppress(Exception):  # whatever it is, the look-up itself tells it
                house.contacts()

        threading.Thread(target=work, name="contacts", daemon=True).start()
