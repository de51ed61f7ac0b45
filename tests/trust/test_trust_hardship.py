"""A full disk, permission lost, a clock set back, twenty programs at once, ten thousand broken files."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ground import FULL, NOW, TOOLS, broken, copied, desk_at, plan, seen, step, unpacked

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.run import journal as journals
from tinyagent_cli.run import recovery
from tinyagent_cli.run import undo as undoing
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal

HERE = Path(__file__).parent
PLAN = plan(
    step(1, "create_calendar_event", title="Event", start_date="2026-03-05 14:00:00", notes="n" * 2000),
    step(2, "create_note", name="Note", content="c" * 5000),
    step(3, "append_note_content", name="Groceries", content="Eggs"),
    step(4, "create_reminder", name="Reminder"),
    step(5, "compose_new_email", recipients=("sid@example.com",), subject="Draft", context="d" * 3000),
    step(6, "send_sms", recipients=("+1 202 555 0100",), message="Text"),
)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return unpacked(tmp_path_factory.mktemp("hard") / "template")


def python(code: str, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])}
    return subprocess.run(
        [*before, sys.executable, "-P", "-c", code, *arguments],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )


# Two programs and more at once

AT_ONCE = """
import sys
from pathlib import Path
from ground import NOW, TOOLS, desk_at, plan, step
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal
root, number = Path(sys.argv[1]), sys.argv[2]
with Journal(root / "state/journal.sqlite3") as journal:
    for k in range(int(sys.argv[3])):
        of = plan(
            step(1, "create_calendar_event", title=f"Event {number}.{k}", start_date="2026-03-05 14:00:00"),
            step(2, "append_note_content", name="Groceries", content=f"Item {number}.{k}"),
            step(3, "create_note", name="Same name", content=f"{number}.{k}"),
        )
        assert Execution(of, TOOLS, desk_at(root), now=NOW, journal=journal).carry_out().exit_code == 0
"""


@pytest.mark.slow
def test_twenty_processes_on_one_calendar_one_note_and_one_journal_lose_nothing(template, tmp_path):
    root, processes, each = copied(template, tmp_path / "home"), 20 if FULL else 6, 5 if FULL else 2
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])}
    started = [
        subprocess.Popen(
            [sys.executable, "-P", "-c", AT_ONCE, str(root), str(n), str(each)],
            env=env,
            stderr=subprocess.PIPE,
        )
        for n in range(processes)
    ]
    errors = [child.communicate(timeout=500)[1].decode() for child in started]
    assert [child.returncode for child in started] == [0] * processes, errors
    events = list(root.glob("calendars/personal/*.ics"))
    groceries = (root / "notes/Groceries.md").read_text().split("\n")
    wanted = {f"{n}.{k}" for n in range(processes) for k in range(each)}
    assert len(events) == len(wanted)
    assert {line.removeprefix("- Item ") for line in groceries if line.startswith("- Item ")} == wanted
    assert len([line for line in groceries if line.startswith("- Item ")]) == len(wanted)
    assert {p.read_text().split("\n")[2] for p in root.glob("notes/Same name*.md")} == wanted
    assert broken(root) == []
    with Journal(root / "state/journal.sqlite3") as journal:
        assert len(journal.entries(limit=1000)) == len(wanted)
        assert {e.state for e in journal.entries(limit=1000)} == {"done"}
    print(f"{processes} processes: {len(events)} events, {len(wanted)} lines, {len(wanted)} notes, none lost")


# A full disk

FILLED = """
import json, subprocess, sys, tempfile
from pathlib import Path
from ground import NOW, TOOLS, broken, copied, desk_at, seen
from test_trust_hardship import PLAN
from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal
template, room, sizes = Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
found = []
for size in sizes:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "none", str(room)], check=True)
    root, said = room / "home", []
    copied(template, root)
    with Journal(root / "state/journal.sqlite3") as journal:
        try:
            report = Execution(PLAN, TOOLS, desk_at(root), now=NOW, journal=journal).carry_out()
            said = [f"{s.state} {s.error or s.warning}" for s in report]
        except TinyAgentError as fault:
            said = [f"stopped {fault}"]
    known = set()
    try:
        with Journal(root / "state/journal.sqlite3") as journal:
            known = {s.id for e in journal.entries() for s in e.steps}
    except TinyAgentError as fault:
        said.append(f"stopped {fault}")
    after = seen(root)
    effects = [Path(k).name.partition(".ics")[0] for k in after if k.endswith(".ics")]
    found.append({"size": size, "said": said, "broken": broken(root), "unknown": [e for e in effects if e not in known],
                  "groceries": after["notes/Groceries.md"].decode()})
    subprocess.run(["umount", str(room)], check=True)
