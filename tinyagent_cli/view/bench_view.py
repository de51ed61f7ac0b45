"""The figures of a machine as a table, and that table as a picture."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from tinyagent_cli.errors import UsageError

if TYPE_CHECKING:
    from tinyagent_cli.measuring import Figure

WIDTH = 72


def page(machine: Mapping[str, Any], figures: Sequence[Figure]) -> Group:
    """What was measured, on what."""
    table = Table(box=None, pad_edge=False)
    table.add_column("figure")
    table.add_column("here", justify="right")
    table.add_column("", style="dim")
    table.add_column("aim, two cores", justify="right", style="dim")
    for f in figures:
        aim = "" if f.most is None else f"{_shown(f.most)} {f.unit}"
        style = "" if f.most is None else "green" if f.value <= f.most else "yellow"
        table.add_row(f.name, Text(_shown(f.value), style), f.unit, aim)
    threads = machine["threads"] or {"write": "?", "read": "?"}
    lines = (
        f"{machine['processor']}, {machine['cores']} cores",
        f"{machine['model']}, llama-cpp-python {machine['llama-cpp-python']}, Python {machine['python']}",
        f"threads: {threads['write']} to write, {threads['read']} to read",
    )
    return Group(*(Text(line, "dim") for line in lines), Text(), table)


def draw(machine: Mapping[str, Any], figures: Sequence[Figure], file: Path) -> None:
    """Write the table as an SVG. Raises UsageError where the file cannot be written."""
    console = Console(record=True, file=io.StringIO(), width=WIDTH, force_terminal=True, color_system="truecolor")
    console.print(page(machine, figures))
    try:
        file.write_text(console.export_svg(title="tinyagent bench"), encoding="utf-8")
    except OSError as fault:
        raise UsageError(f"{file}: cannot be written ({fault.strerror})") from fault


def _shown(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
