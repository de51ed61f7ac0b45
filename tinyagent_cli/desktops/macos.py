"""The desktop `macos`: the system's own apps, asked by AppleScript; files by Spotlight; maps by URL.

What a tool does here stands in its app's folder, as `tools/<app>/macos.py` and `macos.applescript`. A tool
without such a function is carried out by the desktop `open`, which needs nothing of macOS for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib
import inspect
import subprocess
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from tinyagent_cli import toolbox as tools
from tinyagent_cli.desktops.applescript import Runner, Value, default_runner
from tinyagent_cli.desktops.base import Call, Desktop, Outcome
from tinyagent_cli.errors import ChangedError, DesktopError
from tinyagent_cli.plan.signature import Tool

Programs = Callable[[Sequence[str], float], bytes]
"""Runs a program by its argument vector, within so many seconds; returns what it wrote."""

TIMEOUT = 60.0
"""Seconds for one script. Longer than the 45 that the scripts give an app to answer, so that the app's own
time-out, which says more, comes first."""


class MacDesktop:
    """Carries calls out on macOS.

    `runner` runs scripts, `programs` runs `mdfind` and `open`, `shared` does what is the same everywhere
    (Zoom, the text of PDF files); `toolbox` are the tools known.
    """

    name = "macos"
    keeps_ids = False

    def __init__(
        self,
        runner: Runner | None = None,
        *,
        programs: Programs | None = None,
        shared: Desktop | None = None,
        toolbox: tools.Toolbox | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.runner = runner or default_runner()
        self.programs = programs or run_program
        self.timeout = timeout
        self.toolbox = toolbox or tools.built_in()
        self._shared = shared
        self._guard = threading.Lock()
        self._app_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def call(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        """See Desktop.call."""
        known = self.toolbox.get(tool)
        if known is None:
            raise DesktopError(f"there is no tool {tool}")
        function = getattr(self._module(tool), tool, None)
        if function is None:
            return self.shared.call(tool, args, call)
        try:
            outcome: Outcome = function(self, call, **complete(known, args))
        except OSError as fault:
            raise DesktopError(f"{tool} failed at {fault.filename or 'a file'}: {fault.strerror}") from fault
        except (IndexError, ValueError) as fault:
            raise DesktopError(
                f"{tool} got an answer that is not understood: look whether it was done"
            ) from fault
        if outcome.undo is not None:
            outcome = replace(outcome, undo={"desktop": self.name, "tool": tool, **outcome.undo})
        return outcome

    def undo(self, undo: Mapping[str, Any], *, force: bool = False) -> str:
        """See Desktop.undo."""
        if undo.get("desktop") != self.name:
            return self.shared.undo(undo, force=force)
        function = getattr(self._module(str(undo.get("tool"))), "undo", None)
        if function is None:
            raise DesktopError(f"nothing is known here that takes {undo.get('tool')} back")
        try:
            return str(function(self, undo, force=force))
        except (KeyError, IndexError, ValueError) as fault:
            raise DesktopError(
                f"the record of {undo.get('tool')} is incomplete: take it back by hand"
            ) from fault

    @property
    def shared(self) -> Desktop:
        """The desktop for what is the same everywhere. Raises DesktopError where there is none."""
        if self._shared is None:
            raise DesktopError("the desktop macos cannot do this, and no other desktop stands behind it")
        return self._shared

    def script(self, app: str, handler: str, *arguments: Value) -> tuple[str, list[str]]:
        """Call a handler of an app's script; returns its status and the texts after it.

        One script at a time an app, as Mail and others time out under parallel ones; waiting for one's turn
        does not count as time. Raises ScriptError.
        """
        path = tools.built_in_directory() / app / "macos.applescript"
        with self._guard:
            lock = self._app_locks[app]
        with lock:
            answer = self.runner.run(path, handler, arguments, self.timeout)
        if not answer or not answer[0]:
            raise DesktopError(f"{app.capitalize()} gave no answer: look there whether it was done")
        return answer[0], answer[1:]

    def show(self, target: str) -> None:
        """Open a file or a URL by the system's opener. Raises DesktopError."""
        self.programs(["/usr/bin/open", target], 30)

    def find(self, query: str, folder: Path) -> list[Path]:
        """Files under a folder for which Spotlight's query holds. Raises DesktopError."""
        output = self.programs(["/usr/bin/mdfind", "-0", "-onlyin", str(folder), query], 30)
        return [Path(part) for part in output.decode("utf-8", "surrogateescape").split("\0") if part]

    def _module(self, tool: str) -> ModuleType | None:
        """The `macos` module beside the declaration of a tool, None where there is none."""
        function = self.toolbox.functions.get(tool)
        if function is None:
            return None
        name = f"{inspect.unwrap(function).__module__}.macos"
        try:
            with self._guard:
                return importlib.import_module(name)
        except ModuleNotFoundError as fault:
            if fault.name is None or not name.startswith(fault.name):
                raise DesktopError(f"tool {tool} cannot be used here: {fault}") from fault
            return None


