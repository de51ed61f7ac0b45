"""A sandbox with the samples in it, and the program in it with a planner that has its plans written down."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sandboxed import Program, WrittenPlanner

from tinyagent_cli import settings
from tinyagent_cli.commands.demo import sandbox
from tinyagent_cli.toolbox import Toolbox


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
