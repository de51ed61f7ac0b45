"""The program as a process: what it loads beforehand, and how it ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tinyagent_cli import commands
from tinyagent_cli.commands import _early


def python(code: str, **streams: object) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(Path(commands.__path__[0]).parents[1])}
    return subprocess.run([sys.executable, "-c", code], text=True, check=False, env=env, timeout=60, **streams)  # type: ignore[call-overload, no-any-return]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["text", "Bob"], ["text", "Bob"]),
        (["--json", "text Bob", "-q"], ["text Bob"]),
        (["--now", "2026-03-04 09:30", "text Bob", "-f", "svg"], ["text Bob"]),
        (["-"], ["-"]),
        (["text", "--now"], ["text"]),
        (["--model", "other", "text Bob"], None),
        (["-mother", "text Bob"], None),
        (["--batch", "file"], None),
        (["--help"], None),
        (["--", "-m"], None),
        (["--quiett", "text Bob"], None),
    ],
)
def test_the_words_of_a_command_are_told_from_its_options(arguments: list[str], words: list[str] | None) -> None:
    assert _early.words_of(arguments) == words


@pytest.mark.parametrize("setting", ["TINYAGENT_PLANNER_MODEL=other", "TINYAGENT_PLANNER_THREADS=many"])
def test_nothing_is_begun_for_another_model_or_with_settings_that_cannot_be_read(
    setting: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from tinyagent_cli.planner import early

    monkeypatch.setenv("TINYAGENT_HOME", str(tmp_path))
    monkeypatch.setenv(*setting.split("="))
    monkeypatch.setattr(early, "begin", lambda **_given: pytest.fail("it was begun"))
    _early.begin(["text", "Bob"])


def test_nothing_is_begun_where_a_helper_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from tinyagent_cli import settings
    from tinyagent_cli.planner import early
    from tinyagent_cli.resident import places

    monkeypatch.setenv("TINYAGENT_HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.delenv("TINYAGENT_HELPER_USE", raising=False)
    begun: list[object] = []
    monkeypatch.setattr(early, "begin", lambda **given: begun.append(given["command"]))
    _early.begin(["text", "Bob"])
    assert begun == ["text Bob"]
    places.folder(settings.load()).mkdir()
    (places.folder(settings.load()) / f"{places.home_mark(settings.load())}-x.sock").touch()
    _early.begin(["text", "Bob"])
    assert begun == ["text Bob"]


@pytest.mark.model
def test_the_model_is_begun_before_the_program_imports_what_takes_long() -> None:
    env = {**os.environ, "PYTHONPATH": str(Path(commands.__path__[0]).parents[1]), "TINYAGENT_HELPER_USE": "off"}
    plan = [sys.executable, "-X", "importtime", "-m", "tinyagent_cli", "plan", "text Bob that I am late"]
    said = subprocess.run(plan, capture_output=True, text=True, check=True, env=env, timeout=300)
    assert "send_sms" in said.stdout
    loaded = [line.rpartition("|")[2].strip() for line in said.stderr.splitlines() if line.startswith("import time:")]
    assert loaded.index("tinyagent_cli.planner.early") < min(loaded.index(late) for late in ("typer", "numpy", "rich.console"))


def test_the_end_leaves_nothing_unwritten_and_nothing_behind(tmp_path: Path) -> None:
    code = (
        f"import tempfile, sys; from tinyagent_cli.cli import end; kept = tempfile.TemporaryDirectory(dir={str(tmp_path)!r});"
        "sys.stdout.write('x' * 100_000); sys.stderr.write('told'); end(6)"
    )
    said = python(code, capture_output=True)
    assert (said.returncode, len(said.stdout), said.stderr) == (6, 100_000, "told")
    assert not list(tmp_path.iterdir())


def test_the_end_waits_for_work_that_is_under_way() -> None:
    code = (
        "import threading, time; from tinyagent_cli.cli import end\n"
        "def work():\n    time.sleep(0.3)\n    print('done')\n"
        "threading.Thread(target=work).start()\nend(0)"
    )
    assert python(code, capture_output=True).stdout == "done\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full")
def test_the_end_does_not_hide_that_something_could_not_be_written() -> None:
    with Path("/dev/full").open("w") as full:
        said = python("from tinyagent_cli.cli import end; print('x'); end(0)", stdout=full, stderr=subprocess.PIPE)
    assert said.returncode != 0
    assert "No space left" in said.stderr
