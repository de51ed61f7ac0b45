"""The journal: intents before effects, one line for each, safe beside others, clear where it cannot be written."""

import datetime as dt
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from desks import NOW, TOOLS, Folder, meeting, plan, step

from tinyagent_cli.desktops.base import Outcome
from tinyagent_cli.errors import UsageError
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal, JournalError


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "state" / "journal.sqlite3") as made:
        yield made


def done(journal, tmp_path, of=None, command="a command"):
    desk = Folder(tmp_path / "desk")
    execution = Execution(of or meeting(), TOOLS, desk, now=NOW, journal=journal, command=command)
    execution.look_up()
    return execution.carry_out()


def test_the_intent_is_there_before_the_effect(journal, tmp_path):
    seen = []

    def hook(tool, args, call):
        if tool == "create_note":
            with Journal(journal.path) as other:
                seen.append(other.entries()[0].step(1))

    of = plan(step(1, "create_note", name="n"))
    Execution(of, TOOLS, Folder(tmp_path / "desk", hook), now=NOW, journal=journal).carry_out()
    assert [(s.state, s.args["name"]) for s in seen] == [("begun", "n")]
    assert journal.last().step(1).state == "done"


def test_an_agreement_is_there_whole(journal, tmp_path):
    report = done(journal, tmp_path, command="Meet Sid")
    entry = journal.entry(report.agreement_id[:6])
    assert (entry.command, entry.plan, entry.desktop, entry.now) == ("Meet Sid", meeting(), "folder", NOW)
    assert entry.state == "done"
    assert [s.id for s in entry.steps] == [f"{entry.id}-{n}" for n in (1, 2, 3)]
    assert entry.step(1).result == "sid@example.com"
    assert entry.step(3).undo["path"].endswith(f"{entry.id}-3.json")
    assert entry.to_json()["steps"][2]["can_be_undone"]


def test_what_only_finds_things_out_leaves_no_trace(journal, tmp_path):
    done(journal, tmp_path, plan(step(1, "get_email_address", name="Sid")))
    assert not journal.path.exists()


def test_search_takes_words_literally(journal, tmp_path):
    for command in ("100% sure", "100 percent", "snake_case", "snakeXcase", "Größe"):
        done(journal, tmp_path, plan(step(1, "create_note", name=f"about {command}")), command)
    assert [e.command for e in journal.entries("100%")] == ["100% sure"]
    assert [e.command for e in journal.entries("e_c")] == ["snake_case"]
    assert [e.command for e in journal.entries("about Größe")] == ["Größe"]
    assert [e.command for e in journal.entries(limit=2)] == ["Größe", "snakeXcase"]


def test_unknown_and_ambiguous_ids_are_errors(journal, tmp_path):
    done(journal, tmp_path)
    for wrong in ("nothing", "", "%"):
        with pytest.raises(UsageError):
            journal.entry(wrong)


def test_addresses_written_to_are_known(journal, tmp_path):
    done(journal, tmp_path, plan(step(1, "send_sms", recipients=("+39 055-12",), message="x")))
    done(journal, tmp_path, plan(step(2, "compose_new_email", recipients=("A@X.org",))))
    assert journal.known_addresses() == {"+3905512", "a@x.org"}


def test_a_step_is_begun_once_more_only_where_it_was_not_done(journal):
    note, text = step(1, "create_note", name="n"), step(2, "send_sms", recipients=("1234",), message="x")
    journal.agree("abc", plan(note, text), "", "folder", NOW)
    journal.intent("abc", note, "create", {})
    journal.intent("abc", note, "create", {})
    journal.outcome("abc", note, "create", {}, Outcome("r", "d"))
    with pytest.raises(JournalError, match="not done twice"):
        journal.intent("abc", note, "create", {})
    journal.intent("abc", text, "send", {})
    with pytest.raises(JournalError, match="not done twice"):
        journal.intent("abc", text, "send", {})
    journal.end("abc")
    with pytest.raises(JournalError, match="nothing of it"):
        journal.agree("abc", plan(note, text), "", "folder", NOW)


def test_purged_contents_are_gone_from_the_disk(journal, tmp_path):
    done(journal, tmp_path, plan(step(1, "create_note", name="Geheimnis")), "keep it Geheimnis")
    assert journal.purge(dt.datetime.now().astimezone() - dt.timedelta(days=1)) == 0
    assert journal.purge() == 1
    assert journal.entries() == []
    assert journal.known_addresses() == frozenset()
    on_disk = b"".join(p.read_bytes() for p in journal.path.parent.glob("journal*"))
    assert b"Geheimnis" not in on_disk


def test_what_another_is_at_is_neither_unfinished_nor_purged(journal):
    of = plan(step(1, "create_note", name="n"))
    journal.agree("abc", of, "", "folder", NOW)
    with Journal(journal.path) as other:
        with other.under_way("abc"):
            assert journal.unfinished() == []
            assert journal.purge() == 0
            with pytest.raises(JournalError, match="another process"), journal.under_way("abc"):
                pass
        assert [e.id for e in journal.unfinished()] == ["abc"]


