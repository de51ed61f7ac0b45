"""What macOS lets this program do: each app is asked for something harmless, which is also what makes macOS ask the person.

Mail and Messages have nothing harmless to be asked for; macOS asks about them at the first draft and the first text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tinyagent_cli.desktops.applescript import Runner
from tinyagent_cli.errors import DesktopError

PROBES: Mapping[str, str] = {
    "calendar": "calendar_names", "contacts": "related_names", "notes": "folder_names", "reminders": "list_names",
}  # fmt: skip
"""The handler of each app's script that only looks."""
SECONDS = 60.0
"""How long a person may take to answer macOS's own question."""


@dataclass(frozen=True)
class Permission:
    """Whether one app may be spoken to; `remedy` is empty where it may."""

    app: str
    allowed: bool
    said: str = ""
    remedy: str = ""


def permissions(runner: Runner, tools: Path) -> Iterator[Permission]:
    """Ask every app, one after the other; `tools` is the folder of the built-in tools."""
    for app, handler in PROBES.items():
        try:
            runner.run(tools / app / "macos.applescript", handler, [], SECONDS)
        except DesktopError as fault:
            said, _, remedy = str(fault).partition(": ")
            yield Permission(app, allowed=False, said=said, remedy=remedy)
        else:
            yield Permission(app, allowed=True)
