"""The command line: one module a command, named as the command is, thin: parse, call, show.

A module of this package whose name has no leading underscore is a command. It has an `app`, a typer
application with one function for a plain command, or several for a group. Adding a command is adding a file.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

ORDER = (
    "demo", "init", "run", "plan", "execute", "listen", "chat", "history", "undo", "redo",
    "tools", "models", "config", "doctor", "mcp", "serve", "learn", "eval", "bench", "completion",
)  # fmt: skip
"""How `--help` lists the commands; any other comes after these, by name."""


def names() -> list[str]:
    """Return the names of the commands that there are."""
    found = {
        module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"
    }
    return [name for name in ORDER if name in found] + sorted(found - set(ORDER))


def load(name: str) -> ModuleType:
    """Import the module of a command."""
    return importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