def test_texts_that_are_no_unicode_come_back(journal):
    of = plan(step(1, "create_note", name="n"))
    journal.agree("abc", of, "\udcff cmd", "folder", NOW)
    journal.outcome("abc", of.steps[0], "create", {"name": "\udcfe"}, Outcome("/home/\udcff", "a\0b"))
    entry = journal.entry("abc")
    assert (entry.command, entry.step(1).result, entry.step(1).done) == ("\udcff cmd", "/home/\udcff", "a\0b")
    assert entry.step(1).args == {"name": "\udcfe"}


def test_the_file_is_its_owners_alone(journal, tmp_path):
    done(journal, tmp_path)
    assert {p.stat().st_mode & 0o077 for p in journal.path.parent.iterdir()} == {0}


def test_commits_are_synced(journal, tmp_path):
    done(journal, tmp_path)
    with journal._reading() as db:
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


# Where it cannot be written


def test_a_place_that_cannot_be_written_stops_everything_beforehand(tmp_path):
    (tmp_path / "file").write_text("")
    desk = Folder(tmp_path / "desk")
    with Journal(tmp_path / "file" / "j.sqlite3") as journal, pytest.raises(JournalError, match="file"):
        Execution(meeting(), TOOLS, desk, now=NOW, journal=journal).carry_out()
    assert desk.files() == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_said(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(mode=0o500)
    with Journal(folder / "j.sqlite3") as journal, pytest.raises(JournalError, match="ermission"):
        journal.agree("abc", meeting(), "", "folder", NOW)


def test_a_full_disk_is_said_and_nothing_is_done(journal, tmp_path):
    journal.agree("other", meeting(), "", "folder", NOW)
    journal.end("other")
    desk = Folder(tmp_path / "desk")
    with journal._reading() as db:
        # SQLite's own bound on the file: writing beyond it fails as on a full disk.
        db.execute(f"PRAGMA max_page_count={db.execute('PRAGMA page_count').fetchone()[0]}")
    big = plan(step(1, "create_note", name="n", content="x" * 100_000))
    with pytest.raises(JournalError, match="disk is full"):
        Execution(big, TOOLS, desk, now=NOW, journal=journal).carry_out()
    assert desk.files() == []


def test_a_disk_that_fills_up_under_way_stops_the_steps_it_cannot_write_down(journal, tmp_path):
    def hook(tool, args, call):
        with journal._reading() as db:
            db.execute(f"PRAGMA max_page_count={db.execute('PRAGMA page_count').fetchone()[0]}")

    desk = Folder(tmp_path / "desk", hook)
    of = plan(
        step(1, "get_email_address", name="Sid"),
        step(2, "create_note", name="n $1", content="$1" + "x" * 100_000),
    )
    report = Execution(of, TOOLS, desk, now=NOW, journal=journal).carry_out()
    assert isinstance(report.step(2).error, JournalError)
    assert desk.files() == []


@pytest.mark.parametrize("content", [b"no database at all, just text" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_damaged_journal_is_said_and_left_alone(tmp_path, content):
    path = tmp_path / "j.sqlite3"
    path.write_bytes(content)
    with Journal(path) as journal, pytest.raises(JournalError, match="Move it away"):
        journal.entries()
    assert path.read_bytes() == content


def test_a_newer_journal_is_not_touched(journal):
    journal.agree("abc", meeting(), "", "folder", NOW)
    journal.close()
    db = sqlite3.connect(journal.path)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(JournalError, match="newer version"):
        journal.entries()


def test_twenty_processes_write_one_journal(tmp_path):
    code = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from desks import *
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal
root = Path(sys.argv[1])
sys.stdin.read(1)
with Journal(root / "journal.sqlite3") as journal:
    for round in range(3):
        report = Execution(meeting(), TOOLS, Folder(root / "desk"), now=NOW, journal=journal, command=sys.argv[3]).carry_out()
        assert report.exit_code == 0, [str(s.error) for s in report]
        assert not any(s.warning for s in report)
"""
    command = [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)]
    children = [
        subprocess.Popen([*command, f"process {n}"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for n in range(20)
    ]
    for child in children:
        child.stdin.write("x")
        child.stdin.flush()
    faults = [child.communicate(timeout=120)[1] for child in children]
    assert [f for f in faults if f] == []
    with Journal(tmp_path / "journal.sqlite3") as journal:
        entries = journal.entries(limit=100)
        assert len(entries) == 60
        assert {e.state for e in entries} == {"done"}
        assert sorted(Folder(tmp_path / "desk").world()) == sorted(f"{e.id}-3" for e in entries)
        assert journal.unfinished() == []
