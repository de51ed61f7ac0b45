"""A download on a terminal: a bar with size, speed and time left; elsewhere a line when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text

from tinyagent_cli.view.text import visible


class Bar:
    """What is told of one download after the other."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        self.console, self.quiet = console, quiet
        self.bars = console.is_terminal and not quiet
        self.progress = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), DownloadColumn(),
            TransferSpeedColumn(), TimeRemainingColumn(compact=True), console=console, transient=True,
            disable=not self.bars,
        )  # fmt: skip
        self.task = self.progress.add_task("", total=None, visible=False)

    @contextmanager
    def shown(self) -> Iterator[Bar]:
        """Show it as long as the block lasts."""
        with self.progress:
            yield self

    def sized(self, file: str, done: int, total: int) -> None:
        """A file begins, or goes on at `done` bytes."""
        self.progress.reset(self.task, total=total, completed=done, visible=True, description=visible(file))
        going_on = f", going on at {done / 1e6:,.1f} MB" if done else ""
        self._line(f"{file}: {total / 1e6:,.1f} MB{going_on}")

    def moved(self, done: int) -> None:
        """So many bytes of it are there."""
        self.progress.update(self.task, completed=done)

    def waiting(self, file: str) -> None:
        """Another process is at it."""
        self.progress.update(
            self.task, description=visible(f"{file}: waiting for another download of it"), visible=True
        )
        self._line(f"{file}: another process is fetching it; waiting")

    def verifying(self, file: str) -> None:
        """All of it is there, and its checksum is worked out."""
        self.progress.update(self.task, description=visible(f"{file}: verifying"))

    def reading(self, file: str, total: int) -> Callable[[int], None]:
        """A file is read from the disk; returns what to call as it goes on."""
        self.progress.reset(self.task, total=total, visible=True, description=visible(f"{file}: verifying"))
        return self.moved

    def _line(self, text: str) -> None:
        if not self.bars and not self.quiet:
            self.console.print(Text(visible(text), "dim"))
