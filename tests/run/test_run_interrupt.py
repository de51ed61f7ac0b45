"""Ctrl-C stops cleanly: nothing new starts, what runs ends, the report says what was not done."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from desks import NOW, TOOLS, Folder, plan, step

from tinyagent_cli.errors import NotFoundError
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal

CHAIN = plan(
    step(1, "create_note", name="one"),
    step(2, "create_note", name="two $1"),
    step(3, "create_reminder", name="three"),
)


def ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def test_what_runs_ends_and_nothing_new_starts(tmp_path):
    def hook(tool, args, call):
        if args["name"] == "one":
            ctrl_c()
            assert stopped.wait(10)

    stopped = threading.Event()
    with Journal(tmp_path / "j.sqlite3") as journal:
        desk = Folder(tmp_path / "desk", hook)
        execution = Execution(CHAIN, TOOLS, desk, now=NOW, journal=journal, workers=1)
        stop, execution.stop = execution.stop, lambda: (stop(), stopped.set())
        report = execution.carry_out()
        assert [s.state for s in report] == ["done", "interrupted", "interrupted"]
        assert report.interrupted
        assert report.exit_code == 130
        assert len(desk.files()) == 1
        # The person ended it, no crash did.
        assert journal.unfinished() == []
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_second_one_leaves_at_once_and_the_next_start_knows(tmp_path):
    first, never = threading.Event(), threading.Event()

    def hook(tool, args, call):
        if not first.is_set():
            first.set()
            ctrl_c()
            never.wait(0.3)
            ctrl_c()
        never.wait(10)

    journal = Journal(tmp_path / "j.sqlite3")
    execution = Execution(CHAIN, TOOLS, Folder(tmp_path / "desk", hook), now=NOW, journal=journal, workers=1)
    with pytest.raises(KeyboardInterrupt):
        execution.carry_out()
    assert [e.id for e in journal.unfinished()] == [execution.agreement_id]
    never.set()


def test_before_the_agreement_it_ends_the_command(tmp_path):
    desk = Folder(tmp_path, lambda *_: ctrl_c())
    execution = Execution(plan(step(1, "get_email_address", name="Sid")), TOOLS, desk, now=NOW)
    with pytest.raises(KeyboardInterrupt):
        execution.look_up()


def test_in_a_question_it_stops_the_rest(tmp_path):
    def choose(which, error):
        raise KeyboardInterrupt

    def hook(tool, args, call):
        if tool == "get_email_address":
            raise NotFoundError("nobody")

    steps = (step(1, "get_email_address", name="x"), step(2, "create_note", name="$1"))
    execution = Execution(plan(*steps), TOOLS, Folder(tmp_path, hook), now=NOW, choose=choose)
    assert [s.state for s in execution.carry_out()] == ["interrupted", "interrupted"]


def test_stop_works_from_another_thread(tmp_path):
    desk = Folder(tmp_path, lambda *_: execution.stop())
    execution = Execution(CHAIN, TOOLS, desk, now=NOW, workers=1)
    out = []
    thread = threading.Thread(target=lambda: out.append(execution.carry_out()))
    thread.start()
    thread.join(10)
    assert [s.state for s in out[0]] == ["done", "interrupted", "interrupted"]


def test_a_real_program_that_is_interrupted_reports(tmp_path):
    code = """
import sys, time
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from desks import *
from tinyagent_cli.run.executor import Execution
def hook(tool, args, call):
    print("running", flush=True); time.sleep(0.5)
desk = Folder(Path(sys.argv[1]), hook)
report = Execution(plan(step(1, "create_note", name="a"), step(2, "create_note", name="$1")), TOOLS, desk, now=NOW).carry_out()
print([s.state for s in report], desk.files() != [])
"""
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), str(Path(__file__).parent)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "running\n"
    child.send_signal(signal.SIGINT)
    assert child.stdout.read() == "['done', 'interrupted'] True\n"
    child.stdout.close()
    assert child.wait(10) == 0
