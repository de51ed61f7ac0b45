"""The command line: one module a command, named as the command is, thin: parse, call, show.

A module of this package whose name has no leading underscore is a command. It has an `app`, a typer
application with one function for a plain command, or several for a group. Adding a command is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path
from types import ModuleType

ORDER = (
    "demo", "init", "run", "plan", "execute", "listen", "chat", "history", "undo", "redo",
    "tools", "models", "config", "doctor", "mcp", "serve", "learn", "eval", "bench", "completion",
)  # fmt: skip
"""How `--help` lists the commands; any other comes after these, by name."""

_GROUP = re.compile(r'^app = typer\.Typer\([^)]*?help="(?P<help>[^"]+)"', re.MULTILINE)
_PLAIN = re.compile(r'^@app\.command.*?"""(?P<help>.+?)(?:\n\n|""")', re.MULTILINE | re.DOTALL)
"""Where a command says what it does: in its group, else at the top of its function's docstring."""


def names() -> list[str]:
    """Return the names of the commands that there are."""
    found = {
        module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"
    }
    return [name for name in ORDER if name in found] + sorted(found - set(ORDER))


def load(name: str) -> ModuleType:
    """Import the module of a command."""
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")


def summary(name: str) -> str:
    """What a command does, as its help says first; read off its file, for loading them all takes longer than the help."""
    text = (Path(__path__[0]) / f"{name.replace('-', '_')}.py").read_text(encoding="utf-8")
    several = len(re.findall(r"^@app\.(?:command|callback)", text, re.MULTILINE)) > 1
    said = (_GROUP.search(text) if several else None) or _PLAIN.search(text)
    return said["help"] if said else ""
