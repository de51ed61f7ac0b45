"""What the documents tell a reader to type, taken out of them.

A fenced block `sh` holds commands alone; in `console` a command begins with `$ ` and its output stands below.
What cannot be run here says so where the reader sees it, in a comment: `# not tried: needs a microphone`, at the
end of a line for that line, as the first line for the block.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MARK = "# not tried:"
FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n]*\n(?P<body>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, the line it begins at, its language and text."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """The page and the line."""
        return f"{self.page.relative_to(ROOT).as_posix()}:{self.line}"


def blocks(page: Path, *languages: str) -> list[Block]:
    """Every fenced block of a page in one of these languages."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, m.start()) + 1, m["language"], m["body"])
        for m in FENCE.finditer(text)
        if m["language"] in languages
    ]


def script(block: Block) -> str:
    """What a reader would type of a block; empty where nothing of it can be tried."""
    text = typed(block.text) if block.language == "console" else block.text
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and lines[0].lstrip().startswith(MARK):
        return ""
    return "".join(f"{line}\n" for line in lines if MARK not in line)


def left_out(block: Block) -> list[str]:
    """The reasons given for what is not tried."""
    return [line.partition(MARK)[2].strip() for line in block.text.splitlines() if MARK in line]


def typed(text: str) -> str:
    """The commands of a console: from each prompt on, for as long as a quote is open."""
    out: list[str] = []
    pending = ""
    for line in text.splitlines():
        if pending:
            pending += "\n" + line
        elif line.startswith("$ "):
            pending = line[2:]
        else:
            continue
        try:
            shlex.split(pending, comments=True)
        except ValueError:
            continue
        out.append(pending)
        pending = ""
    return "\n".join(out) + "\n" if out else ""


def mentioned(page: Path) -> list[str]:
    """The commands of the program that stand within sentences and tables: `tinyagent undo`."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    return [code for code in CODE.findall(text) if code.split()[0] == "tinyagent" and len(code.split()) > 1]
