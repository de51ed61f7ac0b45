"""The first run at a terminal offers TinyAgent-1.1B, once; where no person is, nothing is asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinyagent_cli import commands

pexpect: Any = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is needed", allow_module_level=True)

pytestmark = [pytest.mark.model, pytest.mark.slow]
COMMAND = ["run", "remind me tomorrow at noon to call the bank", "--now", "2026-03-04 09:30"]
OFFER, QUESTION = "Fetch it now", r"\[no\] "
Start = Callable[..., Any]


@pytest.fixture
def environ(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """A sandbox, a cache of its own, and a hub at which nobody answers."""
    for name in [name for name in os.environ if name.startswith(("TINYAGENT_PLANNER", "HF_"))]:
        monkeypatch.delenv(name)
    return {
        **os.environ, "PYTHONPATH": str(Path(commands.__path__[0]).parents[1]),
        "TINYAGENT_HOME": str(home), "HF_HUB_CACHE": str(tmp_path / "hub"), "HF_ENDPOINT": "http://127.0.0.1:9",
    }  # fmt: skip


@pytest.fixture
def start(environ: dict[str, str], at_terminal: Start) -> Start:
    return lambda *options: at_terminal(*COMMAND, *options, environ=environ, columns=200, timeout=120)


def test_it_is_offered_once_and_a_no_is_remembered(start: Start, home: Path) -> None:
    child = start()
    child.expect(OFFER)
    child.sendline("n")
    child.expect(QUESTION)
    child.sendline("n")
    child.expect(pexpect.EOF)
    assert (home / "state" / "offered-model").exists()
    again = start()
    again.expect(QUESTION)
    assert OFFER not in again.before


def test_a_yes_without_a_network_goes_on_with_the_starter(start: Start) -> None:
    child = start()
    child.expect(OFFER)
    child.sendline("y")
    child.expect("The starter goes on planning")
    child.expect(QUESTION)


def test_whoever_agrees_beforehand_is_not_asked(start: Start, home: Path) -> None:
    child = start("--yes")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert OFFER not in child.before
    assert not (home / "state" / "offered-model").exists()


def test_a_script_is_neither_asked_nor_kept_waiting(environ: dict[str, str], home: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "tinyagent_cli", *COMMAND], env=environ, stdin=subprocess.PIPE, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert said.returncode == 5
    assert OFFER not in said.stdout + said.stderr
    assert not (home / "state" / "offered-model").exists()
