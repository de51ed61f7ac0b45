"""A small real desktop: it keeps what it does in a folder, waits and fails where it is told to."""

from __future__ import annotations

import datetime as dt
import json
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tinyagent_cli import toolbox
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.errors import ChangedError, NotFoundError
from tinyagent_cli.plan.model import Moment, Plan, Step, Value

TOOLS = toolbox.built_in()
NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=ZoneInfo("Europe/Rome"))
CONTACTS = {
    "Sid": "sid@example.com",
    "Lutfi": "lutfi@example.com",
    "team": "ana@example.com, bo@example.com",
    "mom": "+39 055 1234",
    "broken": "$1",
}
Hook = Callable[[str, Mapping[str, Any], Call], None]


class Folder:
    """Does each call once, by its id: `<id>.json` in the folder. `world.log` has a line for every real effect.

    A text is sent each time it is called for, for nobody can see from outside whether one has gone out.
    """

    name = "folder"
    keeps_ids = True

    def __init__(self, folder: Path, hook: Hook | None = None) -> None:
        self.folder, self.hook = folder, hook
        self.calls: list[tuple[str, dict[str, Any], Call]] = []
        self.lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def call(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        with self.lock:
            self.calls.append((tool, dict(args), call))
        if self.hook:
            self.hook(tool, args, call)
        if tool in {"get_email_address", "get_phone_number"}:
            found = CONTACTS.get(args["name"])
            if found is None:
                raise NotFoundError(f"No contact is called “{args['name']}”.")
            return Outcome(found, f"{args['name']}: {found}.")
        if tool == "open_and_get_file_path":
            return Outcome(f"/home/me/{args['file_name']}", f"Opened {args['file_name']}.")
        if tool == "summarize_pdf":
            return Outcome("Short.", "Summarized it.")
        if tool == "open_note":
            return Outcome("Milk, eggs", f"Opened the note {args['name']}.")
        if tool == "send_sms":
            self.happened(call.id)
            return Outcome("sent", f"Sent “{args['message']}”.", beyond_recall=True)
        return self.written(tool, args, call)

    def written(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        text = json.dumps({"tool": tool, **args}, default=str)
        path = self.folder / f"{call.id}.json"
        if not path.exists():
            # The line and the file are one: a call cut off between them finds its line when it comes again.
            if call.id not in self.world():
                self.happened(call.id)
            path.write_text(text)
        return Outcome(str(path), f"Did {tool}.", {"path": str(path), "text": text})

    def happened(self, call_id: str) -> None:
        handle = os.open(self.folder / "world.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.write(handle, f"{call_id}\n".encode())
        os.close(handle)

    def world(self) -> list[str]:
        path = self.folder / "world.log"
        return path.read_text().split() if path.exists() else []

    def undo(self, undo: Mapping[str, Any], *, force: bool = False) -> str:
        path = Path(undo["path"])
        if not path.exists():
            return f"{path.name} is gone already."
        if path.read_text() != undo["text"] and not force:
            raise ChangedError(f"{path.name} has been changed since; it was left as it is.", path.read_text())
        path.unlink()
        return f"Removed {path.name}."

    def files(self) -> list[str]:
        return sorted(p.name for p in self.folder.glob("*.json"))

    def named(self, tool: str) -> list[dict[str, Any]]:
        return [args for name, args, _ in self.calls if name == tool]


DEFAULTS = {"text": "", "list": (), "int": 0, "bool": False, "moment": ""}


def step(number: int, tool: str, **args: Value) -> Step:
    """A step whose other arguments are empty."""
    empty = {p.name: DEFAULTS[p.kind] for p in TOOLS[tool].parameters}
    return Step(number, tool, {**empty, **args})


def plan(*steps: Step) -> Plan:
    return Plan(steps)


def meeting() -> Plan:
    """Two look-ups and the event that needs both."""
    return plan(
        step(1, "get_email_address", name="Sid"),
        step(2, "get_email_address", name="Lutfi"),
        step(
            3, "create_calendar_event", title="Notes", invitees=("$1", "$2"),
            start_date=Moment("tomorrow at 2pm", "2026-03-05 14:00:00"),
        ),
    )  # fmt: skip
