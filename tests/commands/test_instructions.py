"""Instructions that the program takes to start, counted by valgrind beside those of the bare interpreter."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tinyagent_cli import commands

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("valgrind") is None, reason="valgrind counts them"),
]
PROGRAM = str(Path(commands.__path__[0]).parents[1])


@pytest.fixture(scope="module")
def instructions():
    def count(*arguments):
        command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", sys.executable, *arguments]
        env = {**os.environ, "PYTHONPATH": PROGRAM, "PYTHONHASHSEED": "0"}
        told = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
        return int(re.search(r"Collected : (\d+)", told.stderr)[1])

    return count


@pytest.fixture(scope="module")
def bare(instructions):
    return instructions("-c", "pass")


def test_the_version_costs_hardly_more_than_the_interpreter(instructions, bare):
    assert instructions("-m", "tinyagent_cli", "--version") <= 1.8 * bare


def test_help_costs_little_more_than_its_library(instructions, bare):
    library = instructions("-c", "import typer, typer.main") - bare
    assert instructions("-m", "tinyagent_cli", "--help") - bare <= 2 * library
