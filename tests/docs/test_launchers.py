"""The scripts for launchers: each run with the real thing where it can be had, otherwise with its dialog answered by a stand-in."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import ROOT

from tinyagent_cli.commands.demo import sandbox

SCRIPTS = ROOT / "docs" / "launchers"
WISH = "new note called Pantry: oat milk"
pytestmark = [pytest.mark.slow, pytest.mark.model]
if sys.platform == "win32":
    pytest.skip("shell scripts", allow_module_level=True)


@pytest.fixture
def box(tmp_path: Path) -> dict[str, str]:
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "tinyagent"
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tinyagent_cli "$@"\n')
    program.chmod(0o755)
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(home), "TINYAGENT_HOME": str(sandbox(home / "box")),
        "HF_HUB_OFFLINE": "1", "LANG": "C.UTF-8", "GIT_CONFIG_GLOBAL": str(home / "gitconfig"),
    }  # fmt: skip


def notes(box: dict[str, str]) -> list[str]:
    return [path.stem for path in Path(box["TINYAGENT_HOME"]).glob("notes/Pantry*")]


def stand_in(box: dict[str, str], name: str, text: str) -> None:
    file = Path(box["PATH"].partition(":")[0]) / name
    file.write_text("#!/bin/sh\n" + text)
    file.chmod(0o755)


def run(box: dict[str, str], *command: str, cwd: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=box, cwd=cwd, capture_output=True, text=True, check=False, timeout=300, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("script", sorted(SCRIPTS.iterdir()), ids=lambda path: path.name)
def test_every_script_can_be_run_and_stands_in_the_document(script: Path) -> None:
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert f"(launchers/{script.name})" in (ROOT / "docs" / "launchers.md").read_text()


def test_raycast_shows_and_does(box: dict[str, str]) -> None:
    shown = run(box, str(SCRIPTS / "raycast.sh"), WISH, "--dry-run")
    assert "create_note" in shown.stdout, shown.stderr
    assert not notes(box)
    assert run(box, str(SCRIPTS / "raycast.sh"), WISH, "--yes").returncode == 0
    assert notes(box)


def test_alfred_does_what_was_shown_after_a_yes_and_nothing_after_a_no(box: dict[str, str]) -> None:
    stand_in(box, "osascript", f'printf "%s" "$3" > {box["HOME"]}/shown\nexit 1\n')
    run(box, str(SCRIPTS / "alfred.sh"), WISH)
    assert "create_note" in (Path(box["HOME"]) / "shown").read_text()
    assert not notes(box)
    stand_in(box, "osascript", "exit 0\n")
    assert "Pantry" in run(box, str(SCRIPTS / "alfred.sh"), WISH).stdout
    assert notes(box)


def test_kdialog_does_what_was_shown_after_a_yes(box: dict[str, str]) -> None:
    stand_in(box, "kdialog", f'echo "$@" >> {box["HOME"]}/shown\ncase "$*" in *inputbox*) echo "{WISH}";; esac\n')
    done = run(box, str(SCRIPTS / "kdialog.sh"))
    assert done.returncode == 0, done.stderr
    assert notes(box)
    assert "create_note" in (Path(box["HOME"]) / "shown").read_text()


def test_a_commit_that_asks_for_a_reminder_makes_one(box: dict[str, str], tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    for command in (("init", "-q", str(repository)), ("config", "--global", "user.name", "A"), ("config", "--global", "user.email", "a@example.org")):
        assert run(box, "git", *command).returncode == 0
    shutil.copy(SCRIPTS / "post-commit", repository / ".git" / "hooks" / "post-commit")
    message = "Deploy script\n\nremind: tomorrow at 10 to deploy the script\n"
    done = run(box, "git", "commit", "-q", "--allow-empty", "-m", message, cwd=str(repository))
    assert done.returncode == 0, done.stderr
    (made,) = Path(box["TINYAGENT_HOME"]).glob("calendars/reminders/*.ics")
    assert "deploy" in made.read_text().lower()


@pytest.fixture
def screen(box: dict[str, str]) -> Iterator[dict[str, str]]:
    """A virtual screen."""
    if not (shutil.which("Xvfb") and shutil.which("xdotool")):
        pytest.skip("Xvfb and xdotool are not here")
    reading, writing = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "1200x800x24"], pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    number = os.read(reading, 20).decode().strip()
    yield {**box, "DISPLAY": f":{number}"}
    server.terminate()
    server.wait()
    os.close(reading)  # earlier, the server would end


def windows(screen: dict[str, str]) -> int:
    found = run(screen, "xdotool", "search", "--onlyvisible", "--name", ".+")
    return len(found.stdout.split())


def typed(screen: dict[str, str], *keys: tuple[str, str]) -> None:
    """Type into whatever window is there, each time once one is shown."""
    for how, what in keys:
        for _ in range(240):
            if windows(screen):
                break
            time.sleep(0.5)
        else:
            raise AssertionError(f"no window was shown to {how} {what} in")
        time.sleep(2)
        run(screen, "xdotool", how, *(["--delay", "40"] if how == "type" else []), what)
        time.sleep(1.5)


def test_rofi_asks_shows_the_plan_and_does_it(screen: dict[str, str]) -> None:
    if not shutil.which("rofi"):
        pytest.skip("rofi is not here")
    script = subprocess.Popen([str(SCRIPTS / "rofi.sh")], env=screen, stdin=subprocess.DEVNULL)
    typed(screen, ("type", WISH), ("key", "Return"), ("type", "yes"), ("key", "Return"), ("key", "Escape"))
    assert script.wait(120) == 0
    assert notes(screen)


def test_zenity_asks_shows_the_plan_and_does_it(screen: dict[str, str]) -> None:
    if not shutil.which("zenity"):
        pytest.skip("zenity is not here")
    script = subprocess.Popen([str(SCRIPTS / "zenity.sh")], env=screen, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    typed(screen, ("type", WISH), ("key", "Return"), ("key", "Return"), ("key", "Return"))
    assert script.wait(120) == 0
    assert notes(screen)


def test_what_was_copied_is_planned_and_asked_about(screen: dict[str, str]) -> None:
    """The line of docs/shell.md, typed at a terminal."""
    pexpect = pytest.importorskip("pexpect")
    if not shutil.which("xclip"):
        pytest.skip("xclip is not here")
    (line,) = re.findall(r"^(xclip .*?) *#", (ROOT / "docs" / "shell.md").read_text(), re.MULTILINE)
    subprocess.run(["xclip", "-i"], env=screen, input=WISH, text=True, check=True, stdout=subprocess.DEVNULL)
    child = pexpect.spawn("bash", ["-c", line], env={**screen, "TERM": "xterm"}, encoding="utf-8", timeout=300)
    child.expect(r"\[no\] ")
    child.send("y\r")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert notes(screen)
