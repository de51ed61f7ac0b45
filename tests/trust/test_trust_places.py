"""What others put into the person's folders, and what others may see of the program's own."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import unicodedata
from pathlib import Path

import pytest
from ground import NOW, TOOLS, desk_at, part, plan, seen, step, unpacked
from hypothesis import given
from hypothesis import strategies as st

from tinyagent_cli.commands import _report
from tinyagent_cli.desktops import files
from tinyagent_cli.desktops import open as opening
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import DesktopError
from tinyagent_cli.run import secret_files
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal

CALL = Call("places-0001", NOW)
finding = part("open_and_get_file_path", "finding")


@pytest.fixture
def root(tmp_path):
    return unpacked(tmp_path / "home")


def asked(root: Path, tool: str, **args: object):
    return desk_at(root).call(tool, {**step(1, tool).args, **args}, CALL)


# Links and special files in folders that others share


@pytest.mark.parametrize("tool", ["open_note", "append_note_content"])
def test_a_note_that_is_a_link_out_of_the_notes_is_neither_read_nor_written(root, tool):
    secret = root / ".ssh" / "id_rsa"
    secret.parent.mkdir()
    secret.write_text("PRIVATE KEY")
    (root / "notes" / "Todo.md").symlink_to(secret)
    given = {"name": "Todo"} | ({"content": "x"} if tool == "append_note_content" else {})
    with pytest.raises(DesktopError, match="link out of the notes"):
        asked(root, tool, **given)
    assert secret.read_text() == "PRIVATE KEY"


def test_a_folder_of_notes_that_is_a_link_elsewhere_gets_no_note(root):
    (root / "elsewhere").mkdir()
    (root / "notes" / "Work").symlink_to(root / "elsewhere")
    with pytest.raises(DesktopError, match="link out of the notes"):
        asked(root, "create_note", name="N", content="C", folder="Work")
    assert list((root / "elsewhere").iterdir()) == []


def test_a_path_out_of_the_notes_is_no_note(root):
    (root / "mine.md").write_text("not a note")
    with pytest.raises(DesktopError):
        asked(root, "append_note_content", name=str(root / "notes" / ".." / "mine.md"), content="x")
    assert (root / "mine.md").read_text() == "not a note"


def test_notes_that_are_a_link_themselves_are_the_persons_own_arrangement(root):
    (root / "notes").rename(root / "synced")
    (root / "notes").symlink_to(root / "synced")
    assert asked(root, "open_note", name="Groceries").result
    asked(root, "create_note", name="New", content="C")
    assert (root / "synced" / "New.md").is_file()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes")
def test_pipes_among_notes_contacts_and_mail_are_passed_over_and_not_waited_for(root):
    for name in ("notes/Pipe.md", "contacts/pipe.vcf", "files/Pipe.pdf"):
        os.mkfifo(root / name)
    assert asked(root, "get_email_address", name="Sid").result
    for tool, words in (("open_note", {"name": "Pipe"}), ("open_and_get_file_path", {"file_name": "Pipe.pdf"})):
        with pytest.raises(DesktopError):
            asked(root, tool, **words)


def test_two_dots_after_a_link_mean_what_the_system_says(root):
    (root / "far" / "inner").mkdir(parents=True)
    (root / "far" / "a.txt").write_text("far")
    (root / "a.txt").write_text("near")
    (root / "link").symlink_to(root / "far" / "inner")
    found = finding.given_path(str(root / "link" / ".." / "a.txt"), root)
    assert found.read_text() == "far"


# Files that run when they are opened


@pytest.mark.parametrize("name", ["a.desktop", "A.DESKTOP", "a.py", "a.deb", "a.AppImage", "a.url", "program"])
def test_what_runs_when_it_is_opened_is_found_and_not_opened(tmp_path, name, monkeypatch):
    started = []
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(opening.shutil, "which", lambda _: "/usr/bin/xdg-open")
    monkeypatch.setattr(opening.subprocess, "Popen", lambda command, **_: started.append(command))
    (tmp_path / name).write_text("#!/bin/sh\n")
    (tmp_path / name).chmod(0o755)
    (tmp_path / "report.pdf").symlink_to(tmp_path / name)
    (tmp_path / "good.pdf").write_text("x")
    for path in (name, "report.pdf"):
        assert opening.system_opener(str(tmp_path / path)) is False
    assert opening.system_opener(str(tmp_path / "good.pdf")) is True
    assert started == [["/usr/bin/xdg-open", str(tmp_path / "good.pdf")]]


# Paths that lead to secrets


@pytest.mark.parametrize(
    "path",
    ["~/.ssh/config", "~root/.ssh/x", ".config/../.ssh/id_rsa", "file:///home/x/.env", "store/web.gpg", "~/.bash_history",
     "rclone.conf", "Work/SECRETS.YML"],
)  # fmt: skip
def test_a_path_to_a_secret_is_seen_through(tmp_path, path):
    assert secret_files.secret(path, tmp_path)


@pytest.mark.skipif(sys.platform != "linux" or not Path("/root").is_dir(), reason="needs a user called root")
def test_the_home_of_somebody_else_is_outside(tmp_path):
    assert secret_files.outside("~root/notes.txt", tmp_path)
    assert not secret_files.outside("~/notes.txt", tmp_path)


# What other users of the machine can see


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_what_is_made_is_open_to_no_more_than_the_persons_umask_allows(root, mask):
    before, old = seen(root), os.umask(mask)
    try:
        asked(root, "create_note", name="N", content="C", folder="F")
        asked(root, "create_reminder", name="R")
        desk_at(root).call("send_sms", {"recipients": ["+12025550100"], "message": "M"}, CALL)
        asked(root, "compose_new_email", recipients=["a@example.com"], subject="S", context="C")
    finally:
        os.umask(old)
    made = [root / name for name in seen(root) if name not in before]
    assert len(made) > 5
    for path in made:
        assert stat.S_IMODE(path.stat().st_mode) & mask == 0, path
        if path.is_file() and path.suffix != ".md":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_the_programs_own_folder_is_closed_to_others_whichever_part_comes_first(root):
    state = root / "state"
    state.mkdir(mode=0o755)
    with files.locked(state, root / "x"):
        assert stat.S_IMODE(state.stat().st_mode) == 0o700
    state.chmod(0o755)
    asked(root, "create_note", name="N", content="C")
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    state.chmod(0o755)
    with Journal(state / "journal.sqlite3") as journal:
        of = plan(step(1, "create_note", name="N"))
        Execution(of, TOOLS, desk_at(root), now=NOW, journal=journal).carry_out()
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


# JSON on a terminal


@given(st.text(st.characters() | st.sampled_from("\x1b\x9b\x7f\u202e\u2066\u200b\ufeff\ud800\U000e0041")))
def test_json_reads_back_as_it_was_and_holds_nothing_a_terminal_acts_on(text):
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as out:
        _report.emit({"text": text}, indent=None)
    written = out.getvalue().removesuffix("\n")
    assert json.loads(written)["text"].encode("utf-16", "surrogatepass") == text.encode("utf-16", "surrogatepass")
    assert not re.search("[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in written)
