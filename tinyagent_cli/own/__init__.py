"""Tools of one's own: Python functions, executables, packages and servers that lend theirs.

    <config>/tools/dice.py                  functions marked `@tool`; the body is the implementation
    <config>/tools/weather + weather.toml   an executable: arguments as JSON on standard input
    entry points of the group `tinyagent.tools`
    [mcp.servers.NAME] in the settings      tools of a Model Context Protocol server

A broken one is reported by name (`Own.faults`) and does not stop the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.toolbox import Toolbox

Run = Callable[[Mapping[str, Any], Call], object]
"""Carries a call out, given every argument as `Desktop.call` gets it; returns the result, or an Outcome."""


@dataclass(frozen=True)
class OwnTool:
    """A tool, what carries it out, and where it comes from: a file, a package, a server."""

    tool: Tool
    run: Run
    origin: str


@dataclass(frozen=True)
class Fault:
    """Something that could not be made a tool, and why."""

    origin: str
    message: str

    def __str__(self) -> str:
        return f"{self.origin}: {self.message}"


@dataclass(frozen=True)
class Own:
    """The tools of one's own, in their order, and what was wrong with others."""

    tools: tuple[OwnTool, ...] = ()
    faults: tuple[Fault, ...] = ()

    def get(self, name: str) -> OwnTool | None:
        """Return the tool of that name, or None."""
        return next((each for each in self.tools if each.tool.name == name), None)

    def beside(self, built_in: Toolbox) -> Toolbox:
        """Return the built-in toolbox with these tools after its own."""
        return Toolbox((*built_in.tools, *(each.tool for each in self.tools)), built_in.functions)

    def without_apps(self, apps: Iterable[str]) -> Own:
        """Return it without the tools of switched-off apps."""
        off = set(apps)
        return Own(tuple(each for each in self.tools if each.tool.app not in off), self.faults)


def outcome(own: OwnTool, result: object) -> Outcome:
    """Make an Outcome of what a tool of one's own returned; nothing it does can be taken back."""
    if isinstance(result, Outcome):
        return result
    text = "" if result is None else str(result).strip()
    first = text.splitlines()[0] if text else "done"
    return Outcome(
        text,
        f"{own.tool.name}: {first if len(first) <= 200 else first[:197] + '...'}",
        beyond_recall=own.tool.effect in {"create", "send"},
    )
