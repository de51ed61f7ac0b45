"""Columns of text whose last one wraps under itself, without spaces at the ends of lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

LEAST = 16
"""The least room for the last column; where there is less, it goes under the others."""


@dataclass(frozen=True)
class Columns:
    """Rows of cells; a row of one cell is a heading and spans all."""

    rows: Sequence[Sequence[Text]]
    gap: int = 2
    indent: int = 2

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render for the console's width."""
        wide = [row for row in self.rows if len(row) > 1]
        count = max((len(row) for row in wide), default=1) - 1
        widths = [max(cell_len(row[i].plain) for row in wide if i < len(row) - 1) for i in range(count)]
        for row in self.rows:
            yield from self._row(row, widths, console, options.max_width) if len(row) > 1 else row

    def _row(
        self, row: Sequence[Text], widths: Sequence[int], console: Console, width: int
    ) -> Iterator[Text]:
        line = Text(" " * self.indent)
        for cell, size in zip(row[:-1], widths, strict=False):
            line += cell + Text(" " * (size - cell_len(cell.plain) + self.gap))
        room = width - cell_len(line.plain)
        hang = cell_len(line.plain)
        if room < LEAST:
            line.rstrip()
            yield line
            hang = self.indent + 2
            line, room = Text(" " * hang), width - hang
        for wrapped in row[-1].wrap(console, max(room, LEAST), overflow="fold") or [Text()]:
            wrapped.rstrip()
            line += wrapped
            line.rstrip()
            yield line
            line = Text(" " * hang)
