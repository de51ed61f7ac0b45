"""The sandbox and the program of the commands' tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "commands"))

import pytest
from sandboxed import Program, WrittenPlanner

from tinyagent_cli import settings
from tinyagent_cli.commands.demo import sandbox
from tinyagent_cli.toolbox import Toolbox


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = sandbox(tmp_path / "box")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "COLUMNS", settings.CONFIG, "TINYAGENT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(settings.HOME, str(made))
    return made


@pytest.fixture
def program(home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Program:
    made = Program(home, capsys)

    def open_planner(_settings: object, toolbox: Toolbox, *, model: str | None = None) -> WrittenPlanner:
        return WrittenPlanner(toolbox, made.plans, model or "written")

    monkeypatch.setattr("tinyagent_cli.planner.open_planner", open_planner)
    return made
