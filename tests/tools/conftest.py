"""A desktop on real files: the samples, unpacked below a temporary directory."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tinyagent_cli import samples
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.open import OpenDesktop
from tinyagent_cli.desktops.places import Places
from tinyagent_cli.toolbox import built_in

VIENNA = ZoneInfo("Europe/Vienna")
NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=VIENNA)


@dataclass
class World:
    """The unpacked samples, a desktop on them, and other programs that read them."""

    root: Path
    overrides: dict[str, str]
    shown: list[str] = field(default_factory=list)
    numbers: Any = field(default_factory=itertools.count)
    now: dt.datetime = NOW

    def __post_init__(self) -> None:
        self.places = Places.found(self.overrides, {"HOME": str(self.root), "PATH": os.environ["PATH"]})
        self.desk = OpenDesktop(self.places, built_in(), opener=self.open)

    def open(self, target: str) -> bool:
        self.shown.append(target)
        return True

    def call(self, **changes: Any) -> Call:
        return Call(**{"id": f"test-step-{next(self.numbers):06d}", "now": self.now, **changes})

    def do(self, tool: str, /, *, with_call: Call | None = None, **args: Any) -> Outcome:
        return self.desk.call(tool, args, with_call or self.call())

    def run(self, program: str, *arguments: str, config: str) -> str:
        """Run a program of the environment with its own configuration, as its user would."""
        folder = self.root / "config" / program
        folder.mkdir(parents=True, exist_ok=True)
        name = {"khal": "config", "todoman": "config.py", "khard": "khard.conf"}[program]
        (folder / name).write_text(config)
        binary = Path(sys.executable).parent / {"todoman": "todo"}.get(program, program)
        env = {
            "HOME": str(self.root), "XDG_CONFIG_HOME": str(self.root / "config"), "PATH": os.environ["PATH"],
            "XDG_DATA_HOME": str(self.root / "data"), "XDG_CACHE_HOME": str(self.root / "c"), "TZ": "Europe/Vienna",
            "LC_ALL": "C.UTF-8", "PYTHONWARNINGS": "ignore", "COLUMNS": "200",
        }  # fmt: skip
        done = subprocess.run(
            [str(binary), *arguments], env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def khal(self, start: str = "2026-03-04", days: str = "30d", *fields: str) -> list[dict[str, Any]]:
        """Events that khal reads in the default calendar."""
        config = (
            f"[calendars]\n[[it]]\npath = {self.places.events}\n[sqlite]\npath = {self.root}/khal.db\n"
            "[locale]\nlocal_timezone = Europe/Vienna\ndefault_timezone = Europe/Vienna\n"
            "timeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
        )
        fields = fields or ("uid", "title", "description", "location", "start-long", "end-long", "all-day")
        options = [f"--json={name}" for name in fields]
        out = self.run("khal", "list", *options, start, days, config=config)
        return [event for line in out.split("\n") if line.startswith("[") for event in json.loads(line)]

    def todos(self) -> list[dict[str, Any]]:
        """To-dos that todoman reads."""
        config = (
            f'path = "{self.places.reminders.parent}/*"\ndate_format = "%Y-%m-%d"\ntime_format = "%H:%M"\n'
            f'cache_path = "{self.root}/todo.db"\n'
        )
        return list(json.loads(self.run("todoman", "--porcelain", "list", config=config)))


@pytest.fixture(scope="session")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """The samples, unpacked once: to copy them is quicker, for unpacking syncs every file."""
    root = tmp_path_factory.mktemp("samples")
    return root, samples.unpack(root)


@pytest.fixture
def make_world(tmp_path: Path, unpacked: tuple[Path, dict[str, str]]) -> Callable[..., World]:
    def make(**more: str) -> World:
        root = tmp_path / "home"
        shutil.copytree(unpacked[0], root)
        overrides = {key: value.replace(str(unpacked[0]), str(root)) for key, value in unpacked[1].items()}
        return World(root, {**overrides, **more})

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()
