"""The desktop of open formats: real effects in files that other programs read.

What an app does is in `tools/<app>/open.py`, a function for each of its tools, called as
`function(desk, call, **arguments)` with this desktop as `desk`.
"""

from __future__ import annotations

import importlib
import inspect
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.once import Ledger
from tinyagent_cli.desktops.places import Places
from tinyagent_cli.desktops.undoing import take_back
from tinyagent_cli.errors import DesktopError, TinyAgentError
from tinyagent_cli.toolbox import Toolbox

Opener = Callable[[str], bool]
"""Shows a path or a URL in the program for it; False where there is none."""


@dataclass(frozen=True)
class ZoomCredentials:
    """What Zoom's server-to-server OAuth asks for, and where Zoom is."""

    account_id: str
    client_id: str
    client_secret: str = field(repr=False)
    oauth: str = "https://zoom.us/oauth/token"
    api: str = "https://api.zoom.us/v2"


MOST_SHOWN = 20_000
"""Bytes of a file made that the journal keeps, so that a change of it can be shown before it is taken back."""


def is_text(data: bytes) -> bool:
    """Whether it can be shown."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class OpenDesktop:
    """Carries calls out in files of open formats. Every method may be called from several threads at once."""

    name = "open"
    keeps_ids = True

    def __init__(
        self,
        places: Places,
        toolbox: Toolbox,
        *,
        opener: Opener | None = None,
        zoom_credentials: Callable[[], ZoomCredentials | None] = lambda: None,
    ) -> None:
        """`opener` shows files and pages, the system's own where None; `zoom_credentials` is asked at need."""
        self.places = places
        self.toolbox = toolbox
        self.ledger = Ledger(places.state)
        self.zoom_credentials = zoom_credentials
        self.opener = opener or system_opener

    def call(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        """Carry one call out; see `Desktop.call`. Raises DesktopError and its kinds."""
        module = self.module_of(tool)
        function = getattr(module, tool, None)
        declared = self.toolbox.get(tool)
        if function is None or declared is None:
            raise DesktopError(
                f"The desktop “open” cannot do {tool}: {module.__file__} has no function for it."
            )
        given: dict[str, Any] = {}
        for parameter in declared.parameters:
            value = args.get(parameter.name, None if parameter.kind == "moment" else parameter.default)
            if parameter.kind == "list":
                value = [str(v) for v in value or ()]
            given[parameter.name] = None if parameter.kind == "moment" and value == "" else value
        try:
            outcome = function(self, call, **given)
        except TinyAgentError:
            raise
        except ModuleNotFoundError as fault:
            raise DesktopError(
                f"{tool} needs the Python package {fault.name}, which is not installed. "
                f"Install it with: pip install {fault.name}"
            ) from fault
        except OSError as fault:
            where = fault.filename or "a file"
            raise DesktopError(f"{tool} failed at {where}: {fault.strerror or fault}.") from fault
        assert isinstance(outcome, Outcome)
        return outcome

    def undo(self, undo: Mapping[str, Any], *, force: bool = False) -> str:
        """Take a call back; see `Desktop.undo`.

        What the files cannot tell (a meeting at Zoom) is taken back by the app's own `take_back(desk, undo, force)`.
        """
        if undo.get("kind") == "app":
            return str(self.module_of(str(undo.get("tool"))).take_back(self, undo, force))
        return take_back(self.places.state, undo, force=force)

    def addresses(self) -> frozenset[str]:
        """Return the e-mail addresses of the person's contacts, in small letters. Raises DesktopError."""
        found: frozenset[str] = self.module_of("get_email_address").every_address(self)
        return found

    def show(self, target: str | Path, call: Call) -> bool:
        """Show a path or a web address in the person's program for it; False where nothing was shown."""
        if not call.opens:
            return False
        text = str(target)
        if not text.startswith(("/", "https://", "http://", "geo:")):
            return False
        return self.opener(text)

    def module_of(self, tool: str) -> ModuleType:
        """Import `tools/<app>/open.py`, by its app's package, so that relative imports work in it."""
        function = self.toolbox.functions.get(tool)
        if function is None or tool not in self.toolbox:
            raise DesktopError(f"No tool is called {tool}, or its app is switched off.")
        package = inspect.unwrap(function).__module__
        try:
            return importlib.import_module(f"{package}.open")
        except ModuleNotFoundError as fault:
            if fault.name and not fault.name.startswith(package):
                raise DesktopError(
                    f"{tool} needs the Python package {fault.name}. Install it with: pip install {fault.name}"
                ) from fault
            raise DesktopError(
                f"The app of {tool} has no open.py, so that the desktop “open” cannot do it."
            ) from fault

    def undo_of_new(self, path: Path, data: bytes, made: list[Path] | None = None) -> dict[str, Any]:
        """The `undo` of a call that wrote a new file (and made directories for it)."""
        undo = {
            "kind": "created", "path": str(path), "sha256": files.digest(data), "made": [str(p) for p in made or []],
        }  # fmt: skip
        return undo | ({"was": data.decode()} if len(data) <= MOST_SHOWN and is_text(data) else {})


PROGRAMS = {
    ".desktop", ".sh", ".bash", ".zsh", ".fish", ".csh", ".py", ".pyw", ".pl", ".rb", ".php", ".lua", ".exe", ".bat", ".cmd", ".com",
    ".msi", ".ps1", ".vbs", ".jar", ".jnlp", ".appimage", ".run", ".bin", ".out", ".elf", ".scpt", ".app", ".command", ".url", ".webloc",
    ".deb", ".rpm", ".flatpakref", ".flatpakrepo", ".snap", ".service",
}  # fmt: skip
"""Endings of what runs, installs, or leads elsewhere when it is opened."""


def system_opener(target: str) -> bool:
    """Hand a path or URL to the system's opener, as one argument, and do not wait for it.

    Programs are never opened: to find a file is not to run it.
    """
    if target.startswith("/"):
        given = Path(target)
        for path in (given, Path(os.path.realpath(given))):
            runs = path.is_file() and not path.suffix and os.access(path, os.X_OK)
            if runs or path.suffix.lower() in PROGRAMS:
                return False
    shown = sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    program = shutil.which("open" if sys.platform == "darwin" else "xdg-open")
    if not (shown and program):
        return False
    try:
        subprocess.Popen(
            [program, target],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    except OSError:
        return False
    return True
