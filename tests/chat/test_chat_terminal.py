"""The conversation at a terminal: a rich one, a dumb one, tmux, and none."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tinyagent_cli import commands

pexpect = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is needed", allow_module_level=True)
ROOT = str(Path(commands.__path__[0]).parents[1])


def environ(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": ROOT, "TERM": "xterm-256color", **more}


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
@pytest.mark.parametrize("arguments", [[], ["chat"]])
def test_a_conversation_begins_answers_and_ends(home: Path, term: str, arguments: list[str]) -> None:
    child = pexpect.spawn(
        sys.executable, ["-m", "tinyagent_cli", *arguments], env=environ(TERM=term), encoding="utf-8", timeout=120,
        dimensions=(40, 100),
    )  # fmt: skip
    child.expect("Say what is to be done")
    child.expect("›" if term != "dumb" else "> ")
    child.send("/tools\r" if term != "dumb" else "/tools\n")
    child.expect("create_calendar_event")
    child.expect("›" if term != "dumb" else "> ")
    child.send("/quit\r" if term != "dumb" else "/quit\n")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    if term == "dumb":
        assert "\x1b" not in child.before


def test_without_a_terminal_every_line_of_the_input_is_taken(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tinyagent_cli", "chat"], input="/nope\n/tools\n", capture_output=True, text=True,
        env=environ(), timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "there is no /nope" in done.stderr
    assert "create_note" in done.stdout


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not here")
def test_it_works_in_tmux(home: Path, tmp_path: Path) -> None:
    socket = ["tmux", "-S", str(tmp_path / "tmux")]
    subprocess.run(
        [*socket, "new-session", "-d", "-x", "80", "-y", "40", f"{sys.executable} -m tinyagent_cli"], env=environ(), check=True
    )
    try:
        wait_for(socket, "/help for more")
        subprocess.run([*socket, "send-keys", "/he", "Tab"], check=True)
        wait_for(socket, "› /help")
        subprocess.run([*socket, "send-keys", "Enter"], check=True)
        assert "take back what was done last" in wait_for(socket, "take back")
    finally:
        subprocess.run([*socket, "kill-server"], check=False)


def wait_for(socket: list[str], words: str) -> str:
    """Wait until words stand on the screen; returns the screen."""
    screen = ""
    for _ in range(240):
        screen = subprocess.run([*socket, "capture-pane", "-p"], capture_output=True, text=True, check=False).stdout
        if words in screen:
            return screen
        time.sleep(0.5)
    raise AssertionError(plain(screen))
