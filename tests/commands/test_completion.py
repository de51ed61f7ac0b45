"""Completion in the shells themselves: what is begun is finished by Tab."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tinyagent_cli import commands

pexpect = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is needed", allow_module_level=True)
pytestmark = pytest.mark.slow
ROOT = Path(commands.__path__[0]).parents[1]
SHELLS = {
    "bash": ("bash", ["--norc", "--noprofile", "-i"], "source {script}"),
    "zsh": ("zsh", ["-f", "-i"], "autoload -Uz compinit && compinit -u -D && source {script}"),
    "fish": ("fish", ["--no-config", "-i"], "source {script}"),
}
COMMANDS = [("tinyagent dem", "demo"), ("tinyagent models pu", "pull"), ("tinyagent plan --form", "--format"), ("tinyagent plan --theme da", "dark")]


@pytest.fixture
def place(tmp_path: Path) -> dict[str, str]:
    program = tmp_path / "bin" / "tinyagent"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m tinyagent_cli "$@"\n')
    program.chmod(0o755)
    return {
        "PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm", "LANG": "C.UTF-8",
        "XDG_CONFIG_HOME": str(tmp_path / "config"), "fish_greeting": "",
    }  # fmt: skip


def script_for(shell: str, place: dict[str, str]) -> Path:
    made = subprocess.run([f"{place['HOME']}/bin/tinyagent", "completion", shell], env=place, capture_output=True, text=True, check=True)
    file = Path(place["HOME"]) / f"completion.{shell}"
    file.write_text(made.stdout)
    return file


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_tab_completes_commands_options_and_choices(shell: str, place: dict[str, str]) -> None:
    program, arguments, load = SHELLS[shell]
    if not shutil.which(program):
        pytest.skip(f"{program} is not here")
    script = script_for(shell, place)
    child = pexpect.spawn(program, arguments, env={**place, "PS1": "READY> "}, encoding="utf-8", timeout=120, dimensions=(30, 150))
    child.expect("READY> ")
    child.sendline(load.format(script=script) + "; echo LOAD''ED")
    child.expect("LOADED")
    for begun, finished in COMMANDS:
        child.expect("READY> ")
        child.send(begun + "\t")
        child.expect(re.escape(finished))
        child.send("\x03")
    child.close(force=True)


def test_fish_completes_commands_options_and_choices(place: dict[str, str]) -> None:
    if not shutil.which("fish"):
        pytest.skip("fish is not here")
    script = script_for("fish", place)
    for begun, finished in COMMANDS:
        asked = f'source {script}; complete -C "{begun}"'
        done = subprocess.run(["fish", "--no-config", "-c", asked], env=place, capture_output=True, text=True, check=True)
        assert finished in [line.split("\t")[0] for line in done.stdout.splitlines()], done.stderr


def test_the_script_for_powershell_is_powershell(place: dict[str, str]) -> None:
    """PowerShell itself was not at hand: a grammar of the language reads the script."""
    language = pytest.importorskip("tree_sitter_powershell")
    from tree_sitter import Language, Parser

    text = script_for("powershell", place).read_text()
    assert "Register-ArgumentCompleter -Native -CommandName tinyagent" in text
    parser = Parser(Language(language.language()))
    assert not parser.parse(text.encode()).root_node.has_error
    assert parser.parse(text.replace("}\nRegister", "\nRegister").encode()).root_node.has_error


def test_what_the_script_for_powershell_asks_is_answered_as_it_reads_it(place: dict[str, str]) -> None:
    """A completion a line, and after three colons its description, which PowerShell does not let be empty."""
    for begun, finished in COMMANDS:
        asked = {"_TINYAGENT_COMPLETE": "complete_powershell", "_TYPER_COMPLETE_ARGS": begun, "_TYPER_COMPLETE_WORD_TO_COMPLETE": begun.split()[-1]}
        done = subprocess.run([f"{place['HOME']}/bin/tinyagent"], env=place | asked, capture_output=True, text=True, check=True)
        answers = dict(line.split(":::") for line in done.stdout.splitlines())
        assert answers[finished]
