"""Where the parts are put together for a command: settings, tools, planner, desktop, consoles.

Everything heavy is loaded when it is first asked for.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.settings import Settings, load
from tinyagent_cli.toolbox import Toolbox, built_in
from tinyagent_cli.view.console import Screens, screens

if TYPE_CHECKING:
    from tinyagent_cli.desktops.base import Desktop
    from tinyagent_cli.own import Own
    from tinyagent_cli.planner.base import Planned, Planner
    from tinyagent_cli.planner.writer import Writer
    from tinyagent_cli.run.journal import Journal
    from tinyagent_cli.run.policy import Policy


@dataclass
class House:
    """The parts that a command works with."""

    settings: Settings
    screens: Screens
    model: str | None = None
    told_left: bool = False
    """Whether the person was told what a crash left half done."""

    @cached_property
    def own(self) -> Own:
        """The tools of one's own; what is wrong with others is said on standard error."""
        from tinyagent_cli.own.loading import read_own

        own = read_own(self.settings, built_in()).without_apps(self.settings.apps.off)
        for fault in own.faults if not self.screens.quiet else ():
            from tinyagent_cli.commands._report import say

            say(str(fault), word="note")
        return own

    @cached_property
    def toolbox(self) -> Toolbox:
        """The tools on offer."""
        return self.own.beside(built_in().without_apps(self.settings.apps.off))

    @cached_property
    def planner(self) -> Planner:
        """The planner; its model is loaded with the first plan."""
        from tinyagent_cli.resident.planner import beside

        def here() -> Planner:
            from tinyagent_cli.planner import open_planner

            return open_planner(self.settings, self.toolbox, model=self.model)

        return beside(self.settings, self.toolbox, self.model, here)

    @cached_property
    def desktop(self) -> Desktop:
        """Who carries the calls out."""
        from tinyagent_cli.commands._desktop import open_desktop

        inner = open_desktop(self.settings, self.toolbox, os.environ)
        if not self.own.tools:
            return inner
        from tinyagent_cli.desktops.own import OwnDesktop

        return OwnDesktop(inner, self.own, self.settings.folders.state)

    @cached_property
    def journal(self) -> Journal:
        """The record of what was done."""
        from tinyagent_cli.run.journal import Journal

        return Journal(self.settings.folders.state / "journal.sqlite3")

    def contacts(self) -> frozenset[str]:
        """The e-mail addresses of the person's contacts; none where the desktop cannot tell."""
        found = getattr(self.desktop, "addresses", None)
        with suppress(TinyAgentError):
            return found() if found else frozenset()
        return frozenset()

    def forget(self, before: dt.datetime) -> int:
        """Erase what was done before that moment from the journal and from the desktop's ledger; returns how many.

        What was typed in conversations before it goes too.

        Raises JournalError.
        """
        from tinyagent_cli.commands._desktop import places_of

        # The ledger is listed first: whatever stands there by then, the journal knew before it.
        ledger = list((places_of(self.settings, os.environ).state / "calls").glob("*.json"))
        from tinyagent_cli.view.typed import forget_typed

        forget_typed(self.settings.folders.state / "chat-history", before)
        gone = self.journal.purge(before)
        if gone:
            known = {entry.id for entry in self.journal.entries(limit=-1)}
            for path in ledger:
                if path.stem.rpartition("-")[0] not in known:
                    path.unlink(missing_ok=True)
        return gone

    def forget_old(self) -> None:
        """Erase what is older than the settings keep; a failure waits for the next time."""
        if days := self.settings.journal.keep_days:
            with suppress(TinyAgentError, OSError, OverflowError):
                self.forget(dt.datetime.now().astimezone() - dt.timedelta(days=days))

    @cached_property
    def policy(self) -> Policy:
        """What asks and what does not."""
        from tinyagent_cli.run.policy import Policy

        policy = Policy.of(self.settings.policy)
        home = self.settings.open.home
        return replace(policy, home=Path(home).expanduser()) if home else policy

    @cached_property
    def summarize(self) -> Writer | None:
        """What makes summaries, and words texts; None where no model can."""
        try:
            from tinyagent_cli.planner.writer import open_writer
        except ImportError:
            return None
        planner = self.__dict__.get("planner")
        return open_writer(self.settings, getattr(planner, "own", planner))  # only where it has been opened already

    def thinking(self, what: str) -> AbstractContextManager[object]:
        """Show on standard error, to a person, that something takes its time."""
        if self.screens.quiet or not self.screens.err.is_terminal:
            return nullcontext()
        return self.screens.err.status(f"{what}…", spinner="dots", spinner_style="dim")

    def say_timing(self, planned: Planned) -> None:
        """Say on standard error how long planning took, and where."""
        t = planned.timing
        self.screens.err.print(
            f"{planned.model}: load {t.load:.2f} s, retrieve {t.retrieve:.2f} s, "
            f"prefill {t.prefill:.2f} s, decode {t.decode:.2f} s",
            style="dim",
        )


def open_house(
    options: Mapping[str, Any] | None = None,
    *,
    quiet: bool = False,
    ask: bool = True,
    model: str | None = None,
    piped: bool = False,
) -> House:
    """Read the settings and open the consoles; `piped` as in `screens`. Raises SettingsError."""
    settings = load({**(options or {}), "planner.model": model})
    return House(settings, screens(quiet=quiet, ask=ask, piped=piped), model)
