"""What every desktop is: it takes one call with its arguments resolved, does it, and says what was done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

Summarize = Callable[[str], str]
"""Makes a short text out of a long one; a model behind it."""


@dataclass(frozen=True)
class Call:
    """One agreed call, as a desktop gets it.

    `id` is unique to this step of this agreement and reaches the file written, so that nothing is done twice.
    `now` is the moment of the command, local time with its zone. `opens` is False where the call only has to
    find something out and is to open no window. `summarize` makes summaries, None where no model is there.
    """

    id: str
    now: dt.datetime
    opens: bool = True
    summarize: Summarize | None = None


@dataclass(frozen=True)
class Outcome:
    """What a call did.

    `result` is what `$k` stands for in later steps; `done` is a sentence for the person, in the past tense
    and honest about what was not done ("Draft saved; it has not been sent"). `undo` is JSON data with which the desktop can
    take the call back, None where there is nothing to take back or nothing that could be (see `beyond_recall`).
    """

    result: str
    done: str
    undo: Mapping[str, Any] | None = None
    beyond_recall: bool = False
    shown: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class Desktop(Protocol):
    """Carries calls out. Both methods may be called from several threads at once.

    `keeps_ids` is True where a call's id reaches what it makes, so that a call repeated after a crash finds its work done.
    """

    name: str
    keeps_ids: bool

    def call(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        """Carry one call out.

        Every parameter is given by name: texts as str, lists as list[str], moments as date, datetime or None,
        references already replaced by results. Raises DesktopError; NotFoundError and AmbiguousError where a
        name fits nothing or several things.
        """

    def undo(self, undo: Mapping[str, Any], *, force: bool = False) -> str:
        """Take a call back, given the `undo` of its outcome; returns a sentence.

        Raises ChangedError, with nothing touched, where the person has changed the thing since and not `force`;
        DesktopError where it cannot be done.
        """