print(json.dumps(found))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small file system")
def test_a_disk_that_is_full_at_any_point_is_said_and_leaves_the_old_or_the_new(template, tmp_path):
    used = sum(-(-p.stat().st_size // 4096) * 4 + 4 for p in template.rglob("*"))
    sizes = list(range(used, used + 400, 8 if FULL else 40))
    room = tmp_path / "room"
    room.mkdir()
    done = python(FILLED, str(template), str(room), json.dumps(sizes), before=("unshare", "-m"))
    if "mount" in done.stderr and "denied" in done.stderr:
        pytest.skip("may not mount here")
    assert done.returncode == 0, done.stderr
    original = (template / "notes/Groceries.md").read_text()
    found = json.loads(done.stdout)
    for each in found:
        assert each["broken"] == [], each
        assert each["unknown"] == [], each
        assert each["groceries"] in {original, original + "- Eggs\n"}, each
        for said in each["said"]:
            assert said.startswith("done") or "full" in said, each
    full = [e for e in found if any("full" in s for s in e["said"])]
    whole = [e for e in found if all(s == "done " for s in e["said"])]
    assert full
    assert whole, "no disk was large enough"
    print(
        f"{len(found)} sizes of disk: {len(full)} full on the way, {len(whole)} large enough, none with a broken file"
    )


# Permission lost

LOST = """
import json, os, sys
from pathlib import Path
root, which = Path(sys.argv[1]), sys.argv[2]
from ground import NOW, TOOLS, broken, desk_at, seen
from test_trust_hardship import PLAN
from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal
import icalendar, rapidfuzz, email.policy
folder = root / which
def lose(event):
    if type(event).__name__ == "StepDone" and folder.exists():
        folder.chmod(0o500)
said = []
try:
    with Journal(root / "state/journal.sqlite3") as journal:
        report = Execution(PLAN, TOOLS, desk_at(root), now=NOW, journal=journal, on_event=lose, workers=1).carry_out()
        said = [[s.state, str(s.error or s.warning)] for s in report]
except TinyAgentError as fault:
    said = [["stopped", str(fault)]]
folder.chmod(0o700)
with Journal(root / "state/journal.sqlite3") as journal:
    known = {s.id: s.state for e in journal.entries() for s in e.steps}
effects = [p.stem for p in root.glob("calendars/*/*.ics")]
print(json.dumps({"said": said, "broken": broken(root), "unknown": [e for e in effects if e not in known]}))
"""
FOLDERS = (
    "notes",
    "calendars/personal",
    "calendars/reminders",
    "mail",
    "state",
    "state/calls",
    "state/locks",
)


ORDINARY = () if os.geteuid() else ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
"""What makes a program heed permissions even where root runs it."""


@pytest.mark.skipif(bool(ORDINARY) and not shutil.which("setpriv"), reason="root heeds no permissions")
@pytest.mark.parametrize("which", FOLDERS)
def test_permission_lost_on_the_way_is_said_and_the_rest_goes_on(which, template, tmp_path):
    root = copied(template, tmp_path / "home")
    done = python(LOST, str(root), which, before=ORDINARY)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["broken"] == []
    assert found["unknown"] == []
    for state, why in found["said"]:
        assert state in {"done", "stopped"} or "ermission" in why or "may not" in why, found
    print(f"{which}: {[state for state, _ in found['said']]}")


# A clock set back


def test_a_clock_set_back_by_ten_years_confuses_neither_journal_nor_undo_nor_recovery(
    template, tmp_path, monkeypatch
):
    root = copied(template, tmp_path / "home")
    before, desk = seen(root), desk_at(root)
    clock = [NOW]
    monkeypatch.setattr(journals, "_now", lambda: clock[0].isoformat())
    one = plan(
        step(1, "create_reminder", name="first"),
        step(2, "append_note_content", name="Groceries", content="a"),
    )
    two = plan(
        step(1, "create_reminder", name="second"),
        step(2, "append_note_content", name="Groceries", content="b"),
    )
    with Journal(root / "state/journal.sqlite3") as journal:
        Execution(one, TOOLS, desk, now=clock[0], command="one", journal=journal).carry_out()
        middle = seen(root)
        clock[0] -= dt.timedelta(days=3650)
        Execution(two, TOOLS, desk, now=clock[0], command="two", journal=journal).carry_out()
        assert [e.command for e in journal.entries()] == ["two", "one"]
        assert recovery.left(journal) == []
        undoing.undo(journal, desk)
        assert seen(root) == middle
        undoing.undo(journal, desk)
        assert seen(root) == before
        journal.agree("cutshort01", two, "three", "open", clock[0])
        journal.intent("cutshort01", two.steps[0], "create", {"name": "x"})
        clock[0] -= dt.timedelta(days=3650)
        (left,) = recovery.left(journal)
        assert recovery.finish(left, journal, TOOLS, desk).exit_code == 0
        assert recovery.left(journal) == []


def test_a_clock_set_back_takes_no_ledger_entry_and_no_fresh_temporary_away(template, tmp_path, monkeypatch):
    root = copied(template, tmp_path / "home")
    desk, call = desk_at(root), Call("clock-note-0001", NOW)
    made = desk.call("create_note", {"name": "n", "content": "c"}, call)
    fresh, old = root / "notes/.tinyagent-1.tmp", root / "notes/.tinyagent-2.tmp"
    fresh.touch()
    old.touch()
    os.utime(old, (0, 0))
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() - 10**9)
    files.replace(root / "notes/x.md", b"x")
    assert fresh.exists()
    again = desk.call("create_note", {"name": "n", "content": "c"}, call)
    assert again.result == made.result
    monkeypatch.setattr(time, "time", real)
    files.replace(root / "notes/x.md", b"y")
    assert fresh.exists()
    assert not old.exists()


# Ten thousand broken files

BROKEN = (
    b"", b"\0" * 50, b"\xff\xfe\xfa", b"BEGIN:VCARD\nFN:", b"BEGIN:VCARD\r\nVERSION:3.0\r\nN:;;;;\r\nEND:VCARD\r\n",
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART:never\r\n", b"{" * 200, b"# \xc3\x28\n", b"From \r\n\r\n\xf0\x28\x8c\xbc",
    b"BEGIN:VCARD\r\n" * 30, b"%PDF-1.7\n" + b"x" * 40, b"BEGIN:VCARD\r\nVERSION:9\r\nFN;CHARSET=none:\xe9\r\nEMAIL:@@\r\nEND:VCARD",
)  # fmt: skip


@pytest.mark.slow
def test_among_ten_thousand_broken_files_the_good_ones_are_found_and_none_is_touched(template, tmp_path):
    root, number = copied(template, tmp_path / "home"), 10_000 if FULL else 600
    chance = random.Random("broken")
    places = [
        ("contacts", "vcf"),
        ("notes", "md"),
        ("calendars/personal", "ics"),
        ("mail/cur", "x"),
        ("files", "pdf"),
    ]
    for n in range(number):
        folder, suffix = places[n % len(places)]
        data = chance.choice(BROKEN)
        if data and chance.random() < 0.3:
            data = bytes(chance.choice(data) ^ chance.randrange(8) for _ in range(len(data)))
        (root / folder / f"broken {n}.{suffix}").write_bytes(data)
    before, desk, took = seen(root), desk_at(root), {}
    jobs = (
        ("get_email_address", {"name": "Sid"}), ("get_email_address", {"name": "Sid"}), ("open_note", {"name": "Groceries"}),
        ("open_and_get_file_path", {"file_name": "Quarterly report"}), ("reply_to_email", {"context": "x"}),
        ("create_calendar_event", {"title": "T", "start_date": NOW}), ("append_note_content", {"name": "Groceries", "content": "x"}),
    )  # fmt: skip
    for count, (tool, args) in enumerate(jobs):
        began = time.monotonic()
        outcome = desk.call(tool, {**step(1, tool).args, **args}, Call(f"among-broken-{count}", NOW))
        took[f"{count} {tool}"] = round(time.monotonic() - began, 2)
        if outcome.undo:
            desk.undo(outcome.undo)
        assert seen(root) == before
    with pytest.raises(TinyAgentError):
        desk.call(
            "summarize_pdf",
            {"pdf_path": str(root / "files/broken 4.pdf")},
            Call("among-broken-9", NOW, summarize=str),
        )
    print(f"{number} broken files, seconds: {took}")
    shutil.rmtree(root)
