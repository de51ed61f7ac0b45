"""Runs handlers of AppleScript files: scripts are constant text, what a command says travels beside as data.

A script file has a handler for each thing it can do and one named `dispatch`; `macos.applescript`, beside
this module, stands before it and reads the arguments. Nothing is ever put into script text.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from tinyagent_cli.errors import DesktopError

Value = str | int | bool | Sequence[str] | Sequence[int]
"""What a handler takes; a date is the list [year, month, day, seconds since midnight], empty for none."""

COMMON = Path(__file__).with_name("macos.applescript")
LOST_TIME = (
    "it may have been done all the same: look before trying again. If {app} or macOS shows a question, "
    "answer it; if {app} hangs, quit and reopen it"
)
PERMISSION = (
    "tick {app} under System Settings > Privacy & Security > Automation for the program that tinyagent "
    "runs in (your terminal), then try again"
)
REMEDIES = {
    -1712: ("did not answer in time", LOST_TIME),
    -1743: ("may not be controlled from here", PERMISSION),
    -1744: ("has not been allowed yet to be controlled from here", PERMISSION),
    -10004: ("refused for lack of a permission", PERMISSION),
    -600: ("is not running and could not be started", "open {app} once by hand, then try again"),
    -609: ("dropped the connection", "quit and reopen {app}, look whether it was done, then try again"),
    -128: ("reports that it was cancelled", "try again and answer its question"),
    -1728: ("no longer has what was asked for", "look whether it was moved or removed"),
    -2740: ("does not understand the script", "this version of {app} is not known here: please report it"),
    -2741: ("does not understand the script", "this version of {app} is not known here: please report it"),
}


class ScriptError(DesktopError):
    """A script did not end well. `number` is AppleScript's error number, None where there is none."""

    def __init__(self, app: str, number: int | None, detail: str = "") -> None:
        self.app, self.number, self.detail = app, number, detail
        what, remedy = REMEDIES.get(number or 0, ("could not do it", "look at {app}, then try again"))
        said = f": {detail}" if detail and number not in REMEDIES else ""
        code = f" (error {number})" if number is not None else ""
        super().__init__(f"{app} {what}{said}{code}: {remedy.format(app=app)}")


class ScriptTimeoutError(ScriptError):
    """A script was ended because its time was over."""

    def __init__(self, app: str, seconds: float) -> None:
        super().__init__(app, -1712, f"ended after {seconds:g} seconds")


class Runner(Protocol):
    """Calls one handler of a script file. May be called from several threads at once."""

    def run(self, script: Path, handler: str, arguments: Sequence[Value], timeout: float) -> list[str]:
        """Return the texts that the handler answers; `timeout` in seconds.

        Raises ScriptError, its `app` being the name of the script's folder; DesktopError where no script
        can be run at all.
        """


def source(script: Path) -> str:
    """The whole text of a script: the shared part and the file's own."""
    return COMMON.read_text("utf-8") + "\n" + script.read_text("utf-8")


def app_name(script: Path) -> str:
    """The application that a script speaks to, by its folder."""
    return script.parent.name.capitalize()


def encoded(arguments: Sequence[Value]) -> list[str]:
    """Arguments as osascript takes them, texts only: a type before each value, and a length before a list.

    Needs no separator and no escaping, so that every text arrives as it is. Raises DesktopError for what
    cannot be an argument of a program: NUL characters and half surrogate pairs.
    """
    words: list[str] = []
    for argument in arguments:
        if isinstance(argument, bool):
            words += ["flag", "true" if argument else "false"]
        elif isinstance(argument, int):
            words += ["number", str(argument)]
        elif isinstance(argument, str):
            words += ["text", argument]
        else:
            words += ["list", str(len(argument)), *map(str, argument)]
    for word in words:
        checked(word)
    return words


