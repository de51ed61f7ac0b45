"""Every command in README, CONTRIBUTING and docs/ is run as printed, in a sandbox, at a terminal.

A page is read from top to bottom in one sandbox with the sample contacts, and every question is answered with yes.
"""

from __future__ import annotations

import os
import re
import shlex
import sys
import sysconfig
import venv
from pathlib import Path

import documents
import pytest
from documents import ROOT

from tinyagent_cli.commands._program import program
from tinyagent_cli.commands.demo import sandbox

pexpect = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is needed", allow_module_level=True)

ANSWERS = [
    (r"\[no\] ", "y"), (r"\[y/N\] ", "y"), (r"\[Y/n\] ", "y"), (r"Enter for none\] ", "1"), (r"Enter for \d+\] ", ""), (r"Enter to leave it\] ", ""),
    (r"to go on: ", "send"), (r"Say what is to be done; /help", "/quit"), (r"\[Enter[^\]]*\] ", ""),
]  # fmt: skip
OWN_TESTS = {"own-tools.md": "tests/own/test_own_tools_document.py"}
"""Pages whose commands need files that the page has the reader write, each with the test that does so."""
PAGES = [page for page in documents.PAGES if documents.blocks(page, "sh", "console") and page.name not in OWN_TESTS]
SECONDS = 600
INSTALLS = "pip install . &&"
"""The block that has a test to itself."""


@pytest.fixture
def box(tmp_path: Path) -> dict[str, str]:
    """A person of one's own: a home with sample contacts, the program on the path, no network for models."""
    home = tmp_path / "home"
    home.mkdir()
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, command in (("tinyagent", "-m tinyagent_cli"), ("python", ""), ("python3", ""), ("pip", "-m pip")):
        file = programs / name
        file.write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" {command} "$@"\n')
        file.chmod(0o755)
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "GOMP_SPINCOUNT") if name in os.environ}
    beside = str(Path(sys.executable).parent)
    return {
        **kept,
        "PATH": f"{programs}:{beside}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TINYAGENT_HOME": str(sandbox(home / "box")),
        "HF_HUB_OFFLINE": "1",
        "TERM": "xterm",
        "COLUMNS": "100",
    }


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_works_as_printed(page: Path, box: dict[str, str]) -> None:
    for block in documents.blocks(page, "sh", "console"):
        if (text := documents.script(block)) and INSTALLS not in text:
            code, said = at_a_terminal(text, box, Path(box["HOME"]))
            assert code == 0, f"{block.name}\n{text}\n{said}"


@pytest.mark.parametrize("page", documents.PAGES, ids=lambda page: page.name)
def test_every_command_within_a_sentence_has_the_options_it_says(page: Path) -> None:
    for code in documents.mentioned(page):
        understood(code)


@pytest.mark.parametrize("page", documents.PAGES, ids=lambda page: page.name)
def test_commands_that_are_not_tried_are_understood_and_say_why(page: Path) -> None:
    for block in documents.blocks(page, "sh", "console"):
        for reason in documents.left_out(block):
            assert len(reason) > 5, block.name
        for line in block.text.splitlines():
            bare = line.removeprefix("$ ").partition("# ")[0].strip()
            if bare.startswith("tinyagent ") and not re.search(r"[|<>&]|\$\(", bare):
                understood(bare)


@pytest.mark.parametrize("page", documents.PAGES, ids=lambda page: page.name)
def test_no_command_hides_in_an_indented_block(page: Path) -> None:
    text = documents.FENCE.sub("", page.read_text(encoding="utf-8"))
    assert not re.findall(r"^ {4,}\$? ?(?:tinyagent|pip|python3?|uvx|pipx) .*", text, re.MULTILINE)


def test_pages_that_are_tested_elsewhere_are() -> None:
    assert all((ROOT / path).is_file() for path in OWN_TESTS.values())


def test_the_test_command_is_the_one_that_ci_runs() -> None:
    (line,) = [
        line.partition("  # ")[0]
        for block in documents.blocks(ROOT / "README.md", "sh")
        for line in block.text.splitlines()
        if "pytest" in line
    ]
    assert f"\n{line.strip()}\n" in (ROOT / ".ci" / "run").read_text()


@pytest.mark.slow
@pytest.mark.model
def test_the_two_commands_of_the_readme_install_it_and_make_an_event(tmp_path: Path, box: dict[str, str]) -> None:
    """In a fresh environment that is lent the dependencies, so that only tinyagent itself is built."""
    pytest.importorskip("hatchling")
    venv.create(tmp_path / "fresh", with_pip=True)
    (site,) = (tmp_path / "fresh").glob("lib/python3*/site-packages")
    lent = tmp_path / "lent"
    lent.mkdir()
    for each in Path(sysconfig.get_path("purelib")).iterdir():
        if "tinyagent" not in each.name:
            (lent / each.name).symlink_to(each)
    (site / "zz_lent.pth").write_text(f"{lent}\n")
    (command,) = [b for b in documents.blocks(ROOT / "README.md", "sh") if INSTALLS in b.text]
    text = command.text.partition("#")[0].strip()
    environ = {name: value for name, value in box.items() if name != "TINYAGENT_HOME"}
    environ |= {"PATH": f"{tmp_path / 'fresh' / 'bin'}:/usr/bin:/bin", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_INDEX": "1"}
    demo = tmp_path / "checkout"
    demo.mkdir()
    for each in ROOT.iterdir():
        if each.name not in {".git", ".venv", "corpus", "runs", "shared"}:
            (demo / each.name).symlink_to(each)
    code, said = at_a_terminal(text + "\n", environ, demo)
    assert code == 0, said
    assert list(demo.glob("tinyagent-demo/calendars/*/*.ics")), said


def understood(code: str) -> None:
    """Read a command line as the program would, without doing anything. Fails where an option or a command is not there."""
    import typer

    words = shlex.split(code)[1:]
    if words[0].startswith("-"):
        return
    group = typer.main.get_command(program)
    command = group.get_command(None, words[0])
    assert command is not None, f"{code}: there is no such command"
    rest = words[1:]
    if hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        inner = command.commands.get(rest[0])
        assert inner is not None, f"{code}: there is no such command"
        command, rest = inner, rest[1:]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help", "-h"}
    for word in rest:
        if word.startswith("-") and word != "-":
            assert word.partition("=")[0] in known, f"{code}: {word} is no option"


def at_a_terminal(text: str, environ: dict[str, str], folder: Path) -> tuple[int, str]:
    """Run a script at a terminal and answer every question; returns its exit code and all that was shown."""
    child = pexpect.spawn(
        "bash", ["--norc", "-eo", "pipefail", "-c", text], env=environ, cwd=str(folder), encoding="utf-8",
        timeout=SECONDS, dimensions=(50, 100),
    )  # fmt: skip
    child.delaybeforesend = 0.2
    shown = ""
    patterns = [pattern for pattern, _ in ANSWERS]
    while True:
        found = child.expect([pexpect.EOF, pexpect.TIMEOUT, *patterns])
        shown += child.before if isinstance(child.before, str) else ""
        if found < 2:
            break
        child.send(ANSWERS[found - 2][1] + "\r")
    child.close(force=True)
    return (child.exitstatus if found == 0 and child.exitstatus is not None else 1), re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown)


def test_blocks_are_found_and_read() -> None:
    assert documents.typed("$ echo 'a\nb' | cat\na\nb\n$ true\n") == "echo 'a\nb' | cat\ntrue\n"
    assert len(PAGES) > 5
