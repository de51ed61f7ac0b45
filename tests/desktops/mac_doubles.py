"""Stands where macOS would: what reaches it is kept, and every call is held against the script that would take it."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from tinyagent_cli import toolbox
from tinyagent_cli.desktops.applescript import Value, encoded
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop

SCRIPTS = sorted(toolbox.built_in_directory().glob("*/macos.applescript"))
CALL = Call(id="call-1", now=dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC))
Answer = Sequence[str] | Callable[..., Sequence[str]]


def parameters_of(text: str) -> dict[str, list[str]]:
    """The handlers of a script, each with the names of its parameters."""
    found = re.findall(r"^on (\w+)\(([^)]*)\)", text, re.MULTILINE)
    return {name: [p.strip() for p in inside.split(",") if p.strip()] for name, inside in found}


class RecordingRunner:
    """Answers as told and keeps (app, handler, arguments)."""

    def __init__(self, **answers: Answer) -> None:
        self.answers: Mapping[str, Answer] = answers
        self.calls: list[tuple[str, str, list[Value]]] = []
        self.lock = threading.Lock()

    def run(self, script: Path, handler: str, arguments: Sequence[Value], timeout: float) -> list[str]:
        assert timeout > 0
        handlers = parameters_of(script.read_text("utf-8"))
        assert len(handlers[handler]) == len(arguments), f"{handler} takes {handlers[handler]}"
        encoded(arguments)
        with self.lock:
            self.calls.append((script.parent.name, handler, list(arguments)))
        answer = self.answers[handler]
        return list(answer(*arguments) if callable(answer) else answer)

    def named(self, handler: str) -> list[Value]:
        """The arguments of the one call of a handler."""
        (found,) = [arguments for _, name, arguments in self.calls if name == handler]
        return found


class Programs:
    """Keeps the argument vectors of `open` and `mdfind`; `mdfind` finds what it is told to."""

    def __init__(self, *found: Path) -> None:
        self.found = found
        self.commands: list[list[str]] = []

    def __call__(self, command: Sequence[str], timeout: float) -> bytes:
        self.commands.append(list(command))
        return b"".join(str(path).encode() + b"\0" for path in self.found)


class SharedDesktop:
    """The desktop behind, for what is the same everywhere."""

    name = "open"

    def __init__(self) -> None:
        self.calls: list[tuple[str, Mapping[str, Any]]] = []

    def call(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        self.calls.append((tool, args))
        return Outcome("shared", "Done elsewhere.", {"kind": "app"})

    def undo(self, undo: Mapping[str, Any], *, force: bool = False) -> str:
        return "Undone elsewhere."


def mac(runner: RecordingRunner | None = None, programs: Programs | None = None) -> MacDesktop:
    """A desktop on doubles."""
    return MacDesktop(runner or RecordingRunner(), programs=programs or Programs(), shared=SharedDesktop())
