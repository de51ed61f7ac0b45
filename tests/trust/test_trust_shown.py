"""Whatever way others' texts come to a terminal, they cannot act on it; and what others cannot do with the program's own."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sys
from pathlib import Path

import pytest
from ground import step

from tinyagent_cli import settings
from tinyagent_cli.cli import main
from tinyagent_cli.commands.demo import sandbox
from tinyagent_cli.errors import UsageError
from tinyagent_cli.own import executables, loading
from tinyagent_cli.run import lookalikes
from tinyagent_cli.toolbox import built_in
from tinyagent_cli.view.completing import Names
from tinyagent_cli.view.typed import forget_typed

EVIL = "Evil\x1b]0;title\x07\x1b[2J\x9b31m\u202etxt.exe\u2066\u200b\ufeff\x7f\r"
ACTS = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
PLAN = {
    "query": f"note {EVIL}",
    "steps": [
        {"id": 1, "tool": "create_note", "args": {"name": EVIL, "content": EVIL, "folder": EVIL}},
        {"id": 2, "tool": "open_note", "args": {"name": "Inbox", "folder": ""}},
        {"id": 3, "tool": "create_reminder", "args": {"name": f"{EVIL} $2", "notes": EVIL}},
        {"id": 4, "tool": "get_email_address", "args": {"name": "zed"}},
        {"id": 5, "tool": "open_note", "args": {"name": f"none {EVIL}", "folder": ""}},
        {"id": 6, "tool": "create_calendar_event",
         "args": {"title": EVIL, "start_date": "2026-03-05 14:00:00", "calendar": f"no {EVIL}", "notes": "$2"}},
        {"id": 7, "tool": "create_reminder", "args": {"name": "x", "list_name": EVIL}},
        {"id": 8, "tool": "open_and_get_file_path", "args": {"file_name": "Zeta"}},
    ],
}  # fmt: skip
for each in PLAN["steps"]:
    each["args"] = {**step(1, each["tool"]).args, **each["args"]}


@pytest.fixture
def home(tmp_path, monkeypatch) -> Path:
    made = sandbox(tmp_path / "box")
    monkeypatch.chdir(tmp_path)
    for name in (settings.CONFIG, "TINYAGENT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(settings.HOME, str(made))
    (made / "notes" / "Inbox.md").write_text(f"# Inbox\n\n{EVIL}\n", newline="")
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:Zed {EVIL}\nNICKNAME:zed\nEMAIL:z\u202e@example.com\nEND:VCARD\n"
    (made / "contacts" / "zed.vcf").write_text(card, newline="")
    (made / "contacts" / "zed2.vcf").write_text(card.replace("z\u202e@", "zed2@"), newline="")
    (made / "files" / f"Zeta {EVIL.replace('/', '')}.txt").write_text("x")
    (made / "evil.plan").write_text(json.dumps(PLAN))
    return made


WAYS = {
    "dry run": ("execute", "evil.plan", "--dry-run"),
    "carried out": ("execute", "evil.plan", "--yes"),
    "nobody to ask": ("execute", "evil.plan"),
    "history": ("history",),
    "one entry": ("history", "ENTRY"),
    "search": ("history", "--search", EVIL),
    "undo": ("undo",),
    "no such entry": ("history", f"none{EVIL}"),
    "no such plan": ("execute", f"none{EVIL}"),
    "no such setting": ("config", "set", f"policy.{EVIL}", EVIL),
    "no such command": (f"x{EVIL}",),
    "no such option": ("run", f"--{EVIL}"),
    "no such tool": ("tools", "show", EVIL),
    "json": ("execute", "evil.plan", "--dry-run", "--json"),
    "history as json": ("history", "--json"),
    "error as json": ("history", f"none{EVIL}", "--json"),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_nothing_that_is_shown_acts_on_the_terminal(home, way, capsys):
    if way in {"history", "one entry", "search", "undo", "history as json"}:
        main(("execute", str(home / "evil.plan"), "--yes"))
    capsys.readouterr()
    main(("history", "--json"))
    entries = json.loads(capsys.readouterr().out)["entries"]
    words = [str(home / w) if w == "evil.plan" else entries[0]["id"] if w == "ENTRY" else w for w in WAYS[way]]
    main(words)
    shown = capsys.readouterr()
    assert not ACTS.search(shown.out + shown.err), ascii(ACTS.search(shown.out + shown.err))
    assert "Evil" in shown.out + shown.err


def test_a_plan_cut_short_and_a_changed_thing_are_shown_safely(home, capsys):
    from tinyagent_cli.plan import jsonform
    from tinyagent_cli.run.journal import Journal

    now = dt.datetime(2026, 3, 4, 9, 30).astimezone()
    with Journal(home / "state" / "journal.sqlite3") as journal:
        plan = jsonform.from_json({"steps": PLAN["steps"][:1]}, built_in())
        journal.agree("cutshort01", plan, PLAN["query"], "open", now)
    main(("recover",))
    main(("recover", "finish"))
    (note,) = (home / "notes").rglob("Evil*.md")
    note.write_text(EVIL)
    assert main(("undo",)) == 7
    main(("undo", "--force"))
    shown = capsys.readouterr()
    assert "was cut short" in shown.err
    assert not ACTS.search(shown.out + shown.err)


def test_one_entry_of_the_history_is_shown_whole(home, capsys):
    (home / "a.plan").write_text('1. create_note("Trip", "Socks\\nand a long list of shirts", "")\n2. join()\n')
    main(("execute", str(home / "a.plan"), "--yes"))
    capsys.readouterr()
    main(("history", "--json"))
    entry = json.loads(capsys.readouterr().out)["entries"][0]["id"]
    main(("history", entry))
    shown = capsys.readouterr().out
    for each in ("create_note", "name: Trip", "Socks", "and a long list of shirts", "done"):
        assert each in shown


def test_names_that_hide_something_are_not_completed(tmp_path):
    for name in ("Groceries", "Gro\u202ecx", "Gro\x1b[2J"):
        (tmp_path / f"{name}.md").write_text("x")
    assert [name for name, _, _ in Names(notes=tmp_path).starting("gro")] == ["Groceries"]


# Tools of one's own, where others could put theirs

TOOL = '''
from tinyagent_cli.toolbox import tool

open(__file__ + ".loaded", "w").close()

@tool(effect="read")
def echo(text: str) -> str:
    """Say it again."""
    return text
'''


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no modes")
@pytest.mark.parametrize("open_one", ["echo.py", "", ".."])
def test_code_that_every_user_may_change_is_not_even_loaded(tmp_path, open_one):
    folder = tmp_path / "config" / "tools"
    folder.mkdir(parents=True)
    (folder / "echo.py").write_text(TOOL)
    own = loading.gathered(loading.in_folder(folder), built_in())
    assert len(own.tools) == 1
    (folder / "echo.py.loaded").unlink()
    path = (folder / open_one).resolve()
    path.chmod(path.stat().st_mode | 0o002)
    own = loading.gathered(loading.in_folder(folder), built_in())
    assert own.tools == ()
    assert "may change" in str(own.faults[0])
    assert not (folder / "echo.py.loaded").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs modes and a shell")
def test_an_executable_that_every_user_may_change_is_not_run_and_none_gets_the_programs_secrets(tmp_path, monkeypatch):
    from tinyagent_cli.desktops.base import Call

    (tmp_path / "env.toml").write_text('description = "Say the environment."\neffect = "read"\n[parameters.text]\ndescription = "x"\n')
    program = tmp_path / "env"
    program.write_text("#!/bin/sh\nenv\n")
    program.chmod(0o755)
    monkeypatch.setenv("TINYAGENT_ZOOM_CLIENT_SECRET", "hush")
    monkeypatch.setenv("MINE", "kept")
    own = executables.read(tmp_path / "env.toml")
    said = own.run({"text": ""}, Call("abcdefghjk-1", dt.datetime.now().astimezone()))
    assert "MINE=kept" in said
    assert "hush" not in said
    program.chmod(0o777)
    with pytest.raises(UsageError, match="may change"):
        executables.read(tmp_path / "env.toml")


# Lookalikes of contacts


@pytest.mark.parametrize(
    ("address", "contacts", "taken_for"),
    [
        ("samue1@example.com", {"samuel@example.com"}, "samuel@example.com"),
        ("sid@examp1e.com", {"sid@example.com"}, "sid@example.com"),
        ("sid@examp1e.com", {"sid@example.com", "sid@examp1e.com"}, "sid@example.com"),
        ("sid@exarnple.com", {"sid@example.com", "sid@exarnple.com"}, "sid@example.com"),
        ("j.smith@example.com", {"k.smith@example.com", "j.smith@example.com"}, None),
        ("ann@example.com", {"ana@example.com"}, None),
        ("sid@example.com", set(), None),
    ],
)
def test_an_address_that_looks_like_a_contacts_is_told_and_colleagues_are_not(address, contacts, taken_for):
    assert lookalikes.lookalike(address, (), contacts) == taken_for


def test_a_lookalike_of_a_contact_is_marked_before_anything_was_ever_written(home, capsys):
    (home / "a.plan").write_text('1. compose_new_email(["sid@examp1e.com"], [], "s", "t", [])\n2. join()\n')
    main(("execute", str(home / "a.plan"), "--dry-run"))
    assert "sid@examp1e.com looks like sid@example.com" in " ".join(capsys.readouterr().out.split())


# What was typed


def test_what_was_typed_before_a_day_is_forgotten_and_the_rest_reads_back(tmp_path):
    from prompt_toolkit.history import FileHistory

    file = tmp_path / "chat-history"
    history = FileHistory(str(file))
    for text in ("old one", "old\ntwo lines", "new\n# not a date\n+plus"):
        history.append_string(text)
    lines = file.read_text().replace("# 20", "# 19", 2)
    file.write_text(lines)
    assert forget_typed(file, dt.datetime.now().astimezone() - dt.timedelta(days=1)) == 2
    assert list(FileHistory(str(file)).load_history_strings()) == ["new\n# not a date\n+plus"]
    assert file.stat().st_mode & 0o077 == 0
    assert forget_typed(tmp_path / "none", dt.datetime.now().astimezone()) == 0
