"""What happens while a plan is carried out, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tinyagent_cli.desktops.base import Outcome
from tinyagent_cli.errors import PartlyDoneError, TinyAgentError
from tinyagent_cli.plan.model import Plan, Step

State = Literal["done", "failed", "skipped", "denied", "interrupted"]
INTERRUPTED = 130


@dataclass(frozen=True)
class StepStarted:
    """A step begins. `args` are as the desktop gets them; `early` says that it is looked up before the agreement."""

    step: Step
    early: bool = False


@dataclass(frozen=True)
class StepDone:
    """A step is done. `seconds` is how long it took."""

    step: Step
    outcome: Outcome
    seconds: float
    early: bool = False


@dataclass(frozen=True)
class StepFailed:
    """A step could not be done."""

    step: Step
    error: TinyAgentError
    seconds: float
    early: bool = False


@dataclass(frozen=True)
class StepSkipped:
    """A step was not begun: what it needs failed (`skipped`), the policy forbids it (`denied`), or it was `interrupted`."""

    step: Step
    state: State
    reason: str


Event = StepStarted | StepDone | StepFailed | StepSkipped


def event_of(report: StepReport, *, early: bool) -> Event:
    """What is told of a step that has come to its end."""
    if report.outcome is not None:
        return StepDone(report.step, report.outcome, report.seconds, early)
    if report.error is not None and report.state == "failed":
        return StepFailed(report.step, report.error, report.seconds, early)
    return StepSkipped(report.step, report.state, report.reason)


@dataclass(frozen=True)
class StepReport:
    """What came of one step.

    `outcome` is there where it is done, `error` where it failed, `reason` where it was not begun. `seconds` is
    0.0 for what was never begun. `warning` is something that the person should know though the step is done.
    """

    step: Step
    state: State
    outcome: Outcome | None = None
    error: TinyAgentError | None = None
    reason: str = ""
    seconds: float = 0.0
    warning: str = ""


@dataclass(frozen=True)
class Report:
    """What came of a plan, step by step in the plan's order. `agreement_id` is the journal's entry, "" for none."""

    plan: Plan
    steps: tuple[StepReport, ...]
    agreement_id: str = ""
    seconds: float = 0.0

    def __iter__(self) -> Iterator[StepReport]:
        return iter(self.steps)

    def step(self, number: int) -> StepReport:
        """Return what came of the step of that number. Raises KeyError."""
        for each in self.steps:
            if each.step.id == number:
                return each
        raise KeyError(number)

    @property
    def results(self) -> Mapping[int, str]:
        """The results of the steps that are done, by number."""
        return {s.step.id: s.outcome.result for s in self.steps if s.outcome is not None}

    @property
    def interrupted(self) -> bool:
        """True where the person stopped it before the end."""
        return any(s.state == "interrupted" for s in self.steps)

    @property
    def exit_code(self) -> int:
        """0 all done, 6 partly done, 7 nothing done that was asked for, 130 stopped by the person.

        A look-up that only served another step is nothing that was asked for.
        """
        if self.interrupted:
            return INTERRUPTED
        if all(s.state == "done" for s in self.steps):
            return 0
        serving = {number for s in self.steps for number in s.step.depends_on}
        wanted = [s for s in self.steps if s.step.id not in serving]
        done = any(s.state == "done" for s in wanted)
        return PartlyDoneError.exit_code if done else TinyAgentError.exit_code

    def to_json(self) -> dict[str, Any]:
        """Return the report as JSON data: `agreement`, `seconds`, and for every step what came of it."""
        return {
            "agreement": self.agreement_id,
            "seconds": round(self.seconds, 3),
            "steps": [
                {
                    "id": s.step.id,
                    "tool": s.step.tool,
                    "state": s.state,
                    "result": s.outcome.result if s.outcome else None,
                    "done": s.outcome.done if s.outcome else None,
                    "error": {"code": s.error.code, "message": str(s.error)} if s.error else None,
                    "reason": s.reason or None,
                    "warning": s.warning or None,
                    "seconds": round(s.seconds, 3),
                }
                for s in self.steps
            ],
        }
