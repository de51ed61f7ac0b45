"""CONTRIBUTING.md's "Add a tool in five minutes", followed to the letter in a copy of the program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import documents
from documents import ROOT

from tinyagent_cli.commands.demo import sandbox

PAGE = ROOT / "CONTRIBUTING.md"


def test_a_tool_added_as_contributing_says_is_listed_shown_and_carried_out(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    for name in ("tinyagent_cli", "tools", "prompts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".mypy_cache"))
    text = PAGE.read_text()
    declared, done = documents.blocks(PAGE, "python")
    files = re.findall(r"`tools/<app>/(\w+\.py)`", text)
    assert files[:2] == ["__init__.py", "open.py"]
    folder = copy / "tools" / "clipboard"
    folder.mkdir()
    for file, block in zip(files, (declared, done), strict=False):
        (folder / file).write_text(block.text)
    environ = {**os.environ, "PYTHONPATH": str(copy), "TINYAGENT_HOME": str(sandbox(tmp_path / "box"))}

    def tinyagent(*arguments: str, said: str = "") -> str:
        command = [sys.executable, "-m", "tinyagent_cli", *arguments]
        made = subprocess.run(command, env=environ, cwd=tmp_path, input=said, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        return made.stdout

    assert "copy_text" in tinyagent("tools")
    assert "What to copy." in tinyagent("tools", "show", "copy_text")
    assert "Copied 5 characters" in tinyagent("execute", "-", "--yes", said='1. copy_text("hello")\n2. join()\n')
