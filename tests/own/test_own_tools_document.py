"""docs/own-tools.md, followed to the letter."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from sandboxed import Program

from tinyagent_cli import commands

DOCUMENT = Path(commands.__path__[0]).parents[1] / "docs" / "own-tools.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)


def test_every_command_of_the_document_works_as_printed(program: Program, tmp_path: Path) -> None:
    program_file = tmp_path / "bin" / "tinyagent"
    program_file.parent.mkdir()
    root = Path(commands.__path__[0]).parents[1]
    program_file.write_text(f'#!/bin/sh\nPYTHONPATH="{root}" exec "{sys.executable}" -m tinyagent_cli "$@"\n')
    program_file.chmod(0o755)
    new, check, execute, new_program = blocks("console")
    said = run(new, program_file.parent)
    (python,) = blocks("python")
    Path(said.strip()).write_text(python)
    assert "good   roll_dice (read)" in run(check, program_file.parent)
    assert re.fullmatch(r"[1-6], [1-6]\n", run(execute, program_file.parent))
    written = [Path(line) for line in run(new_program, program_file.parent).splitlines()]
    (toml,) = blocks("toml")
    next(path for path in written if path.suffix == ".toml").write_text(toml)
    assert "good   shout (read)" in run("$ tinyagent tools check\n", program_file.parent)


def run(block: str, folder: Path) -> str:
    """Run a console block: its prompts taken off."""
    script = "set -e\n" + re.sub(r"^\$ ", "", block, flags=re.MULTILINE)
    done = subprocess.run(
        ["bash", "-c", f'PATH="{folder}:$PATH"\n{script}'], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
