"""How a message reaches a person."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinyagent_cli.commands._report import broken

LONG = "None of the tools can do that. The nearest is get_phone_number: find a contact by name and return it."
PATH = "/a/path/that/is-longer/than-the-terminal/is-wide/and-stays-whole.ics"


def test_lines_break_between_words_and_a_path_stays_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    lines = broken("error: ", LONG).splitlines()
    assert all(len(line) <= 40 for line in lines)
    assert " ".join(line.strip() for line in lines) == f"error: {LONG}"
    assert broken("saved: ", PATH) == f"saved: {PATH}"
    assert broken("error: ", "") == "error: "


def test_a_wide_terminal_keeps_lines_short_enough_to_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    assert max(map(len, broken("", "word " * 100).splitlines())) <= 110


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")
def test_a_failure_at_a_narrow_terminal_has_no_torn_word(home: Path, at_terminal: Callable[..., Any]) -> None:
    child = at_terminal("plan", "", environ={"NO_COLOR": "1", "COLUMNS": "30"}, columns=30)
    lines = child.read().splitlines()
    assert lines[0].startswith("error: ")
    assert len(lines) > 1
    assert all(len(line) <= 30 for line in lines)
