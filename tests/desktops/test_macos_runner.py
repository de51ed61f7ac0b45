"""Running scripts: a stand-in for osascript is really started, given its script and arguments, and ended."""

import json
import os
import sys
import threading
import time
import types
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mac_doubles import CALL, SCRIPTS, RecordingRunner, mac

from tinyagent_cli.desktops.applescript import (
    InProcessRunner,
    OsascriptRunner,
    ScriptError,
    ScriptTimeoutError,
    decoded,
    default_runner,
    encoded,
    source,
)
from tinyagent_cli.desktops.macos import MacDesktop
from tinyagent_cli.errors import DesktopError, TinyAgentError

NOTES = next(path for path in SCRIPTS if path.parent.name == "notes")
MAIL = next(path for path in SCRIPTS if path.parent.name == "mail")
NASTY = [
    "", " ", "-", "-e", "--", "plain", 'quo"te', "back\\slash", "two\nlines", "cr\r\nlf", "tab\t",
    '" & (do shell script "touch /tmp/owned") & "', 'x\\" & (do shell script "id") --', "«event sysoexec»",
    "\u0301accent first", "👍🏽 family 👨‍👩‍👧", "\u202etxet\u202c", "$(id) `id` ; rm -rf /", "text", "list", "3", "true",
]  # fmt: skip
# Reads the arguments by the encoding that the script's `on run argv` reads, and writes as `written` does.
FAKE = """#!{python}
import json, os, sys, time
if os.environ.get("FAKE_SLEEP"):
    import subprocess
    child = subprocess.Popen(["sleep", os.environ["FAKE_SLEEP"]])
    open(os.environ["FAKE_RECORD"], "w").write(str(child.pid))
    child.wait()
script = sys.stdin.buffer.read().decode()
words, values, at = sys.argv[3:], [], 0
while at < len(words):
    kind, word = words[at], words[at + 1]
    if kind == "list":
        values.append(words[at + 2 : at + 2 + int(word)])
        at += 2 + int(word)
        continue
    values.append({{"text": str, "number": int, "flag": "true".__eq__}}[kind](word))
    at += 2
json.dump([sys.argv[1:3], values, script], open(os.environ["FAKE_RECORD"], "w"))
if os.environ.get("FAKE_ERROR"):
    sys.exit(os.environ["FAKE_ERROR"])
answer = ["ok", *(v for v in values if isinstance(v, str))]
if sys.argv[2] == "note_body":
    answer = ["ok", "Name", "<div>Body</div>", "0"]
escaped = (a.replace("\\\\", "\\\\\\\\").replace("\\n", "\\\\n").replace("\\r", "\\\\r") for a in answer)
sys.stdout.buffer.write(("\\n".join(escaped) + "\\n").encode())
"""


@pytest.fixture
def osascript(tmp_path, monkeypatch):
    """A program named osascript, first on PATH; returns the file in which it keeps what it got."""
    program = tmp_path / "bin" / "osascript"
    program.parent.mkdir()
    program.write_text(FAKE.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("FAKE_RECORD", str(tmp_path / "record"))
    return tmp_path / "record"


def test_every_kind_of_value_arrives_and_texts_come_back_as_they_were(osascript):
    answer = OsascriptRunner().run(
        NOTES, "handler_name", [*NASTY, 5, -1, True, False, NASTY, [], [2026, 3, 5, 0]], 20
    )
    called, values, script = json.loads(osascript.read_text())
    assert called == ["-", "handler_name"]
    assert values == [*NASTY, 5, -1, True, False, NASTY, [], ["2026", "3", "5", "0"]]
    assert answer == ["ok", *NASTY]
    assert script == source(NOTES)


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))))
@settings(max_examples=300, deadline=None)
def test_what_a_script_writes_reads_back(texts):
    written = [
        t.replace("\\", "\\\\").replace("\r\n", "\\r\\n").replace("\n", "\\n").replace("\r", "\\r")
        for t in texts
    ]
    assert decoded("\n".join(["ok", *written]) + "\n") == ["ok", *texts]


def test_a_list_needs_no_separator():
    assert encoded([["text", "list", "2"], "x"]) == ["list", "3", "text", "list", "2", "text", "x"]


@pytest.mark.parametrize("text", ["nul \0", "half a pair \ud83d"])
def test_what_no_program_can_be_given_is_said(text, osascript):
    with pytest.raises(DesktopError, match=r"NUL|broken"):
        OsascriptRunner().run(NOTES, "note_body", [text], 5)
    assert not osascript.exists()


def test_a_text_too_long_for_an_argument_is_said(osascript):
    with pytest.raises(DesktopError, match="shorter"):
        OsascriptRunner().run(NOTES, "note_body", ["x" * 20_000_000], 5)


def test_a_script_over_its_time_is_ended_with_all_it_started(osascript, monkeypatch):
    monkeypatch.setenv("FAKE_SLEEP", "30")
    started = time.monotonic()
    with pytest.raises(ScriptTimeoutError, match="Mail did not answer in time") as caught:
        OsascriptRunner().run(MAIL, "close_draft", ["1", False], 1)
    assert time.monotonic() - started < 10
    assert caught.value.number == -1712
    child = int(osascript.read_text())
    for _ in range(50):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            break
        time.sleep(0.05)
    else:
        pytest.fail("what osascript started still runs")


