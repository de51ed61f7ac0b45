"""From a plan to what came of it: look up, show, ask, do, report. What `run`, `execute`, `demo` and `redo` share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tinyagent_cli.commands import _recovering, _replanning, _wording
from tinyagent_cli.commands._report import emit, envelope
from tinyagent_cli.errors import (
    AmbiguousError,
    NotConfirmedError,
    NotFoundError,
    RefusedError,
    TinyAgentError,
)
from tinyagent_cli.plan.model import Plan, Step

if TYPE_CHECKING:
    from tinyagent_cli.commands._house import House
    from tinyagent_cli.planner.dialects.tinyagent import Again
    from tinyagent_cli.run.agreed import How
    from tinyagent_cli.run.executor import Execution
    from tinyagent_cli.run.policy import Verdict
    from tinyagent_cli.run.replanning import Deed
    from tinyagent_cli.run.report import Report
    from tinyagent_cli.view.progress import Progress


@dataclass(frozen=True)
class Wish:
    """A plan with what it is for. `extra` goes into the JSON beside the plan.

    `early` has looked things up while the plan was written; `previous` are the plans for it that failed,
    `done` is what these have done.
    """

    plan: Plan
    now: dt.datetime
    command: str = ""
    tools: tuple[str, ...] = ()
    reason: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)
    early: Execution | None = field(default=None, repr=False)
    previous: tuple[Again, ...] = ()
    done: frozenset[Deed] = frozenset()


@dataclass(frozen=True)
class Manner:
    """How a plan is to be carried out. `back` is what takes it back; with `echo` the command is shown above its plan.

    `on_entry` is told the journal's entry of every plan that was carried out.
    """

    name: str
    yes: bool = False
    dry_run: bool = False
    as_json: bool = False
    back: str = "tinyagent undo"
    echo: bool = True
    on_entry: Callable[[str], None] = field(default=lambda _: None, repr=False)


def carry_out(house: House, wish: Wish, manner: Manner) -> int:
    """Carry a plan out and say what came of it; returns the exit code. Raises TinyAgentError."""
    return Carrying(house, wish, manner).go()


class Carrying:
    """One plan on its way."""

    def __init__(self, house: House, wish: Wish, manner: Manner) -> None:
        from tinyagent_cli.run.agreed import Agreed
        from tinyagent_cli.view.progress import Progress

        self.guard, self.known = Agreed(house.policy, house.toolbox), frozenset[str]()
        self.contacts = frozenset[str]()
        self.house, self.wish, self.manner = house, wish, manner
        self.out, self.err = house.screens.out, house.screens.err
        quiet = house.screens.quiet or manner.as_json
        self.progress: Progress = Progress(self.err, wish.plan, house.toolbox, wish.now, quiet=quiet)

    def go(self) -> int:
        """Look up, show, ask, do, report; returns the exit code."""
        if not self.wish.plan.steps:
            return self.refused()
        if not self.manner.dry_run and not self.progress.quiet:
            _recovering.offer(self.house, ask=self.house.screens.person and not self.manner.yes)
        execution = _wording.worded(self, self.execution())
        verdict = self.look(execution)
        if self.manner.dry_run:
            return self.only_shown(execution, verdict)
        while True:
            answer = self.ask(verdict)
            if answer == "yes":
                self.guard.given(verdict, self.how(verdict), self.known, self.contacts)
                break
            if answer == "no":
                return self.not_confirmed("nothing was done")
            execution = self.edited(execution)
            if not self.wish.plan.steps:
                return self.not_confirmed("the plan is empty: nothing was done")
            verdict = self.look(execution)
        with self.progress.shown():
            report = execution.carry_out()
        self.manner.on_entry(report.agreement_id)
        self.house.forget_old()
        return _replanning.after(self, report)

    def execution(self) -> Execution:
        """Start an execution that asks this person and tells this terminal."""
        from tinyagent_cli.run.executor import Execution

        house, wish = self.house, self.wish
        execution = Execution(
            wish.plan,
            house.toolbox,
            house.desktop,
            now=wish.now,
            command=wish.command,
            journal=None if self.manner.dry_run else house.journal,
            summarize=house.summarize,
            choose=self.choose if house.screens.person else None,
            guard=self.guard,
            on_event=self.progress.event,
        )
        if wish.early:
            execution.take_over(wish.early)
        return execution

    def look(self, execution: Execution) -> Verdict:
        """Look up what needs no agreement, judge the plan and show it."""
        from tinyagent_cli.run.policy import writes_to_somebody

        _wording.look_up(self, execution)
        args = {step.id: execution.resolved(step) for step in self.wish.plan.steps}
        self.known = self.house.journal.known_addresses()
        self.contacts = self.house.contacts() if writes_to_somebody(self.wish.plan, self.house.toolbox) else frozenset()
        verdict = self.house.policy.verdict(self.wish.plan, self.house.toolbox, args, self.known, self.contacts)
        self.show(execution, verdict)
        return verdict

    def show(self, execution: Execution, verdict: Verdict) -> None:
        """Show the whole plan: as the result where it is only looked at, otherwise beside the result."""
        if self.manner.as_json or (
            self.house.screens.quiet and not self.manner.dry_run and self.agreed(verdict)
        ):
            return
        from tinyagent_cli.view import plan_view
        from tinyagent_cli.view.confirm import marks_of

        screen = self.out if self.manner.dry_run else self.err
        for line in plan_view.heading(self.wish.command if self.manner.echo else "", self.wish.tools):
            screen.print(line)
        if self.wish.command:
            screen.print()
        progress = self.progress
        screen.print(
            plan_view.PlanView(
                self.wish.plan, self.house.toolbox, self.wish.now,
                execution.results, progress.states, marks_of(verdict), progress.says,
            )
        )  # fmt: skip
        _wording.show_texts(screen, self.wish.plan, self.house.toolbox, execution.results)

    def ask(self, verdict: Verdict) -> str:
        """Get an agreement: yes, no or edit. Raises NotConfirmedError where nobody can be asked."""
        if self.everything_denied(verdict):
            reasons = "; ".join(dict.fromkeys(d.reason for d in verdict.denied))
            raise NotConfirmedError(f"the policy forbids it: {reasons}")
        if self.agreed(verdict):
            return "yes"
        left = self.left(verdict)
        if not self.house.screens.person:
            raise NotConfirmedError(self.nobody(left))
        from tinyagent_cli.plan import notation
        from tinyagent_cli.view.confirm import confirm
        from tinyagent_cli.view.explain import explained

        def explain() -> None:
            text = notation.write(self.wish.plan, self.house.toolbox)
            for line in explained(self.wish.plan, self.house.toolbox, verdict, self.house.desktop.name, text):
                self.err.print(line)

        return confirm(self.err, left, explain)

    def left(self, verdict: Verdict) -> Verdict:
        """What is still to be asked."""
        return verdict.with_yes() if self.manner.yes else verdict

    def agreed(self, verdict: Verdict) -> bool:
        """True where nothing is to be asked."""
        left = self.left(verdict)
        return left.rule != "ask" and not left.own_yes and not left.typed_word

    def how(self, verdict: Verdict) -> How:
        """How a plan was agreed to."""
        return "yes" if self.manner.yes else "allowed" if self.agreed(verdict) else "asked"

    def nobody(self, left: Verdict) -> str:
        """Say why nothing is done where nobody can be asked."""
        if self.manner.yes:
            steps = "; ".join(f"step {d.step}: {d.reason}" for d in left.own_yes) or "this plan"
            return f"{steps} needs an answer at a terminal, which --yes does not give; nothing was done"
        return "nobody is there to be asked; nothing was done. To agree beforehand: --yes; to only look: --dry-run"

    def everything_denied(self, verdict: Verdict) -> bool:
        """True where no step that does something may be done."""
        denied = {decision.step for decision in verdict.denied}
        acting = {
            s.id for s in self.wish.plan.steps if (t := self.house.toolbox.get(s.tool)) and t.effect != "read"
        }
        return bool(denied) and acting <= denied

    def edited(self, execution: Execution) -> Execution:
        """Let the person edit the plan until it is a good one."""
        from tinyagent_cli.commands._editing import edit_plan

        plan = edit_plan(self.err, self.wish, self.house.toolbox)
        self.wish = replace(self.wish, plan=plan)
        self.progress.follow(plan)
        return execution.with_plan(plan)

    def choose(self, step: Step, fault: AmbiguousError | NotFoundError) -> str | None:
        """Ask the person which one is meant, or what to take instead; None leaves the step."""
        from tinyagent_cli.view.ask import instead, pick_from

        with self.progress.paused():
            if not isinstance(fault, AmbiguousError):
                return instead(self.err, str(fault), self.house.toolbox[step.tool].result)
            try:
                return pick_from(self.err, fault)
            except NotConfirmedError:
                return None

    def data(self) -> dict[str, Any]:
        """The plan as data."""
        from tinyagent_cli.view.plan_json import now_text, steps_of

        return {
            "query": self.wish.command,
            "now": now_text(self.wish.now),
            "tools": list(self.wish.tools),
            "steps": steps_of(self.wish.plan),
            **self.wish.extra,
        }

    def refused(self) -> int:
        """Say that the tools cannot do it."""
        fault = RefusedError(self.wish.reason or "none of the tools can do that")
        if not self.manner.as_json:
            raise fault
        data = {**self.data(), "refused": True, "reason": str(fault)}
        emit(
            envelope(
                self.manner.name,
                fault.code,
                fault.exit_code,
                data,
                [{"code": fault.code, "message": str(fault)}],
            )
        )
        return fault.exit_code

    def not_confirmed(self, why: str) -> int:
        """Nobody agreed."""
        raise NotConfirmedError(why)

    def only_shown(self, execution: Execution, verdict: Verdict) -> int:
        """End a dry run."""
        if self.manner.as_json:
            decisions = {str(n): {"rule": d.rule, "reason": d.reason} for n, d in verdict.decisions.items()}
            found = {str(n): result for n, result in execution.results.items()}
            data = {**self.data(), "results": found, "policy": decisions}
            emit(envelope(self.manner.name, "dry-run", 0, data))
        elif not self.house.screens.quiet:
            from tinyagent_cli.view.plan_view import summary

            self.err.print(f"\n{summary(self.wish.plan, self.house.toolbox)}. Nothing was done.", style="dim")
        return 0

    def reported(self, report: Report) -> int:
        """Say what was done and what was not."""
        from tinyagent_cli.run.joiner import join
        from tinyagent_cli.view.report_view import show_report

        ending = join(report, self.house.toolbox)
        code = report.exit_code
        if self.manner.as_json:
            status = {0: "done", 6: "partly-done", 130: "interrupted"}.get(code, "failed")
            errors = [{**error_of_step(s.error), "step": s.step.id} for s in report if s.error is not None]
            told = {"answer": ending.answer, "done": list(ending.done), "not_done": list(ending.not_done)}
            emit(
                envelope(
                    self.manner.name,
                    status,
                    code,
                    {**self.data(), "report": report.to_json(), **told},
                    errors,
                )
            )
        else:
            show_report(self.out, self.err, report, ending, back=self.manner.back, quiet=self.house.screens.quiet)
        return code


def error_of_step(fault: TinyAgentError) -> dict[str, Any]:
    """A step's failure as data."""
    return {"code": fault.code, "message": str(fault)}
