"""A plan while it is carried out: its steps with their states on a terminal, a line a step elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.live import Live
from rich.text import Text

from tinyagent_cli.plan.model import Plan
from tinyagent_cli.run.report import Event, StepDone, StepFailed, StepSkipped, StepStarted
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view.plan_view import SIGNS, PlanView, State
from tinyagent_cli.view.text import shortened, visible


class Progress:
    """Follows the events of an execution. `event` may be called from several threads."""

    def __init__(
        self, console: Console, plan: Plan, toolbox: Toolbox, now: dt.datetime, *, quiet: bool
    ) -> None:
        self.console, self.toolbox, self.now, self.quiet = console, toolbox, now, quiet
        self.plan = plan
        self.states: dict[int, State] = {}
        self.results: dict[int, str] = {}
        self.says: dict[int, str] = {}
        self._live: Live | None = None
        self._lock = Lock()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the plan as it goes on, as long as the block lasts; on a terminal it then gives way to the report."""
        if self.quiet or not self.console.is_terminal:
            yield
            return
        with Live(
            console=self.console, transient=True, refresh_per_second=8, get_renderable=self.view
        ) as live:
            self._live = live
            try:
                yield
            finally:
                self._live = None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Make room for a question."""
        live = self._live
        if live is None:
            yield
            return
        live.stop()
        try:
            yield
        finally:
            live.start(refresh=True)

    def follow(self, plan: Plan) -> None:
        """Follow an edited plan; what was found out is told again."""
        self.plan = plan
        self.states, self.results, self.says = {}, {}, {}

    def view(self) -> PlanView:
        """The plan as it stands just now."""
        with self._lock:
            return PlanView(
                self.plan,
                self.toolbox,
                self.now,
                dict(self.results),
                dict(self.states),
                says=dict(self.says),
                brief=True,
            )

    def event(self, event: Event) -> None:
        """Take note of one event."""
        number = event.step.id
        with self._lock:
            match event:
                case StepStarted():
                    self.states[number] = "running"
                case StepDone():
                    self.states[number] = "done"
                    self.results[number] = event.outcome.result
                case StepFailed():
                    self.states[number] = "failed"
                    self.says[number] = briefly(str(event.error))
                case StepSkipped():
                    self.states[number] = "denied" if event.state == "denied" else "skipped"
                    self.says[number] = briefly(event.reason)
        if self._live is None and not self.quiet and not isinstance(event, StepStarted):
            self._line(event)

    def _line(self, event: Event) -> None:
        """Write one line, where no terminal can show the whole; look-ups are shown with the plan."""
        if self.console.is_terminal or getattr(event, "early", False):
            return
        state = self.states[event.step.id]
        text = Text(f"{SIGNS[state][1]} {event.step.id} {visible(event.step.tool)}: {state}")
        if isinstance(event, StepDone | StepFailed):
            text.append(f" ({event.seconds:.1f} s)")
        if says := self.says.get(event.step.id):
            text.append(f": {visible(says)}")
        self.console.print(text)


def briefly(text: str) -> str:
    """The beginning of a message; the report has the whole."""
    return shortened(text.partition("\n")[0].partition(". ")[0], 160)
