"""Taking back what was done for an agreement, and doing it once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tinyagent_cli.desktops.base import Desktop
from tinyagent_cli.errors import ChangedError, DesktopError, UsageError
from tinyagent_cli.run.entries import Entry, StepEntry
from tinyagent_cli.run.journal import Journal

Fate = Literal["taken back", "nothing to take back", "beyond recall", "kept"]


Agreed = Callable[[StepEntry, ChangedError], bool]
"""Shows the person what they have changed since, and asks whether it is to be taken back all the same."""


@dataclass(frozen=True)
class Undone:
    """What became of one step; `str()` is the sentence.

    `kept`: it stands, because the person changed it since or the desktop could not; it can be tried again.
    """

    number: int
    fate: Fate
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def undo(
    journal: Journal, desktop: Desktop, entry_id: str | None = None, *, force: bool = False, agreed: Agreed | None = None
) -> list[Undone]:
    """Take back an agreement (the last one that is not taken back yet), what was done last first.

    What the person has changed since stays, unless `force` or `agreed` to: its fate is `kept` and the entry stays
    undoable.
    Raises UsageError where there is no such agreement, it was taken back already or done on another desktop;
    JournalError.
    """
    entry = journal.entry(entry_id) if entry_id else _last(journal)
    if entry.desktop != desktop.name:
        raise UsageError(
            f"{entry.id} was done on the desktop {entry.desktop}, and this is {desktop.name}. "
            f"Try: --desktop {entry.desktop}"
        )
    with journal.under_way(entry.id):
        entry = journal.entry(entry.id)
        if entry.undone is not None:
            raise UsageError(f"{entry.id} was taken back already, on {entry.undone:%Y-%m-%d at %H:%M}.")
        fates = take_back(entry, journal, desktop, force=force, agreed=agreed)
        if not any(fate.fate == "kept" for fate in fates):
            journal.undone(entry.id)
    return fates


def take_back(
    entry: Entry, journal: Journal, desktop: Desktop, *, force: bool = False, agreed: Agreed | None = None
) -> list[Undone]:
    """Take back the steps of an agreement that is held (`Journal.under_way`). Raises JournalError."""
    steps = [s for s in entry.steps if s.state == "done" and s.effect != "read" and s.undone is None]
    return [_one(step, journal, desktop, force, agreed) for step in sorted(steps, key=lambda s: -s.order)]


def redo(journal: Journal, entry_id: str | None = None) -> Entry:
    """Return the agreement (the last one) whose plan is to be confirmed and carried out once more.

    Its `plan` and `command` go into a new `Execution`, which has an agreement id of its own, so that everything
    is made anew. Moments stay as they were agreed to. Raises UsageError, JournalError.
    """
    if entry_id:
        return journal.entry(entry_id)
    last = journal.last()
    if last is None:
        raise UsageError("There is nothing to do again: the journal is empty.")
    return last


def _last(journal: Journal) -> Entry:
    undoable = journal.undoable()
    if not undoable:
        raise UsageError("There is nothing to take back.")
    return undoable[0]


def _one(step: StepEntry, journal: Journal, desktop: Desktop, force: bool, agreed: Agreed | None) -> Undone:
    if step.beyond_recall and step.undo is None:
        return Undone(step.number, "beyond recall", f"Beyond recall: {step.done}")
    if step.undo is None:
        return Undone(step.number, "nothing to take back", f"Nothing to take back: {step.done}")
    try:
        try:
            sentence = desktop.undo(step.undo, force=force)
        except ChangedError as fault:
            if agreed is None or not agreed(step, fault):
                raise
            sentence = desktop.undo(step.undo, force=True)
    except DesktopError as fault:
        return Undone(step.number, "kept", str(fault))
    journal.step_undone(step.id)
    if step.beyond_recall:
        return Undone(step.number, "beyond recall", f"{sentence} The rest is beyond recall: {step.done}")
    return Undone(step.number, "taken back", sentence)
