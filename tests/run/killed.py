"""A program to be killed: carries a plan out with pauses in it. Started by test_run_kills.

Reads folders, one a line, each with an empty line after it when its process may be buried: forked, as starting
Python takes longer than the work. Writes "pid N", "ready", "ended" where it was let live, "gone".
"""

import os
import random
import sys
import time
import traceback
from pathlib import Path

from desks import NOW, TOOLS, Folder, plan, step

from tinyagent_cli.run import recovery
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal

PLAN = plan(
    step(1, "get_email_address", name="Sid"),
    step(2, "get_phone_number", name="mom"),
    step(3, "create_calendar_event", title="a", invitees=("$1",)),
    step(4, "send_sms", recipients=("$2",), message="first"),
    step(5, "create_note", name="b", content="$3"),
    step(6, "append_note_content", name="b", content="c"),
    step(7, "send_sms", recipients=("$2",), message="$5"),
    step(8, "create_reminder", name="$7"),
)


def pause(*_):
    time.sleep(random.random() * 0.004)


class Slow(Folder):
    """Pauses between the parts of an effect too."""

    def happened(self, call_id):
        pause()
        super().happened(call_id)
        pause()


def main(root: Path) -> None:
    desk = Slow(root / "desk", pause)
    with Journal(root / "journal.sqlite3") as journal:
        left = recovery.left(journal)
        print("ready", flush=True)
        for each in left:
            recovery.finish(each, journal, TOOLS, desk)
        if not left:
            Execution(PLAN, TOOLS, desk, now=NOW, journal=journal, workers=3).carry_out()
    print("ended", flush=True)


def live(root: Path) -> None:
    """The life of one process, which ends here."""
    print(f"pid {os.getpid()}", flush=True)
    random.seed()
    try:
        main(root)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            live(Path(line.strip()))
        # Its number stays its own until it was killed.
        sys.stdin.readline()
        os.waitpid(child, 0)
        print("gone", flush=True)
