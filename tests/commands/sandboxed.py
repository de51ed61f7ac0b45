"""A sandbox with the samples in it, and a planner that has its plans written down."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import tinyagent_cli
from tinyagent_cli import settings
from tinyagent_cli.cli import main
from tinyagent_cli.commands.demo import sandbox
from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner.base import Planned
from tinyagent_cli.toolbox import Toolbox

MEETING = """\
1. get_email_address("Sid")
2. get_email_address("Lutfi")
3. create_calendar_event("Discuss the meeting notes", "tomorrow at 2pm", "", "", ["$1", "$2"], "", "")
4. join()<END_OF_PLAN>
"""
NOW = "2026-03-04 09:30"


@dataclass(frozen=True)
class WrittenPlanner:
    """Plans the commands that it knows and refuses all others."""

    toolbox: Toolbox
    plans: Mapping[str, str]
    name: str = "written"

    def plan(self, command: str, now: dt.datetime) -> Planned:
        if command == "break":
            raise PlanError("the model wrote nonsense", 1, 4)
        if command not in self.plans:
            return Planned(command, now, self.name, (), Plan(), refused=True, reason="That cannot be done.")
        plan = resolve(notation.read(self.plans[command], self.toolbox), self.toolbox, now, command)
        return Planned(command, now, self.name, tuple(dict.fromkeys(s.tool for s in plan.steps)), plan)

    def close(self) -> None:
        pass


@dataclass(frozen=True)
class Said:
    """What a run of the program wrote, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Program:
    """Runs the program in this process."""

    home: Path
    capsys: pytest.CaptureFixture[str]
    plans: dict[str, str] = field(default_factory=lambda: {"meet Sid and Lutfi": MEETING})

    def __call__(self, *arguments: str) -> Said:
        self.capsys.readouterr()
        code = main(arguments)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return Said(code, out, err)

    def events(self) -> list[Path]:
        return sorted(self.home.glob("calendars/*/*.ics"))

    def write(self, text: str, name: str = "saved.plan") -> str:
        file = self.home / name
        file.write_text(text, encoding="utf-8")
        return str(file)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sandbox to copy, since making one waits for the disk."""
    return sandbox(tmp_path_factory.mktemp("template") / "box")


@pytest.fixture
def home(tmp_path: Path, template: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "COLUMNS", settings.CONFIG, "TINYAGENT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    made = Path(shutil.copytree(template, tmp_path / "box"))
    config = made / "config.toml"
    config.write_text(config.read_text().replace(str(template), str(made)))
    monkeypatch.setenv(settings.HOME, str(made))
    return made


@pytest.fixture
def program(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    made = Program(home, capsys)

    def open_planner(_settings: object, toolbox: Toolbox, *, model: str | None = None) -> WrittenPlanner:
        return WrittenPlanner(toolbox, made.plans, model or "written")

    monkeypatch.setattr("tinyagent_cli.planner.open_planner", open_planner)
    return made


@pytest.fixture
def at_terminal() -> Iterator[Callable[..., Any]]:
    """Start the program at a pseudo-terminal of 60 lines; what was started ends with the test."""
    pexpect = pytest.importorskip("pexpect")
    children = []

    def begin(*arguments: str, environ: Mapping[str, str], columns: int, timeout: int = 90) -> Any:
        env = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(Path(tinyagent_cli.__path__[0]).parent), **environ}
        child = pexpect.spawn(
            sys.executable, ["-m", "tinyagent_cli", *arguments], env=env, encoding="utf-8", timeout=timeout,
            dimensions=(60, columns), echo=False,
        )  # fmt: skip
        children.append(child)
        return child

    yield begin
    for child in children:
        child.close(force=True)