def checked(text: str) -> None:
    """Raise DesktopError where a text cannot be handed to another program."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise DesktopError(f"the text {text[:40]!r} contains broken characters: retype it") from None
    if "\0" in text:
        raise DesktopError(f"the text {text[:40]!r} contains a NUL character: take it out")


def decoded(output: str) -> list[str]:
    """What the shared part of a script wrote: one text a line, line breaks and backslashes escaped."""
    output = output.removesuffix("\n")
    plain = {"n": "\n", "r": "\r", "\\": "\\"}
    return [re.sub(r"\\([nr\\])", lambda m: plain[m[1]], line) for line in output.split("\n")]


class OsascriptRunner:
    """Runs scripts in a program of their own, which can be ended when its time is over, from any thread."""

    def __init__(self, program: str = "osascript") -> None:
        self.program = program

    def run(self, script: Path, handler: str, arguments: Sequence[Value], timeout: float) -> list[str]:
        """See Runner. The script goes to standard input: after `-`, everything is an argument."""
        app = app_name(script)
        command = [self.program, "-", handler, *encoded(arguments)]
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
        except FileNotFoundError:
            raise DesktopError(
                f"{self.program} is not there: the desktop macos works on macOS only. Use the desktop open"
            ) from None
        except OSError as fault:
            raise DesktopError(
                f"{self.program} could not be started: {fault.strerror}. Try a shorter text"
            ) from fault
        try:
            output, errors = process.communicate(source(script).encode("utf-8"), timeout)
        except subprocess.TimeoutExpired:
            raise ScriptTimeoutError(app, timeout) from None
        finally:
            # Also on Ctrl-C: nothing goes on behind the person's back.
            if process.poll() is None:
                end(process)
        if process.returncode != 0:
            raise failed(app, errors.decode("utf-8", "replace"))
        return decoded(output.decode("utf-8", "replace"))


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def failed(app: str, errors: str) -> ScriptError:
    """Read what osascript says: `FILE:FROM:TO: execution error: MESSAGE (NUMBER)`."""
    found = re.search(r"(?:error: )?([^\n]*?)\s*\((-?\d+)\)\s*$", errors.strip())
    if not found:
        return ScriptError(app, None, errors.strip()[-300:])
    return ScriptError(app, int(found[2]), found[1].rpartition("error: ")[2])


class InProcessRunner:
    """Runs scripts inside this program through py-applescript, which hands over typed values.

    NSAppleScript belongs to the main thread and cannot be ended from outside: only the scripts' own
    `with timeout` bounds a call. Therefore OsascriptRunner comes first where there is a choice.
    """

    def __init__(self) -> None:
        self._scripts: dict[Path, Any] = {}
        self._lock = threading.Lock()

    def run(self, script: Path, handler: str, arguments: Sequence[Value], timeout: float) -> list[str]:
        """See Runner. Raises DesktopError outside the main thread."""
        del timeout
        if threading.current_thread() is not threading.main_thread():
            raise DesktopError("AppleScript inside the program runs in its main thread only: use osascript")
        import applescript

        encoded(arguments)  # for its complaints alone
        with self._lock:
            try:
                compiled = self._scripts.get(script)
                if compiled is None:
                    compiled = self._scripts[script] = applescript.AppleScript(source(script))
                answer = compiled.call(handler, *(typed(argument) for argument in arguments))
            except applescript.ScriptError as fault:
                raise ScriptError(app_name(script), fault.number, fault.message) from fault
        return [str(item) for item in answer or []]


def typed(argument: Value) -> str | int | bool | list[str] | list[int]:
    """A value as py-applescript packs it: it knows lists, not every sequence."""
    return argument if isinstance(argument, (str, int)) else list(argument)  # type: ignore[return-value]


def default_runner() -> Runner:
    """Return what runs scripts here: osascript where it is, as calls come from threads and have to end."""
    import importlib.util
    import shutil

    if shutil.which("osascript") is None and importlib.util.find_spec("applescript") is not None:
        return InProcessRunner()
    return OsascriptRunner()
