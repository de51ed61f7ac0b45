"""The whole of it: commands of dev-*.txt, planned by the real starter model, carried out, read back by other programs."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from readers import ZONE, addresses, events, to_dos
from strategies import examples

from tinyagent_cli.commands.demo import sandbox
from tinyagent_cli.plan.model import Moment

pytestmark = pytest.mark.model
TEN = (
    "I've got the visa interview on Friday at 11:20, US consulate. Put it in and remind me Thursday evening to pack the documents.",
    "Let Ondine know dinner's at Raoul's now, and remind me at 18:30 to pick up Raoul's mother",
    "Coffee With Mireille Thursday 4",
    "I need a reminder tonight to write to Aunt Sol, and one on Friday at 2.45 to post the letter",
    "Coffee with June on the 16th at twenty past ten, Corner 88",
    "Ask Jarek in an email whether the PA fits in the van or if we need a trailer, and remind me tomorrow at noon to book the van",
    "Sledging with Rafi this afternoon from 2 to 4",
    "I want to be reminded on Monday at 7:05 of train 1809 and on Tuesday at 7:50 of train 1811",
    "Seedling swap with Marguerite, Sunday 14 June, from eleven to half twelve, Unit 5",
    "Mulled wine with the choir this Friday from half past seven in the evening, two hours",
)
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{n}\r\nFN:{name}\r\nN:{name};;;;\r\nEMAIL:person{n}@example.org\r\nTEL:+4366000{n:04}\r\nEND:VCARD\r\n"


def tinyagent(home, *arguments, **more):
    env = {**os.environ, "TINYAGENT_HOME": str(home), "TZ": ZONE, "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "tinyagent_cli", *arguments],
        env=env, capture_output=True, text=True, timeout=300, check=False, stdin=subprocess.DEVNULL, **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A sandbox whose address book and folders hold what the ten commands speak of."""
    home = sandbox(tmp_path_factory.mktemp("scenario") / "box")
    names = {str(s.args["name"]) for e in ten() for s in e.plan.steps if s.tool.startswith("get_") and "name" in s.args}
    for n, name in enumerate(sorted(names)):
        (home / "contacts" / f"person{n}.vcf").write_text(CARD.format(n=n, name=name), newline="")
    return home


def ten():
    by_command = {e.command: e for e in examples() if e.id.startswith("dev")}
    return [by_command[command] for command in TEN]


@pytest.mark.parametrize("example", ten(), ids=lambda e: e.id)
def test_a_command_takes_effect_in_files_that_other_programs_read_back(home, example):
    done = tinyagent(home, "run", "--yes", "--json", "--now", example.now.strftime("%Y-%m-%d %H:%M"), example.command)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["exit_code"] == 0
    for step in example.plan.steps:
        if step.tool == "create_calendar_event":
            start = step.args["start_date"]
            listed = events(home, home / "calendars" / "personal", start.iso[:10], "2d")
            assert any(event["start-long"].startswith(start.iso[:16]) for event in listed), listed
        if step.tool == "create_reminder":
            lists = home / "calendars"
            due = step.args["due_date"]
            assert any(_due(todo, due) for todo in to_dos(home, lists)), to_dos(home, lists)


def _due(todo, due):
    if not isinstance(due, Moment):
        return todo["due"] is None
    if todo["due"] is None:
        return False
    found = dt.datetime.fromtimestamp(todo["due"], ZoneInfo(ZONE)).isoformat(sep=" ")
    return found.startswith(due.iso[:10])


def test_khard_reads_the_address_book_that_look_ups_use(home):
    assert "sid@example.com" in addresses(home, home / "contacts")


def test_without_a_terminal_and_without_yes_nothing_is_done(home):
    before = sorted(Path(home).rglob("*.ics"))
    done = tinyagent(home, "run", "remind me tomorrow at noon to call the bank")
    assert done.returncode == 5
    assert sorted(Path(home).rglob("*.ics")) == before


def test_a_batch_prints_one_object_a_line_in_order(home):
    commands = 'text mom that I am late\n{"query": "remind me tomorrow at 9 to run", "now": "2026-03-04 09:30"}\nplay some jazz\n'
    done = subprocess.run(
        [sys.executable, "-m", "tinyagent_cli", "plan", "--batch", "-"], input=commands, text=True, capture_output=True,
        env={**os.environ, "TINYAGENT_HOME": str(home)}, timeout=300, check=False,
    )  # fmt: skip
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["query"] for row in rows] == ["text mom that I am late", "remind me tomorrow at 9 to run", "play some jazz"]
    assert set(rows[1]) >= {"query", "now", "model", "tools", "steps", "refused", "timing"}
    assert rows[1]["steps"][0]["args"]["due_date"] == "2026-03-05 09:00:00"
    assert rows[2]["refused"] is True
    assert rows[2]["reason"]
