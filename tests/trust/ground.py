"""A desktop on real files below a folder, and what can be seen of them from outside."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import importlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from icalendar import Calendar

from tinyagent_cli import samples, toolbox
from tinyagent_cli.desktops.open import OpenDesktop
from tinyagent_cli.desktops.places import Places
from tinyagent_cli.plan.model import Plan, Step, Value

FULL = bool(os.environ.get("TINYAGENT_EVIDENCE"))
TOOLS = toolbox.built_in()
NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=ZoneInfo("Europe/Vienna"))
OWN = ("state", "cache")
"""The program's own folders, which hold no work of the person's."""
EMPTY = {"text": "", "list": (), "int": 0, "bool": False, "moment": ""}


def part(tool: str, name: str):
    """A module beside the declaration of a tool."""
    return importlib.import_module(f"{TOOLS.functions[tool].__module__}.{name}")


def unpacked(root: Path) -> Path:
    """The samples below a folder."""
    samples.unpack(root)
    return root


def copied(template: Path, root: Path) -> Path:
    """The samples once more, without waiting for the disk."""
    return Path(shutil.copytree(template, root))


def desk_at(root: Path, opener: Callable[[str], bool] | None = None, **more: object) -> OpenDesktop:
    """The desktop on the samples that were unpacked there."""
    places = {
        "home": root, "events": root / "calendars/personal", "reminders": root / "calendars/reminders",
        "contacts": root / "contacts", "notes": root / "notes", "mail": root / "mail", "outbox": root / "outbox",
        "search": root / "files", "state": root / "state", "cache": root / "cache", "name": "Alex Martin",
        "address": "alex@example.org",
    }  # fmt: skip
    found = Places.found({k: str(v) for k, v in places.items()}, {"HOME": str(root)})
    return OpenDesktop(found, TOOLS, opener=opener or (lambda _: False), **more)


def step(number: int, tool: str, **args: Value) -> Step:
    """A step whose other arguments are empty."""
    empty = {
        p.name: (p.choices[0] if p.choices and p.kind == "text" else EMPTY[p.kind])
        for p in TOOLS[tool].parameters
    }
    return Step(number, tool, {**empty, **args})


def plan(*steps: Step) -> Plan:
    return Plan(steps)


def seen(root: Path) -> dict[str, bytes | None]:
    """Everything of the person's below a folder: files with their contents, folders with None."""
    out: dict[str, bytes | None] = {}
    for folder, names, files in os.walk(root):
        here = Path(folder)
        if here == root:
            names[:] = [n for n in names if n not in OWN]
        out |= {str((here / n).relative_to(root)): None for n in names}
        out |= {
            str((here / n).relative_to(root)): (here / n).read_bytes()
            for n in files
            if not n.startswith("journal.")
        }
    return out


def broken(root: Path) -> list[str]:
    """The files that their own readers cannot read, the program's own among them."""
    out = []
    for path in root.rglob("*"):
        if not path.is_file() or path.name.endswith((".tmp", ".lock", "-wal", "-shm")):
            continue
        try:
            read(path)
        except Exception as fault:
            out.append(f"{path.relative_to(root)}: {type(fault).__name__}: {fault}")
    return out


def read(path: Path) -> None:
    data = path.read_bytes()
    if path.suffix == ".ics":
        assert data.endswith(b"END:VCALENDAR\r\n")
        assert len(Calendar.from_ical(data).subcomponents) >= 1
    elif path.suffix == ".vcf":
        assert not part("get_email_address", "cards").cards_of(data).faults
    elif path.suffix == ".md":
        assert data.decode()
    elif path.suffix == ".json":
        json.loads(data)
    elif path.suffix == ".sqlite3":
        db = sqlite3.connect(path)
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        db.close()
    elif "mail" in path.parts or path.suffix == ".eml":
        message = email.message_from_bytes(data, policy=email.policy.default)
        assert message["From"]
        assert not message.defects
        assert message.get_body(("plain",)).get_content()
