"""A conversation in a sandbox, with a planner that has its plans written down."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "commands"))

import pytest

from tinyagent_cli import settings
from tinyagent_cli.commands.demo import sandbox


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = sandbox(tmp_path / "box")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "COLUMNS", settings.CONFIG, "TINYAGENT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(settings.HOME, str(made))
    return made
