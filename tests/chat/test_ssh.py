"""The program at the far end of ssh: with a terminal, without one, and when the line is cut."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tinyagent_cli import commands

pexpect: Any = pytest.importorskip("pexpect")
SERVER = shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin")
if not (SERVER and shutil.which("ssh") and shutil.which("ssh-keygen")):
    pytest.skip("ssh and its server are not here", allow_module_level=True)
pytestmark = pytest.mark.slow
ROOT = str(Path(commands.__path__[0]).parents[1])
PLAN = '1. create_note("Hello", "from afar", "")\n2. join()\n'


@pytest.fixture
def far(tmp_path: Path) -> Iterator[list[str]]:
    """The beginning of an ssh command that leads to this machine, by a key made for the occasion."""
    place = tmp_path / "ssh"
    place.mkdir(mode=0o700)
    for name in ("host", "mine"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(place / name)], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = place / "config"
    settings.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {place}/host\nAuthorizedKeysFile {place}/mine.pub\nPidFile none\n"
        "UsePAM no\nStrictModes no\nPasswordAuthentication no\n"
    )
    if hasattr(os, "getuid") and os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # sshd wants it where root starts it
    server = subprocess.Popen([str(SERVER), "-D", "-e", "-f", str(settings)], stderr=subprocess.PIPE, text=True)
    line = [
        "ssh", "-F", "none", "-q", "-i", str(place / "mine"), "-p", str(port), "-o", "StrictHostKeyChecking=no",
        "-o", f"UserKnownHostsFile={place / 'known'}", "-o", "BatchMode=yes",
    ]  # fmt: skip
    for _ in range(60):
        if subprocess.run([*line, "127.0.0.1", "true"], check=False, stdin=subprocess.DEVNULL).returncode == 0:
            break
        time.sleep(0.5)
    else:
        server.kill()
        pytest.skip(f"no way in by ssh: {server.communicate()[1]}")
    yield line
    server.terminate()
    server.communicate()


def there(home: Path, *arguments: str) -> str:
    """The program as the far shell is to run it."""
    command = ["env", f"PYTHONPATH={ROOT}", f"TINYAGENT_HOME={home}", "HF_HUB_OFFLINE=1", sys.executable, "-m", "tinyagent_cli", *arguments]
    return shlex.join(command)


def saved(home: Path) -> list[Path]:
    return list(home.glob("notes/Hello*"))


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_a_conversation_goes_over_ssh(home: Path, far: list[str], term: str) -> None:
    child = pexpect.spawn(
        far[0], [*far[1:], "-tt", "127.0.0.1", there(home, "chat")], env={**os.environ, "TERM": term}, encoding="utf-8",
        timeout=120, dimensions=(40, 90),
    )  # fmt: skip
    child.expect("Say what is to be done")
    child.expect("›" if term != "dumb" else "> ")
    child.send("/tools\r")
    child.expect("create_calendar_event")
    child.expect("›" if term != "dumb" else "> ")
    child.send("\x04")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


def asked(home: Path, far: list[str]) -> Any:
    (home / "p.plan").write_text(PLAN)
    child = pexpect.spawn(far[0], [*far[1:], "-tt", "127.0.0.1", there(home, "execute", str(home / "p.plan"))], encoding="utf-8", timeout=120)
    child.expect(r"\[no\] ")
    assert not saved(home)
    return child


def test_the_question_is_asked_over_ssh_and_a_yes_is_heard(home: Path, far: list[str]) -> None:
    child = asked(home, far)
    child.send("y\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert saved(home)


def test_a_line_that_is_cut_at_the_question_is_no_yes(home: Path, far: list[str]) -> None:
    child = asked(home, far)
    child.kill(9)
    child.close(force=True)
    time.sleep(3)
    assert not saved(home)


def test_without_a_terminal_nothing_is_done_over_ssh_unless_yes_was_said(home: Path, far: list[str]) -> None:
    (home / "p.plan").write_text(PLAN)
    plan = str(home / "p.plan")
    done = subprocess.run([*far, "127.0.0.1", there(home, "execute", plan)], check=False, capture_output=True, stdin=subprocess.DEVNULL)
    assert (done.returncode, saved(home)) == (5, [])
    assert b"\x1b" not in done.stdout + done.stderr
    done = subprocess.run([*far, "127.0.0.1", there(home, "execute", "--yes", plan)], check=False, capture_output=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0
    assert saved(home)
