"""Carries a plan out: LLMCompiler's task fetching (Kim et al., arXiv 2312.04511, section 4.2).

    execution = Execution(plan, toolbox, desktop, now=now, command=text, journal=journal, choose=pick, on_event=show)
    execution.look_up()               # addresses and paths, before the question
    execution.results                 # {1: "sid@example.com"}, so that the question shows real addresses
    report = execution.carry_out()    # after the agreement

A step starts as soon as what it refers to is there; independent steps run at the same time, each on a thread.
Any thread that settles a step starts those that waited for it. The thread that called `look_up` or `carry_out`
waits, asks the person what has to be asked, and takes Ctrl-C.
"""

from __future__ import annotations

import datetime as dt
import logging
import queue
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Literal

from tinyagent_cli.desktops.base import Desktop, Summarize
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError, TinyAgentError
from tinyagent_cli.plan.model import Plan, Step, Value
from tinyagent_cli.run import order
from tinyagent_cli.run.arguments import put_in
from tinyagent_cli.run.board import Board, Choose, Unclear
from tinyagent_cli.run.doing import Before, DeniedError, Doing, Guard
from tinyagent_cli.run.interrupt import taking_interrupts
from tinyagent_cli.run.journal import Journal, JournalError
from tinyagent_cli.run.report import Event, Report, StepReport, StepStarted, event_of
from tinyagent_cli.toolbox import Toolbox

__all__ = ["Before", "Choose", "Execution", "Guard", "new_agreement_id"]

Phase = Literal["idle", "looking", "carrying"]

POLL = 0.2
"""Seconds after which the waiting thread looks again by itself; it is woken long before."""
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"
_log = logging.getLogger(__name__)


def new_agreement_id() -> str:
    """Return a new identifier of an agreement: ten letters and digits that are hard to mistake."""
    return "".join(secrets.choice(_LETTERS) for _ in range(10))


