"""Records a command in a real terminal as an SVG: python docs/record.py OUT.svg COLUMNS COMMAND..."""

from __future__ import annotations

import io
import sys

import pexpect
from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text


def record(command: list[str], columns: int) -> str:
    """Run a command in a pseudo-terminal and return what it wrote, colours included."""
    child = pexpect.spawn(command[0], command[1:], dimensions=(60, columns), encoding="utf-8", timeout=120)
    child.expect(pexpect.EOF)
    return str(child.before)


def main() -> None:
    """Record and write."""
    out, columns, *command = sys.argv[1:]
    written = record(command, int(columns)).replace("\r\n", "\n")
    lines = [line.rpartition("\r")[2] for line in written.split("\n")]
    console = Console(record=True, width=int(columns), file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ " + " ".join(command[1:] if command[0].endswith("python") else command), style="bold"))
    console.print(Text.from_ansi("\n".join(lines).strip("\n")))
    console.save_svg(out, title="tinyagent", theme=MONOKAI)


if __name__ == "__main__":
    main()
