"""A planner that has a helper plan where one runs, and plans in this process otherwise: the plan is the same."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.planner.base import OnTools, Planned, Planner
from tinyagent_cli.resident import client, messages, places

if TYPE_CHECKING:
    from tinyagent_cli.settings import Settings
    from tinyagent_cli.toolbox import Toolbox

NAME = "starter"
"""The one model that a helper runs: others take gigabytes, which nobody wants kept unasked."""


def beside(settings: Settings, toolbox: Toolbox, model: str | None, here: Callable[[], Planner]) -> Planner:
    """The planner to use: `here` makes the one of this process. Raises ModelError."""
    name = model or settings.planner.model
    if settings.helper.use == "off" or name != NAME:
        return here()
    path = places.socket_of(settings, toolbox)
    if path is None or (settings.helper.use == "auto" and not path.exists()):
        return here()
    return HelpedPlanner(path, toolbox, here, start=settings.helper.use == "on")


class HelpedPlanner:
    """Asks the helper at `path`; where none answers it plans itself and, if it may `start` one, does so for the next."""

    def __init__(
        self, path: Path, toolbox: Toolbox, here: Callable[[], Planner], *, start: bool = False
    ) -> None:
        self.name, self.path, self.toolbox, self.start, self._here = NAME, path, toolbox, start, here
        self.own: Planner | None = None
        self.on_tools: OnTools | None = None

    def plan(self, command: str, now: dt.datetime) -> Planned:
        """Plan a command. Raises UsageError, PlanError, ModelError."""
        request = None if self.own is not None else messages.plan_request(command, now)
        if request is not None:
            with suppress(client.Unreachable, messages.MessageError):
                return messages.answered(client.ask(self.path, request), command, now, self.toolbox)
        if self.own is None:
            self.own = self._here()
            if self.on_tools and hasattr(self.own, "on_tools"):
                self.own.on_tools = self.on_tools
        planned = self.own.plan(command, now)
        if self.start:
            self.start = False
            start_helper()
        return planned

    def close(self) -> None:
        """Free the model, where this process has loaded one."""
        if self.own is not None:
            self.own.close()
            self.own = None


def start_helper() -> None:
    """Start a helper that outlives this process; what keeps it from starting is told by `tinyagent serve`."""
    command = [sys.executable, "-m", "tinyagent_cli", "serve"]
    with suppress(OSError):
        subprocess.Popen(
            command, start_new_session=True, cwd=Path(__file__).parents[2], close_fds=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
