"""After a crash: what was under way, and what can be done about it.

A step with an intent and no outcome may or may not have taken effect. A desktop that knows its calls by their
id (`Desktop.keeps_ids`) is asked again under the same id, and does what is not done yet; what is sent is never
sent again, nor is anything asked again of a desktop that does not keep ids.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tinyagent_cli.desktops.base import Call, Desktop
from tinyagent_cli.errors import DesktopError, TinyAgentError
from tinyagent_cli.plan.model import Step, Value
from tinyagent_cli.plan.signature import Effect
from tinyagent_cli.run import order
from tinyagent_cli.run import undo as undoing
from tinyagent_cli.run.arguments import put_in
from tinyagent_cli.run.entries import Entry, StepEntry
from tinyagent_cli.run.executor import Before, Execution
from tinyagent_cli.run.journal import Journal, JournalError
from tinyagent_cli.run.report import Report
from tinyagent_cli.run.undo import Undone
from tinyagent_cli.toolbox import Toolbox


@dataclass(frozen=True)
class Left:
    """An agreement that a crash cut short: steps that are done, that were under way, that were never begun.

    Steps that only look something up are in none of them.
    """

    entry: Entry
    done: tuple[StepEntry, ...]
    under_way: tuple[StepEntry, ...]
    not_begun: tuple[Step, ...]

    def sentences(self) -> list[str]:
        """Say it to the person, a line a step."""
        what = self.entry.command or "a plan"
        return [
            f"“{what}”, agreed to on {self.entry.at:%Y-%m-%d at %H:%M}, was cut short.",
            *(f"Done: {s.done}" for s in self.done),
            *(f"Under way, and not known whether done: {s.tool}, step {s.number}." for s in self.under_way),
            *(f"Not begun: {s.tool}, step {s.id}." for s in self.not_begun),
        ]


def left(journal: Journal) -> list[Left]:
    """Return what crashes have left behind, oldest first; what another process is at just now is not in it.

    What had come to its end but for the last word is ended here, and not returned. Raises JournalError.
    """
    out = []
    for entry in journal.unfinished():
        acting = [s for s in entry.steps if s.effect != "read"]
        each = Left(
            entry,
            tuple(s for s in acting if s.state == "done"),
            tuple(s for s in acting if s.state == "begun"),
            tuple(step for step in entry.plan.steps if entry.step(step.id) is None),
        )
        if each.under_way or each.not_begun:
            out.append(each)
        else:
            with suppress(JournalError):
                journal.end(entry.id)
    return out


def finish(each: Left, journal: Journal, toolbox: Toolbox, desktop: Desktop, **options: Any) -> Report:
    """Do what is left of it. `options` are Execution's (choose, guard, on_event, summarize).

    Nothing that is done is done again. Raises DesktopError where it was begun on another desktop, JournalError
    where another process is at it.
    """
    _same_desktop(each.entry, desktop)
    with journal.under_way(each.entry.id):
        entry = journal.entry(each.entry.id)
        failures: dict[int, TinyAgentError] = {
            s.number: DesktopError(s.error) for s in entry.steps if s.state == "failed"
        }
        for step in entry.steps:
            if step.state == "begun" and not _repeatable(desktop, step.effect):
                failures[step.number] = _unclear(step)
                journal.failure(entry.id, entry.plan.step(step.number), str(_unclear(step)))
        before = Before(
            outcomes={s.number: o for s in entry.steps if (o := s.outcome)},
            failures=failures,
            args={s.number: s.args for s in entry.steps if s.state == "begun" and s.number not in failures},
        )
        return Execution(
            entry.plan, toolbox, desktop, now=entry.now, command=entry.command, agreement_id=entry.id,
            journal=journal, before=before, **options,
        ).carry_out()  # fmt: skip


def agreed_args(entry: Entry, toolbox: Toolbox) -> dict[int, dict[str, Value]]:
    """Return the arguments as the person saw them when they agreed: what had been looked up by then is put in."""
    steps = entry.plan.steps
    found = {s.number: s.result for s in entry.steps if s.state == "done"}
    seen = {s.id: found[s.id] for s in steps if s.id in found and order.is_look_up(s, steps, toolbox, slow=False)}
    return {s.id: {name: put_in(value, seen.get) for name, value in s.args.items()} for s in steps}


def take_back(
    each: Left, journal: Journal, desktop: Desktop, *, force: bool = False, agreed: undoing.Agreed | None = None
) -> list[Undone]:
    """Take back what was done of it; what was under way is settled first, so that it is known how to undo it.

    Raises DesktopError where it was begun on another desktop, JournalError.
    """
    _same_desktop(each.entry, desktop)
    with journal.under_way(each.entry.id):
        entry = journal.entry(each.entry.id)
        unclear = [s for s in entry.steps if s.state == "begun" and s.effect in {"create", "send"}]
        fates = [fate for step in unclear if (fate := _settled(step, entry, journal, desktop))]
        fates += undoing.take_back(journal.entry(entry.id), journal, desktop, force=force, agreed=agreed)
        journal.end(entry.id)
        if not any(fate.fate == "kept" for fate in fates):
            journal.undone(entry.id)
    return fates


def leave(each: Left, journal: Journal) -> None:
    """Leave everything as it is, and do not speak of it again. Raises JournalError."""
    with journal.under_way(each.entry.id):
        for step in each.under_way:
            journal.failure(each.entry.id, each.entry.plan.step(step.number), str(_unclear(step)))
        journal.end(each.entry.id)


def _settled(step: StepEntry, entry: Entry, journal: Journal, desktop: Desktop) -> Undone | None:
    """Find out how a step can be undone by asking the desktop for it once more, under its id."""
    planned = entry.plan.step(step.number)
    if not _repeatable(desktop, step.effect):
        error: TinyAgentError = _unclear(step)
    else:
        try:
            outcome = desktop.call(step.tool, step.args, Call(step.id, entry.now, opens=False))
        except TinyAgentError as fault:
            error = fault
        else:
            journal.outcome(entry.id, planned, step.effect, step.args, outcome)
            return None
    journal.failure(entry.id, planned, str(error))
    return Undone(step.number, "beyond recall" if step.effect == "send" else "kept", str(error))


def _repeatable(desktop: Desktop, effect: Effect | str) -> bool:
    return effect in {"read", "open"} or (effect == "create" and desktop.keeps_ids)


def _unclear(step: StepEntry) -> DesktopError:
    return DesktopError(
        f"Step {step.number}, {step.tool}, was under way when the program was cut off: it is not known whether it was "
        "done, and it was not done again. Look there."
    )


def _same_desktop(entry: Entry, desktop: Desktop) -> None:
    if entry.desktop != desktop.name:
        raise DesktopError(
            f"{entry.id} was begun on the desktop {entry.desktop}, and this is {desktop.name}. "
            f"Try: --desktop {entry.desktop}"
        )
