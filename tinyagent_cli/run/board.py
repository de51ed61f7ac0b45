"""The steps of a plan under way, and what has become of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tinyagent_cli.errors import AmbiguousError, NotFoundError, PlanError, TinyAgentError
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.run import order
from tinyagent_cli.run.doing import Before
from tinyagent_cli.run.report import State, StepReport
from tinyagent_cli.toolbox import Toolbox

Unclear = AmbiguousError | NotFoundError
Choose = Callable[[Step, Unclear], str | None]
"""Asks the person; returns what to use instead (a candidate's value), None to let the step fail."""


class Board:
    """What the threads of an `Execution` share; it is read and written under that one's lock.

    `questions` wait to be asked, `asked` are the steps that were asked about, `instead` are the arguments chosen.
    """

    def __init__(self, toolbox: Toolbox, before: Before) -> None:
        self._toolbox, self._before = toolbox, before
        self.steps: dict[int, Step] = {}
        self.settled: dict[int, StepReport] = {}
        self.running: set[int] = set()
        self.questions: list[tuple[Step, Unclear]] = []
        self.asked: set[int] = set()
        self.instead: dict[int, dict[str, str]] = {}

    def take(self, step: Step) -> None:
        """Take a step; what is known of it from before a crash is settled. Raises PlanError."""
        if step.id in self.steps:
            raise PlanError(f"step {step.id} is there already")
        self.steps[step.id] = step
        if outcome := self._before.outcomes.get(step.id):
            self.settled[step.id] = StepReport(step, "done", outcome)
        elif failure := self._before.failures.get(step.id):
            self.settled[step.id] = StepReport(step, "failed", error=failure)

    @property
    def plan(self) -> Plan:
        """The plan, as far as it is written."""
        return Plan(tuple(self.steps.values()))

    @property
    def results(self) -> dict[int, str]:
        """The results known so far, by step number."""
        return {n: s.outcome.result for n, s in self.settled.items() if s.outcome is not None}

    @property
    def failures(self) -> dict[int, TinyAgentError]:
        """The steps that have failed so far."""
        return {n: s.error for n, s in self.settled.items() if s.error is not None}

    def open_steps(self) -> Iterator[Step]:
        """Yield the steps that are neither settled, nor running, nor asked about when their turn comes; by number."""
        for step in order.by_need(self.steps):
            asked = any(step.id == other.id for other, _ in self.questions)
            if not (asked or step.id in self.settled or step.id in self.running):
                yield step

    def broken(self, step: Step) -> int | None:
        """The step that this one needs and that will not be done, None where there is none."""
        settled = self.settled
        return next(
            (n for n in step.depends_on if n not in self.steps or (n in settled and settled[n].state != "done")), None
        )

    def ready(self, step: Step) -> bool:
        """True where all that a step needs is done, and what comes before it is settled."""
        earlier = order.before(step, self.steps.values(), self._toolbox)
        return all(n in self.settled for n in (*step.depends_on, *earlier))

    def looks_up(self, step: Step, *, slow: bool) -> bool:
        """True where a step may run before anyone has agreed (`order.is_look_up`)."""
        return order.is_look_up(step, self.steps.values(), self._toolbox, slow=slow)

    def skipped(self, step: Step, broken: int) -> StepReport:
        """The report of a step that needs one which is not done; the reason is the first one's in a chain."""
        state: State = "skipped"
        there = self.settled.get(broken)
        if there is None:
            reason = f"it needs step {broken}, which is not in the plan"
        elif there.state == "failed":
            reason = f"step {broken}, {there.step.tool}, failed: {there.error}"
        else:
            reason = there.reason
        if there is not None and there.state == "interrupted":
            state = "interrupted"
        return StepReport(step, state, reason=reason)

    def left(self, *, stopped: bool) -> list[StepReport]:
        """The reports of the steps that were never begun."""
        rest = [step for step in self.steps.values() if step.id not in self.settled]
        if stopped:
            return [StepReport(step, "interrupted", reason="you stopped it") for step in rest]
        return [StepReport(step, "skipped", reason="what it needs never came") for step in rest]