class Execution:
    """One plan under way.

    `plan` is the plan so far, `agreement_id` the journal's entry, `results` what is known so far.
    """

    def __init__(
        self, plan: Plan, toolbox: Toolbox, desktop: Desktop, *,
        now: dt.datetime, command: str = "", agreement_id: str | None = None, journal: Journal | None = None,
        summarize: Summarize | None = None, choose: Choose | None = None, guard: Guard | None = None,
        on_event: Callable[[Event], None] | None = None, before: Before | None = None, workers: int = 8,
    ) -> None:  # fmt: skip
        """`plan` may be empty (`Plan()`) where the steps come one by one (`add`).

        `now` is the moment of the command, with its zone. `toolbox` is the whole of it, not only what was retrieved.
        `choose` is called on the thread that called `look_up` or `carry_out`, never two at once. `on_event` is
        called from several threads, one at a time. `workers` is the most steps at the same time. `before` is
        given by recovery alone, which holds the agreement (`Journal.under_way`).
        """
        known = before or Before()
        self._doing = Doing(
            toolbox, desktop, now, agreement_id or new_agreement_id(), summarize, guard, known.args
        )
        self._command, self._journal, self._choose, self._on_event = command, journal, choose, on_event
        self._resumed, self._before, self._workers = before is not None, known, max(1, workers)
        # Reentrant, as `on_event` runs under it, so that events come in order, and may ask for results.
        self._lock = threading.RLock()
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._board = Board(toolbox, known)
        self._phase: Phase = "idle"
        self._slow = self._stopping = self._asking = self._agreed = False
        for step in plan.steps:
            self._board.take(step)

    @property
    def agreement_id(self) -> str:
        """The journal's entry, once it is agreed to; a step's call id is `<agreement_id>-<number>`."""
        return self._doing.agreement_id

    @property
    def plan(self) -> Plan:
        """The plan, as far as it is written."""
        with self._lock:
            return self._board.plan

    @property
    def results(self) -> dict[int, str]:
        """The results known so far, by step number."""
        with self._lock:
            return self._board.results

    @property
    def failures(self) -> dict[int, TinyAgentError]:
        """The steps that have failed so far, such as look-ups that found nothing."""
        with self._lock:
            return self._board.failures

    def resolved(self, step: Step) -> dict[str, Value]:
        """Return the arguments with the results put in that are known; `$k` stays where it is not."""
        results = self.results
        return {name: put_in(value, results.get) for name, value in step.args.items()}

    def add(self, step: Step) -> None:
        """Take a step of a plan that is still being written; a look-up starts at once, in the background.

        What has to be asked about it waits for `look_up` or `carry_out`.
        """
        with self._lock:
            self._board.take(step)
            if self._phase == "idle":
                self._phase = "looking"
        self._advance()

    def look_up(self, *, slow: bool = False) -> None:
        """Run what needs no agreement: `read` steps, and `open` steps whose results others need (no window opens).

        Failures stay with their steps (`carry_out` reports them); results are kept and never asked for again.
        Reads of whole documents (summaries) wait for `carry_out`, unless `slow`. Ctrl-C raises
        KeyboardInterrupt: nothing has been agreed to yet.
        """
        with self._lock:
            self._phase, self._slow = "looking", slow
        try:
            self._serve()
        finally:
            with self._lock:
                self._phase = "idle"
        if self._stopping:
            raise KeyboardInterrupt

    def carry_out(self) -> Report:
        """Run all that is left. Call it when the person has agreed.

        Raises JournalError before anything is done where the agreement cannot be written down.
        Ctrl-C stops it cleanly: nothing new starts, what runs ends, the report says what was not done; a
        second Ctrl-C raises KeyboardInterrupt at once.
        """
        began = time.monotonic()
        plan = self.plan
        # What only finds things out leaves no trace.
        journal = self._journal if any(self._effect(s) != "read" for s in plan.steps) else None
        held = journal.under_way(self.agreement_id) if journal and not self._resumed else nullcontext()
        with self._taking_interrupts(), held:
            self._serve()  # look-ups that were started as the plan was written
            if journal:
                self._agree(journal, plan)
            with self._lock:
                self._phase = "carrying"
            self._serve()
            self._give_up_rest()
            steps = tuple(self._board.settled[s.id] for s in plan.steps)
            # An outcome that could not be written down keeps the agreement open, for the next start to see to.
            if journal and not any(s.warning for s in steps):
                with suppress(JournalError):
                    journal.end(self.agreement_id)
        return Report(plan, steps, self.agreement_id if journal else "", time.monotonic() - began)

    def stop(self) -> None:
        """Start nothing new; safe from any thread and from a signal handler."""
        self._stopping = True
        self._wake.put(None)

    def with_plan(self, plan: Plan) -> Execution:
        """Return an execution of an edited plan that keeps what was already looked up."""
        of = self._doing
        other = Execution(
            plan, of.toolbox, of.desktop, now=of.now, command=self._command, agreement_id=of.agreement_id,
            journal=self._journal, summarize=of.summarize, choose=self._choose, guard=of.guard,
            on_event=self._on_event, workers=self._workers,
        )  # fmt: skip
        other._doing.kept.update(of.kept)
        return other

    def take_over(self, early: Execution) -> None:
        """Keep what another execution has looked up while the plan was written; what it still does is waited for."""
        early.stop()
        while early._board.running:
            with suppress(queue.Empty):
                early._wake.get(timeout=POLL)
        self._doing.kept.update(early._doing.kept)

    # The steps and their order; all under the lock.

    def _effect(self, step: Step) -> str:
        tool = self._doing.toolbox.get(step.tool)
        return tool.effect if tool else "read"

    def _advance(self) -> None:
        """Start every step whose time has come, and skip those whose time cannot come any more."""
        with self._lock:
            board = self._board
            for step in () if self._stopping else board.open_steps():
                broken = board.broken(step)
                if broken is not None:
                    if self._phase == "carrying":
                        self._settle(board.skipped(step, broken))
                elif len(board.running) < self._workers and board.ready(step) and self._may_run(step):
                    self._start(step)

    def _may_run(self, step: Step) -> bool:
        if self._phase != "looking":
            return self._phase == "carrying"
        return self._board.looks_up(step, slow=self._slow) and self._doing.may_look(step)

    def _settle(self, report: StepReport, *, early: bool = False) -> None:
        with self._lock:
            self._board.running.discard(report.step.id)
            self._board.settled[report.step.id] = report
            self._emit(event_of(report, early=early))
        self._wake.put(None)

    def _emit(self, event: Event) -> None:
        if self._on_event is None:
            return
        try:
            self._on_event(event)
        except Exception:  # noqa: BLE001 (a fault in the display must not leave a step half accounted for)
            _log.exception("on_event failed")

    # One step, on a thread of its own.

    def _start(self, step: Step) -> None:
        early = self._phase == "looking"
        self._board.running.add(step.id)
        self._emit(StepStarted(step, early))
        # Daemons: a second Ctrl-C leaves at once; files are written whole, and the journal knows what was under way.
        threading.Thread(target=self._work, args=(step, early), name=self._doing.call_id(step), daemon=True).start()

    def _work(self, step: Step, early: bool) -> None:
        began = time.monotonic()
        try:
            journal = self._journal if self._agreed else None
            report = self._doing.do(step, self.plan.steps, self.results, journal, self._board.instead.get(step.id, {}))
        except DeniedError as fault:
            report = StepReport(step, "denied", reason=str(fault))
        except TinyAgentError as fault:
            if isinstance(fault, AmbiguousError | NotFoundError) and self._put_question(step, fault):
                return
            report = StepReport(step, "failed", error=fault)
        except Exception as fault:  # noqa: BLE001 (whatever a tool does wrong, its step is what fails)
            _log.debug("%s failed", step.tool, exc_info=True)
            error = DesktopError(f"{step.tool} failed unexpectedly: {type(fault).__name__}: {fault}")
            report = StepReport(step, "failed", error=error)
        self._settle(replace(report, seconds=time.monotonic() - began), early=early)
        self._advance()

    # The waiting thread.

    def _taking_interrupts(self) -> AbstractContextManager[None]:
        return taking_interrupts(self.stop, lambda: self._stopping or self._asking)

    def _serve(self) -> None:
        """Wait until nothing runs and nothing can start, asking what there is to ask."""
        with self._taking_interrupts():
            while True:
                with self._lock:
                    # In one go: nothing can end unseen between the starting and the counting.
                    self._advance()
                    question = self._board.questions[0] if self._board.questions and not self._stopping else None
                    idle = not self._board.running
                if question:
                    self._ask(*question)
                elif idle:
                    return
                else:
                    with suppress(queue.Empty):
                        self._wake.get(timeout=POLL)

    def _put_question(self, step: Step, fault: Unclear) -> bool:
        """Leave the question to the waiting thread; False where nobody can be asked, or has been already."""
        if self._choose is None or step.id in self._board.asked:
            return False
        with self._lock:
            self._board.running.discard(step.id)
            self._board.questions.append((step, fault))
        self._wake.put(None)
        return True

    def _ask(self, step: Step, fault: Unclear) -> None:
        assert self._choose is not None
        self._asking = True
        try:
            answer = self._choose(step, fault)
        except KeyboardInterrupt:
            self.stop()
            return
        finally:
            self._asking = False
        with self._lock:
            self._board.asked.add(step.id)
            self._board.questions.remove((step, fault))
            tool = self._doing.tool(step)
            if answer is None:
                self._settle(StepReport(step, "failed", error=fault))
            elif tool.effect == "read":
                journal = self._journal if self._agreed else None
                self._settle(self._doing.chosen(step, self.results, journal, answer))
            else:
                # A path or an identifier stands for the name when the desktop is asked again.
                self._board.instead[step.id] = {order.unclear_argument(tool, step, fault): answer}

    def _agree(self, journal: Journal, plan: Plan) -> None:
        """Write the agreement down, with what was looked up for it. Raises JournalError."""
        of = self._doing
        found = [
            (step, of.tool(step).effect, of.args(step, self.results), report.outcome)
            for step in plan.steps
            if (report := self._board.settled.get(step.id)) and report.outcome and step.id not in self._before.outcomes
        ]
        journal.agree(self.agreement_id, plan, self._command, of.desktop.name, of.now, found)
        self._agreed = True

    def _give_up_rest(self) -> None:
        """Settle what was never begun."""
        with self._lock:
            self._board.questions.clear()
            for report in self._board.left(stopped=self._stopping):
                self._settle(report)
