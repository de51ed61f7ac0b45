"""The man pages say what the program says, and a man program finds nothing wrong with them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from documents import ROOT

sys.path.insert(0, str(ROOT / "docs"))

import interface
import make_man

MAN = ROOT / "docs" / "man"
ANEW = "write them anew: python docs/make_man.py"


def all_commands() -> Iterator[interface.Command]:
    for each in interface.commands():
        yield each
        yield from each.below


def page_of(command: interface.Command) -> Path:
    return MAN / "man1" / f"{'-'.join(command.words.split()[:2])}.1"


def test_every_command_has_a_page_and_no_page_is_left_over() -> None:
    assert {path.relative_to(MAN).as_posix() for path in MAN.glob("*/*")} == set(make_man.pages()), ANEW


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.words)
def test_every_option_stands_in_its_page(command: interface.Command) -> None:
    text = page_of(command).read_text()
    for head, _ in (*command.options, *command.arguments):
        assert f".B {make_man.escaped(head)}\n" in text, f"{head} is not there; {ANEW}"


def test_every_setting_stands_in_its_page() -> None:
    assert (MAN / "man5" / "tinyagent.toml.5").read_text() == make_man.settings_page(), ANEW


def test_what_roff_would_take_for_an_order_stays_text() -> None:
    assert make_man.escaped(".SH it's \\fB --x") == "\\&.SH it's \\efB \\-\\-x"
    assert make_man.escaped("…") == "\\[u2026]"


@pytest.mark.parametrize("page", sorted(MAN.glob("*/*")), ids=lambda page: page.name)
def test_man_shows_every_page_without_a_complaint(page: Path) -> None:
    if shutil.which("mandoc"):
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(page)], capture_output=True, text=True, check=False)
        assert [line for line in done.stdout.splitlines() if "missing date" not in line] == []
    elif shutil.which("groff"):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", str(page)], capture_output=True, text=True, check=True)
        assert not done.stderr
    else:
        pytest.skip("neither mandoc nor groff is here")