@pytest.mark.parametrize(
    ("number", "says", "remedy"),
    [
        (-1712, "did not answer in time", "it may have been done all the same"),
        (-1743, "may not be controlled", "Privacy & Security > Automation"),
        (-10004, "lack of a permission", "Privacy & Security > Automation"),
        (-600, "is not running", "open Mail once"),
        (-609, "dropped the connection", "quit and reopen Mail"),
        (-2741, "does not understand", "report"),
        (-50, "Parameter error", "try again"),
    ],
)
def test_faults_are_told_apart_each_with_a_remedy(number, says, remedy, osascript, monkeypatch):
    monkeypatch.setenv(
        "FAKE_ERROR", f"-:1204:1250: execution error: Mail got an error: Parameter error. ({number})"
    )
    with pytest.raises(ScriptError) as caught:
        OsascriptRunner().run(MAIL, "close_draft", ["1", False], 20)
    assert caught.value.number == number
    assert says in str(caught.value)
    assert remedy in str(caught.value)
    assert str(number) in str(caught.value)


def test_a_fault_without_a_number_is_still_said(osascript, monkeypatch):
    monkeypatch.setenv("FAKE_ERROR", "no such component")
    with pytest.raises(ScriptError, match="Mail could not do it: no such component"):
        OsascriptRunner().run(MAIL, "close_draft", ["1", False], 20)


def test_without_osascript_the_other_desktop_is_named():
    with pytest.raises(DesktopError, match="desktop open"):
        OsascriptRunner("no-such-osascript").run(MAIL, "close_draft", ["1", False], 5)


class Compiled:
    """What py-applescript's AppleScript class does, without an AppleScript."""

    made: ClassVar[list[str]] = []

    def __init__(self, text):
        self.made.append(text)

    def call(self, name, *values):
        if name == "fails":
            raise FaultError
        return ["ok", name, repr(values)]


class FaultError(Exception):
    number, message = -1743, "Not authorized"


@pytest.fixture
def applescript(monkeypatch):
    Compiled.made = []
    monkeypatch.setitem(
        sys.modules, "applescript", types.SimpleNamespace(AppleScript=Compiled, ScriptError=FaultError)
    )


def test_inside_the_program_values_keep_their_types_and_a_script_is_compiled_once(applescript):
    runner = InProcessRunner()
    answer = runner.run(NOTES, "handler", ('"', 5, True, ("a", "b"), [2026, 3, 5, 0]), 5)
    assert answer == ["ok", "handler", repr(('"', 5, True, ["a", "b"], [2026, 3, 5, 0]))]
    runner.run(NOTES, "handler", [], 5)
    assert Compiled.made == [source(NOTES)]


def test_inside_the_program_faults_read_the_same(applescript):
    with pytest.raises(ScriptError, match="Automation"):
        InProcessRunner().run(MAIL, "fails", [], 5)


def test_inside_the_program_only_the_main_thread_runs_scripts(applescript):
    faults = []

    def other():
        try:
            InProcessRunner().run(NOTES, "handler", [], 5)
        except TinyAgentError as fault:
            faults.append(str(fault))

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    assert "main thread" in faults[0]


def test_osascript_comes_first_where_there_is_one(osascript):
    assert isinstance(default_runner(), OsascriptRunner)


class Overlap:
    """Notes how many scripts ran at the same time, in an app and in all."""

    def __init__(self):
        self.lock, self.now, self.most = threading.Lock(), {}, {}
        self.both = threading.Event()

    def run(self, script, handler, arguments, timeout):
        app = script.parent.name
        with self.lock:
            self.now[app] = self.now.get(app, 0) + 1
            self.most[app] = max(self.most.get(app, 0), self.now[app])
            if sum(bool(n) for n in self.now.values()) > 1:
                self.both.set()
        self.both.wait(0.3)
        with self.lock:
            self.now[app] -= 1
        return ["ok"]


def test_one_script_at_a_time_an_app_and_apps_beside_each_other():
    runner = Overlap()
    desk = MacDesktop(runner)
    threads = [
        threading.Thread(target=desk.script, args=(app, "anything"))
        for app in ("mail", "mail", "mail", "notes", "notes")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert runner.most == {"mail": 1, "notes": 1}
    assert runner.both.is_set()


def test_a_whole_call_goes_through_osascript(osascript):
    outcome = MacDesktop(OsascriptRunner()).call("open_note", {"name": "x-coredata://1", "folder": ""}, CALL)
    called, values, _ = json.loads(osascript.read_text())
    assert (called, values) == (["-", "show_note"], ["x-coredata://1"])
    assert outcome.done.startswith("Opened the note")


def test_an_empty_answer_is_not_taken_for_success():
    with pytest.raises(DesktopError, match="no answer"):
        mac(RecordingRunner(show_note=[""])).script("notes", "show_note", "x")