def complete(tool: Tool, args: Mapping[str, Any]) -> dict[str, Any]:
    """Every parameter of a tool by name: what is not given has its default, an empty moment is None."""
    given: dict[str, Any] = {}
    for parameter in tool.parameters:
        value = args.get(parameter.name, parameter.default)
        if parameter.kind == "list":
            value = [str(item) for item in value or ()]
        given[parameter.name] = (value or None) if parameter.kind == "moment" else value
    return given


def run_program(command: Sequence[str], timeout: float) -> bytes:
    """Run a program; returns what it wrote. Raises DesktopError with what it complains of."""
    name = Path(command[0]).name
    try:
        done = subprocess.run(
            list(command), stdin=subprocess.DEVNULL, capture_output=True, timeout=timeout, check=False
        )
    except FileNotFoundError:
        raise DesktopError(
            f"{command[0]} is not there: the desktop macos works on macOS only. Use the desktop open"
        ) from None
    except subprocess.TimeoutExpired:
        raise DesktopError(f"{name} did not end within {timeout:g} seconds: try again") from None
    except (OSError, ValueError) as fault:
        raise DesktopError(f"{name} could not be started: {fault}") from fault
    if done.returncode != 0:
        raise DesktopError(f"{name} failed: {done.stderr.decode('utf-8', 'replace').strip()[-300:]}")
    return done.stdout


def clock(moment: dt.date | dt.datetime | None) -> list[int]:
    """A moment as scripts take it: year, month, day, seconds since midnight, by this machine's clock.

    Empty for none.
    """
    if moment is None:
        return []
    if not isinstance(moment, dt.datetime):
        return [moment.year, moment.month, moment.day, 0]
    local = moment.astimezone() if moment.tzinfo else moment
    return [local.year, local.month, local.day, local.hour * 3600 + local.minute * 60 + local.second]


def words_of(moment: dt.date | dt.datetime) -> str:
    """A moment for a person, the day of the week with it."""
    if not isinstance(moment, dt.datetime):
        return f"{moment:%A %Y-%m-%d}"
    return f"{moment:%A %Y-%m-%d at %H:%M}"


def seal(facts: Sequence[str]) -> str:
    """A fingerprint of what an app holds, by which undo sees whether the person changed it since.

    Contents and not the modification date: synchronising with a server moves the date of what nobody touched.
    """
    return hashlib.sha256("\0".join(facts).encode("utf-8", "surrogatepass")).hexdigest()


def take_back(
    undo: Mapping[str, Any],
    force: bool,
    *,
    facts: tuple[str, list[str]],
    what: str,
    delete: Callable[[], tuple[str, list[str]]],
) -> str:
    """Delete what a call created, unless it is gone, or was changed since and not `force`.

    Raises DesktopError.
    """
    status, now = facts
    if status == "missing":
        return f"{what} is not there any more: nothing to take back."
    if not force and seal(now) != undo["seal"]:
        raise ChangedError(f"{what} was changed since: left as it is", "\n".join(filter(None, now)))
    status, _ = delete()
    return f"Removed {what}." if status == "ok" else f"{what} is not there any more: nothing to take back."
