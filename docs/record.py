"""Records what a terminal shows at the end of a command, as an SVG; needs tmux.

    python docs/record.py OUT.svg COLUMNS LINES COMMAND...

The question whether to do it is answered with yes.
"""

from __future__ import annotations

import io
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

SESSION = "tinyagent-record"
QUESTION = "[no]"


def tmux(*arguments: str) -> str:
    """Ask tmux for something."""
    return subprocess.run(["tmux", *arguments], capture_output=True, text=True, check=True).stdout


def record(command: list[str], columns: int, lines: int) -> str:
    """Run a command in a terminal of its own and return the screen once nothing changes, colours included."""
    tmux("new-session", "-d", "-s", SESSION, "-x", str(columns), "-y", str(lines), *command, ";", "set", "remain-on-exit", "on")
    answered = False
    try:
        while "pane_dead=1" not in tmux("display", "-t", SESSION, "-p", "pane_dead=#{pane_dead}"):
            if not answered and QUESTION in tmux("capture-pane", "-t", SESSION, "-p"):
                tmux("send-keys", "-t", SESSION, "y", "Enter")
                answered = True
            time.sleep(0.2)
        return tmux("capture-pane", "-t", SESSION, "-e", "-p")
    finally:
        tmux("kill-session", "-t", SESSION)


def main() -> None:
    """Record and write."""
    out, columns, lines, *command = sys.argv[1:]
    screen = record(command, int(columns), int(lines))
    kept = [line for line in screen.rstrip().split("\n") if "Pane is dead" not in line]
    console = Console(record=True, width=int(columns), file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text("$ " + " ".join([Path(command[0]).name, *command[1:]]), style="bold"))
    console.print(Text.from_ansi("\n".join(kept).strip("\n")))
    console.save_svg(out, title="tinyagent", theme=MONOKAI)


if __name__ == "__main__":
    main()
