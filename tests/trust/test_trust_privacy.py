"""The network is not used but where it is said to be; what was done is kept to its owner and can be erased."""

from __future__ import annotations

import ast
import json
import logging
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from ground import NOW, TOOLS, desk_at, plan, seen, step, unpacked

from tinyagent_cli import settings
from tinyagent_cli.commands import _network
from tinyagent_cli.commands.demo import sandbox
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal

TOP = Path(__file__).parents[2]
MARK = "xyzzy-plugh-4711"
SAVED = f"""\
1. get_email_address("Sid")
2. get_phone_number("Lutfi")
3. create_calendar_event("{MARK} meeting", "tomorrow at 2pm", "", "", ["$1"], "", "")
4. create_note("{MARK}", "A text", "")
5. append_note_content("Groceries", "Eggs", "")
6. compose_new_email(["$1"], [], "{MARK}", "Text", [])
7. create_reminder("{MARK}", "friday", "", "", 0, False)
8. maps_open_location("Graz")
9. send_sms(["$2"], "{MARK}")
10. join()<END_OF_PLAN>
"""
WATCHED = """
import json, os, sys
tried = []
def heard(event, args):
    if event.startswith("socket.") and event not in ("socket.gethostname",) or event == "subprocess.Popen":
        tried.append([event, str(args)[:200]])
sys.addaudithook(heard)
from tinyagent_cli.cli import main
code = main(sys.argv[2:])
open(sys.argv[1], "w").write(json.dumps({"code": code, "tried": tried}))
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in ("TINYAGENT_CONFIG", "TINYAGENT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    return sandbox(tmp_path / "box")


def tinyagent(
    home: Path, *arguments: str, before: tuple[str, ...] = (), code: str = ""
) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(TOP), "TINYAGENT_HOME": str(home)}
    program = ["-c", code] if code else ["-m", "tinyagent_cli"]
    return subprocess.run(
        [*before, sys.executable, "-P", *program, *arguments],
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )


def saved(home: Path) -> str:
    (home / "a.plan").write_text(SAVED)
    return str(home / "a.plan")


@pytest.mark.skipif(
    not shutil.which("unshare") or os.geteuid() != 0, reason="takes the network away from a process"
)
def test_a_plan_of_nine_steps_is_carried_out_with_no_network_at_all(home):
    done = tinyagent(home, "execute", saved(home), "--yes", "--json", before=("unshare", "-n"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert {s["state"] for s in json.loads(done.stdout)["data"]["report"]["steps"]} == {"done"}


def test_not_one_socket_is_made_and_no_program_started(home, tmp_path):
    told = tmp_path / "told.json"
    done = tinyagent(home, str(told), "execute", saved(home), "--yes", code=WATCHED)
    found = json.loads(told.read_text())
    assert found == {"code": 0, "tried": []}, done.stderr
    tinyagent(home, str(told), "undo", "--yes", code=WATCHED)
    assert json.loads(told.read_text())["tried"] == []


@pytest.mark.model
@pytest.mark.skipif(
    not shutil.which("unshare") or os.geteuid() != 0, reason="takes the network away from a process"
)
def test_the_main_job_is_planned_and_carried_out_with_no_network_at_all(home):
    words = ("run", "Set up a meeting with Sid and Lutfi tomorrow at 2pm", "--yes", "--json")
    done = tinyagent(home, *words, before=("unshare", "-n"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(list(home.glob("calendars/*/*.ics"))) == 1


SPEAKS = {
    "socket", "ssl", "http", "urllib.request", "httpx", "httpx2", "requests", "aiohttp", "huggingface_hub", "ftplib", "smtplib",
    "imaplib", "mcp", "mcp_types", "anyio", "asyncio", "socketserver", "xmlrpc", "websockets",
}  # fmt: skip


def test_everything_that_could_speak_to_the_network_is_told_by_the_doctor():
    told = {finding.name for finding in _network.uses(settings.Settings())}
    assert set(_network.USERS.values()) <= told
    for path in [*(TOP / "tinyagent_cli").rglob("*.py"), *(TOP / "tools").rglob("*.py")]:
        where = path.relative_to(TOP).as_posix()
        if where.startswith("tinyagent_cli/learning/"):
            continue  # an extra, never imported at run time
        for node in ast.walk(ast.parse(path.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found = {n for n in names if n in SPEAKS or n.partition(".")[0] in SPEAKS}
            if found:
                assert any(where.startswith(user) for user in _network.USERS), f"{where} imports {found}"


def test_doctor_lists_it_and_says_where_with_these_settings(home):
    done = tinyagent(home, "doctor", "--network", "--json")
    listed = {each["name"]: each for each in json.loads(done.stdout)["data"]["network"]}
    assert (listed["endpoint"]["health"], listed["zoom"]["health"], listed["maps"]["health"]) == ("good",) * 3
    (home / "config.toml").write_text(
        '[planner]\nmodel = "http://192.0.2.7:8080/v1"\n[zoom]\naccount_id = "a"\nclient_id = "b"\n'
    )
    done = tinyagent(home, "doctor", "--network")
    assert "192.0.2.7" in done.stdout
    assert "api.zoom.us" in done.stdout


def carried_out(root: Path, text: str = MARK) -> Journal:
    journal = Journal(root / "state/journal.sqlite3")
    of = plan(
        step(1, "create_note", name=text, content=text), step(2, "append_note_content", name="Groceries", content=text),
        step(3, "create_reminder", name=text), step(4, "open_note", name="No such note at all"),
    )  # fmt: skip
    Execution(of, TOOLS, desk_at(root), now=NOW, command=text, journal=journal).carry_out()
    return journal


def test_logs_hold_no_contents(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    carried_out(unpacked(tmp_path / "home")).close()
    assert MARK not in caplog.text


def test_the_programs_own_files_are_their_owners_alone(tmp_path):
    root = unpacked(tmp_path / "home")
    carried_out(root).close()
    for path in (root / "state").rglob("*"):
        if path.suffix != ".lock" and path.is_file():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_purge_erases_contents_from_the_programs_own_files_and_leaves_the_persons(home):
    tinyagent(home, "execute", saved(home), "--yes")
    before = seen(home)
    holding = [p for p in (home / "state").rglob("*") if p.is_file() and MARK.encode() in p.read_bytes()]
    assert holding, "nothing was written down: this test shows nothing"
    assert "Erased 0 entries" in tinyagent(home, "history", "purge", "--older-than", "1d").stderr
    assert all(p.exists() for p in holding)
    assert "Erased 1 entry" in tinyagent(home, "history", "purge", "--older-than", "0d").stderr
    assert [p for p in (home / "state").rglob("*") if p.is_file() and MARK.encode() in p.read_bytes()] == []
    assert seen(home) == before
    assert tinyagent(home, "history", "purge").returncode == 2


def test_what_is_older_than_the_settings_keep_is_erased_by_the_next_plan(home):
    import sqlite3

    tinyagent(home, "execute", saved(home), "--yes")
    with sqlite3.connect(home / "state/journal.sqlite3") as db:
        db.execute("UPDATE agreements SET at = '2001-01-01T00:00:00+00:00'")
    db.close()
    (home / "b.plan").write_text(
        '1. create_reminder("other", "", "", "", 0, False)\n2. join()<END_OF_PLAN>\n'
    )
    tinyagent(home, "execute", str(home / "b.plan"), "--yes")
    entries = json.loads(tinyagent(home, "history", "--json").stdout)["entries"]
    assert [e["steps"][0]["args"]["name"] for e in entries] == ["other"]


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no modes")
def test_settings_that_every_user_may_change_are_not_followed(home):
    (home / "config.toml").chmod(0o666)
    done = tinyagent(home, "execute", saved(home), "--yes")
    assert done.returncode == 2
    assert "may change it" in done.stderr
    assert list(home.glob("calendars/*/*.ics")) == []


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no modes")
@pytest.mark.parametrize(
    "secret", ['[zoom]\nclient_secret = "hush"\n', '[mcp.servers.x]\ncommand = ["x"]\nenv = ["KEY=hush"]\n']
)
def test_a_secret_that_others_may_read_is_told_by_the_doctor(home, secret):
    config = home / "config.toml"
    config.write_text(secret)
    for mode, health in ((0o644, "bad"), (0o600, "good")):
        config.chmod(mode)
        done = tinyagent(home, "doctor", "--json")
        found = {each["name"]: each for each in json.loads(done.stdout)["data"]["findings"]}
        assert found["settings"]["health"] == health
        assert "hush" not in done.stdout + done.stderr


@pytest.mark.parametrize("days", [10**5, 10**12])
def test_keeping_what_was_done_for_ages_is_no_fault(home, days):
    assert tinyagent(home, "config", "set", "journal.keep_days", str(days)).returncode == 0
    assert tinyagent(home, "execute", saved(home), "--yes").returncode == 0


@pytest.mark.parametrize("age", ["99999w", "9999999d", "-1d", "1y", ""])
def test_an_age_that_is_none_is_told(home, age):
    done = tinyagent(home, "history", "purge", f"--older-than={age}")
    assert done.returncode == 2
    assert "say how old" in done.stderr
