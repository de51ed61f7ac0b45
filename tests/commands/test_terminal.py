"""The program at a real terminal: the question, its answers, and choosing among several."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinyagent_cli import commands

pexpect: Any = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is needed", allow_module_level=True)

PLAN = """\
1. get_email_address("Sid")
2. create_calendar_event("Notes", "2026-03-05 14:00:00", "", "", ["$1"], "", "")
3. join()
"""
QUESTION = r"\[no\] "
Start = Callable[..., Any]


@pytest.fixture
def start(home: Path, at_terminal: Start) -> Start:
    """Start the program on a plan, at a terminal of a size."""

    def begin(plan: str = PLAN, *options: str, columns: int = 80, **environ: str) -> Any:
        (home / "p.plan").write_text(plan)
        command = ("execute", str(home / "p.plan"), "--now", "2026-03-04 09:30", *options)
        return at_terminal(*command, environ=environ, columns=columns, timeout=60)

    return begin


def editor(home: Path, script: str) -> str:
    file = home / "editor"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


def ended(child: Any) -> int:
    """Wait for the end; returns the exit code."""
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus if child.exitstatus is not None else -child.signalstatus)


def events(home: Path) -> list[str]:
    return [path.read_text() for path in home.glob("calendars/*/*.ics")]


def test_yes_does_it(start: Start, home: Path) -> None:
    child = start()
    child.expect(QUESTION)
    assert "sid@example.com" in child.before
    child.sendline("y")
    assert ended(child) == 0
    assert "Created the event" in child.before
    assert len(events(home)) == 1


@pytest.mark.parametrize("answer", ["n", "", "no"])
def test_anything_but_yes_does_nothing(start: Start, home: Path, answer: str) -> None:
    child = start()
    child.expect(QUESTION)
    child.sendline(answer)
    assert ended(child) == 5
    assert events(home) == []


def test_the_end_of_input_and_an_interruption_do_nothing(start: Start, home: Path) -> None:
    child = start()
    child.expect(QUESTION)
    child.sendeof()
    assert ended(child) == 5
    child = start()
    child.expect(QUESTION)
    child.sendintr()
    assert ended(child) == 130
    assert events(home) == []


def test_explain_says_what_the_steps_do_and_asks_again(start: Start) -> None:
    child = start()
    child.expect(QUESTION)
    child.sendline("x")
    child.expect(QUESTION)
    assert "which tinyagent undo takes back" in re.sub(
        r"\s+", " ", re.sub(r"\x1b\[[0-9;]*m", "", child.before)
    )
    child.sendline("what")
    child.expect("Answer y, n, e or x")


def test_edit_changes_what_is_done(start: Start, home: Path) -> None:
    child = start(
        EDITOR=editor(home, "sed -i 's/Notes/Budget/; s/2026-03-05 14:00:00/friday at noon/' \"$1\""),
        VISUAL="",
    )
    child.expect(QUESTION)
    child.sendline("e")
    child.expect("Fri 6 March 2026, 12:00–13:00")
    child.expect(QUESTION)
    child.sendline("y")
    assert ended(child) == 0
    (event,) = events(home)
    assert "Budget" in event


def test_a_plan_that_was_edited_into_nonsense_is_told_and_the_old_one_stays(start: Start, home: Path) -> None:
    child = start(EDITOR=editor(home, "sed -i 's/create_calendar_event/creat_event/' \"$1\""), VISUAL="")
    child.expect(QUESTION)
    child.sendline("e")
    child.expect("line 2")
    child.expect("Edit it again")
    child.sendline("n")
    child.expect(QUESTION)
    child.sendline("n")
    assert ended(child) == 5


def test_a_plan_edited_away_is_not_confirmed(start: Start, home: Path) -> None:
    child = start(EDITOR=editor(home, 'echo > "$1"'), VISUAL="")
    child.expect(QUESTION)
    child.sendline("e")
    assert ended(child) == 5


def test_a_missing_editor_is_an_error(start: Start) -> None:
    child = start(EDITOR="/nowhere/editor", VISUAL="")
    child.expect(QUESTION)
    child.sendline("e")
    assert ended(child) == 2
    assert "/nowhere/editor is not there" in child.before


def test_one_of_several_contacts_is_picked_by_number(start: Start) -> None:
    child = start('1. get_email_address("Maria")\n2. join()\n')
    child.expect(r"Which one\?.*\] ")
    shown = child.before
    child.sendline("7")
    child.expect("There is no number 7")
    child.expect(r"Which one\?.*\] ")
    child.sendline("2")
    assert ended(child) == 0
    second = next(line for line in shown.splitlines() if re.search(r"\b2\b.*@", line))
    assert re.search(r"[\w.]+@[\w.]+", second)[0] in child.before  # type: ignore[index]


def test_no_input_asks_nothing_even_at_a_terminal(start: Start, home: Path) -> None:
    assert ended(start(PLAN, "--no-input")) == 5
    assert events(home) == []


@pytest.mark.parametrize("plain", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_it_is_not_wanted(start: Start, plain: dict[str, str]) -> None:
    child = start(PLAN, "--dry-run", **plain)
    assert ended(child) == 0
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", child.before)
    child = start(PLAN, "--dry-run")
    assert ended(child) == 0
    assert re.search(r"\x1b\[[0-9;]*3[0-7]", child.before)


@pytest.mark.parametrize("columns", [40, 200])
def test_narrow_and_wide_terminals(start: Start, columns: int) -> None:
    child = start(PLAN, "--dry-run", columns=columns, NO_COLOR="1")
    assert ended(child) == 0
    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", child.before)
    assert max(map(len, re.split(r"[\r\n]+", plain))) <= columns


def test_a_plan_that_comes_through_a_pipe_is_still_asked_about(start: Start, home: Path) -> None:
    (home / "p.plan").write_text(PLAN)
    environ = {**os.environ, "PYTHONPATH": str(Path(commands.__path__[0]).parents[1])}
    script = f"cat {home}/p.plan | {sys.executable} -m tinyagent_cli execute -"
    child = pexpect.spawn("/bin/sh", ["-c", script], env=environ, encoding="utf-8", timeout=120)
    child.expect(QUESTION)
    child.sendline("y")
    assert ended(child) == 0
    assert len(events(home)) == 1


NOTE = '1. create_note("Trip", "Socks", "")\n2. join()\n'
LATER = r"Which one\? .*none\] "


def cut_short(home: Path) -> None:
    """Leave an agreement as a crash does: a note made, a reminder not begun."""
    from tinyagent_cli.clock import read_now
    from tinyagent_cli.plan import notation
    from tinyagent_cli.run.journal import Journal
    from tinyagent_cli.toolbox import built_in

    plan = notation.read('1. create_reminder("Cut short", "", "", "", 0, False)\n2. join()\n', built_in())
    with Journal(home / "state" / "journal.sqlite3") as journal:
        journal.agree("cutshort01", plan, "remind me", "open", read_now("2026-03-04 09:30"))


def reminders(home: Path) -> int:
    return sum("Cut short" in path.read_text() for path in home.glob("calendars/*/*.ics"))


def test_the_next_start_offers_to_finish_what_a_crash_cut_short(start: Start, home: Path) -> None:
    cut_short(home)
    child = start(NOTE)
    child.expect("remind me.*was cut short")
    child.expect(LATER)
    child.sendline("1")
    child.expect(QUESTION)
    assert reminders(home) == 1
    child.sendline("y")
    assert ended(child) == 0


def test_whoever_does_not_want_to_decide_is_told_again_at_the_next_start(start: Start, home: Path) -> None:
    cut_short(home)
    for _ in range(2):
        child = start(NOTE)
        child.expect(LATER)
        child.sendline("")
        child.expect(QUESTION)
        child.sendline("n")
        assert ended(child) == 5
    assert reminders(home) == 0


def test_undo_shows_what_was_changed_since_and_asks(start: Start, home: Path) -> None:
    child = start(NOTE, "--yes")
    assert ended(child) == 0
    (note,) = home.glob("**/Trip.md")
    note.write_text(note.read_text() + "Passport\x1b[2J\n")
    env = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(Path(commands.__path__[0]).parents[1])}
    for answer, there in (("n", True), ("y", False)):
        child = pexpect.spawn(sys.executable, ["-m", "tinyagent_cli", "undo"], env=env, encoding="utf-8", timeout=60, echo=False)
        child.expect(r"\+Passport‹U\+001B›")
        child.expect(r"\[y/N\] ")
        child.sendline(answer)
        assert ended(child) == (0 if answer == "y" else 7)
        assert note.exists() is there
