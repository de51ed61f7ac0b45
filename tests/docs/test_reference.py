"""The reference says what the program says."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from documents import ROOT

sys.path.insert(0, str(ROOT / "docs"))

import interface
import make_reference

ANEW = "write it anew: python docs/make_reference.py"


def all_commands() -> Iterator[interface.Command]:
    for each in interface.commands():
        yield each
        yield from each.below


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.words)
def test_every_command_and_option_stands_in_the_reference(command: interface.Command) -> None:
    text = (ROOT / "docs" / "reference" / "commands.md").read_text()
    assert f" {command.words}\n" in text, ANEW
    section = text.partition(f"# {command.words}\n")[2].partition("\n#")[0]
    for head, _ in make_reference.records([*command.arguments, *command.options]):
        assert head in section, f"{head}: {ANEW}"


@pytest.mark.parametrize("name", ["tools.md", "settings.md"])
def test_tools_and_settings_are_those_of_the_program(name: str) -> None:
    assert (ROOT / "docs" / "reference" / name).read_text() == make_reference.pages()[name], ANEW
