"""A plan that is still being written: its steps on a terminal as they come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner

from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view.plan_view import PlanView


class Growing:
    """Shows the steps so far; it gives way to the whole plan at the end."""

    def __init__(self, console: Console, toolbox: Toolbox, now: dt.datetime, *, quiet: bool) -> None:
        self.console, self.toolbox, self.now = console, toolbox, now
        self.on = console.is_terminal and not quiet
        self.steps: tuple[Step, ...] = ()
        self.spinner = Spinner("dots", "planning…", style="dim")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it as long as the block lasts, on a terminal only."""
        if not self.on:
            yield
            return
        with Live(console=self.console, transient=True, refresh_per_second=8, get_renderable=self.view):
            yield

    def take(self, step: Step) -> None:
        """One more step is written."""
        self.steps = (*self.steps, step)

    def view(self) -> RenderableType:
        """The plan as it stands just now."""
        return Group(PlanView(Plan(self.steps), self.toolbox, self.now), self.spinner)
