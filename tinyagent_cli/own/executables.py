"""Executables as tools: any language, with a TOML of the same name beside it.

    description = "Say the weather of a place."
    effect = "read"
    timeout = 20
    examples = ["what is the weather in Rome"]

    [parameters.place]
    type = "text"
    description = "City or country."

The program gets one JSON object on standard input, the arguments by name (a moment as ISO 8601 text, "" where it
is left out), and writes its result to standard output. Any exit status but 0 is a failure, told with what stands on
standard error. `TINYAGENT_CALL_ID` and `TINYAGENT_NOW` are in its environment.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import difflib
import json
import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import DesktopError, UsageError
from tinyagent_cli.own import OwnTool, rules
from tinyagent_cli.plan.signature import EMPTY, Parameter, Tool

TIMEOUT = 30.0
MOST = 1_000_000
"""Seconds, and bytes of a result."""
KEYS = frozenset("name description effect word main result timeout examples parameters".split())
PARAMETER_KEYS = frozenset(
    "type description default choices key look_up end_of all_day_of".split()
)
WINDOWS = (".exe", ".bat", ".cmd", ".com")


@dataclass(frozen=True)
class Program:
    """An executable that is a tool."""

    name: str
    path: Path
    timeout: float = TIMEOUT

    def __call__(self, args: Mapping[str, Any], call: Call) -> str:
        """Run it once. Raises DesktopError."""
        given = json.dumps({name: _plain(value) for name, value in args.items()}, ensure_ascii=False)
        kept = {name: value for name, value in os.environ.items() if name not in secrets()}
        environ = {**kept, "TINYAGENT_CALL_ID": call.id, "TINYAGENT_NOW": call.now.isoformat()}
        try:
            child = subprocess.Popen(
                [str(self.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                env=environ, start_new_session=True,
            )  # fmt: skip
        except OSError as fault:
            raise DesktopError(f"{self.name}: {self.path.name} cannot be run ({fault.strerror})") from fault
        try:
            out, err = child.communicate(given.encode(), timeout=self.timeout or None)
        except subprocess.TimeoutExpired:
            _kill(child)
            raise DesktopError(
                f"{self.name} took longer than {self.timeout:g} s and was stopped; "
                "it is not known how far it came. More time: timeout = in its TOML."
            ) from None
        except BaseException:
            _kill(child)
            raise
        if child.returncode:
            why = " ".join(err.decode("utf-8", "replace").split())[-500:] or "it says nothing of why"
            raise DesktopError(f"{self.name} failed (exit status {child.returncode}): {why}")
        if len(out) > MOST:
            raise DesktopError(f"{self.name} wrote {len(out):,} bytes; at most {MOST:,} can be taken")
        return out.decode("utf-8", "replace").strip()


def secrets() -> frozenset[str]:
    """The variables that hold secret settings of this program's, which no tool needs to know."""
    from tinyagent_cli import settings

    return frozenset(settings.variable(name) for name, each in settings.names() if each.metadata.get("secret"))


def read(description: Path) -> OwnTool:
    """Read the TOML of an executable. Raises UsageError."""
    try:
        table = tomllib.loads(description.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise UsageError(f"cannot be read: {fault}") from fault
    _known(table, KEYS, "")
    parameters = table.get("parameters")
    if not isinstance(parameters, dict) or not parameters:
        raise UsageError("needs at least one parameter: [parameters.NAME] with type and description")
    name = _text(table, "name", description.stem)
    declared = tuple(_parameter(key, each) for key, each in parameters.items())
    examples = table.get("examples", [])
    if not isinstance(examples, list) or not all(isinstance(each, str) for each in examples):
        raise UsageError("examples is a list of texts")
    text = _text(table, "description")
    if text and examples:
        text += "\n\nExamples:\n" + "\n".join(f"- {each}" for each in examples)
    timeout = table.get("timeout", TIMEOUT)
    if isinstance(timeout, bool) or not isinstance(timeout, int | float) or timeout < 0:
        raise UsageError("timeout is a number of seconds; 0 sets none")
    effect: Any = _text(table, "effect")
    tool = Tool(
        name, description.stem, effect, text, declared,
        _text(table, "word", name), _text(table, "main", declared[0].name), _text(table, "result", "status"),
    )  # fmt: skip
    return OwnTool(tool, Program(name, program_of(description), float(timeout)), str(description))


def program_of(description: Path) -> Path:
    """Find the executable that a TOML describes: the same name, with any ending. Raises UsageError."""
    beside = [
        path
        for path in sorted(description.parent.glob(f"{description.stem}*"))
        if path.stem == description.stem and path.suffix != ".toml" and path.is_file()
    ]
    if not beside:
        raise UsageError(f"there is no executable {description.stem} beside it")
    runs = [path for path in beside if _runs(path)]
    if not runs:
        raise UsageError(f"{beside[0].name} is not executable; try: chmod +x {beside[0].name}")
    for path in (description, runs[0]):
        if why := rules.open_to_others(path):
            raise UsageError(why)
    return runs[0].absolute()


def _runs(path: Path) -> bool:
    return path.suffix.lower() in WINDOWS if sys.platform == "win32" else os.access(path, os.X_OK)


def _parameter(name: str, table: object) -> Parameter:
    if not isinstance(table, dict):
        raise UsageError(f"[parameters.{name}] is a table with type and description")
    _known(table, PARAMETER_KEYS, f"parameter {name}: ")
    kind: Any = table.get("type", "text")
    if kind not in EMPTY:
        raise UsageError(f"parameter {name}: its type is one of {', '.join(EMPTY)}, not {kind!r}")
    default = table.get("default", EMPTY[kind])
    return Parameter(
        name, kind, _text(table, "description"),
        tuple(default) if isinstance(default, list) else default,
        _text(table, "key", name), table.get("look_up"), table.get("end_of"), table.get("all_day_of"),
        tuple(table.get("choices", ())),
    )  # fmt: skip


def _text(table: Mapping[str, object], key: str, default: str = "") -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise UsageError(f"{key} is a text")
    return value


def _known(table: Mapping[str, object], keys: frozenset[str], where: str) -> None:
    for key in table:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            raise UsageError(f'{where}there is no key "{key}"' + (f'; did you mean "{near[0]}"?' if near else ""))


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return "" if value is None else value


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Stop the program and what it started."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            child.kill()
        else:
            os.killpg(child.pid, signal.SIGKILL)
    with contextlib.suppress(Exception):
        child.communicate(timeout=5)
