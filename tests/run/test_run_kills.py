"""SIGKILL at random moments: no effect without an intent, and recovery does nothing twice.

`TINYAGENT_KILLS=500 pytest tests/run/test_run_kills.py` does as many as that.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from desks import TOOLS, Folder
from killed import PLAN

from tinyagent_cli.run import recovery
from tinyagent_cli.run.journal import Journal

KILLS = int(os.environ.get("TINYAGENT_KILLS", "50"))
HERE = Path(__file__).parent


class Nursery:
    """Has processes of the program made, and kills them."""

    def __init__(self, faults: Path) -> None:
        path = os.pathsep.join([str(HERE), str(HERE.parent.parent)])
        self.faults = faults
        with faults.open("wb") as errors:
            self.program = subprocess.Popen(
                [sys.executable, "-P", str(HERE / "killed.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, text=True, env={**os.environ, "PYTHONPATH": path},
            )  # fmt: skip

    def said(self) -> str:
        return self.program.stdout.readline().strip()

    def start(self, root: Path) -> int:
        """Start a process and wait until it begins; returns its id."""
        self.program.stdin.write(f"{root}\n")
        self.program.stdin.flush()
        pid = int(self.said().removeprefix("pid "))
        assert self.said() == "ready", self.faults.read_text()
        return pid

    def how_long(self, root: Path) -> float:
        """Return the seconds that the program takes when it is let live."""
        self.start(root)
        began = time.monotonic()
        assert self.said() == "ended", self.faults.read_text()
        took = time.monotonic() - began
        self.bury()
        assert self.said() == "gone"
        return took

    def killed(self, root: Path, after: float) -> bool:
        """Kill a process so long after it began; False where it had ended by then."""
        pid = self.start(root)
        time.sleep(after)
        os.kill(pid, signal.SIGKILL)
        self.bury()
        said = self.said()
        if said == "ended":
            assert self.said() == "gone"
        assert self.faults.read_text() == ""
        return said == "gone"

    def bury(self) -> None:
        self.program.stdin.write("\n")
        self.program.stdin.flush()

    def close(self) -> None:
        self.program.stdin.close()
        self.program.stdout.close()
        self.program.wait(30)


def intents(root: Path) -> set[str]:
    path = root / "journal.sqlite3"
    if not path.exists():
        return set()
    db = sqlite3.connect(path)
    try:
        assert db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return {row[0] for row in db.execute("SELECT id FROM steps")}
    except sqlite3.OperationalError:
        return set()
    finally:
        db.close()


def check_no_effect_without_intent(root: Path) -> None:
    """Called with the program dead, so that nothing moves any more."""
    assert set(Folder(root / "desk").world()) <= intents(root)


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path):
    chance = random.Random(os.environ.get("TINYAGENT_SEED", "kills"))
    nursery = Nursery(tmp_path / "faults")
    longest = max(nursery.how_long(tmp_path / f"alive{n}") for n in range(3))
    kills = rounds = cut_short = 0
    while kills < KILLS:
        root = tmp_path / str(rounds)
        rounds += 1
        # The program is killed, and so is its recovery now and then, as often as chance will have it.
        for _ in range(chance.choice([1, 1, 1, 2, 3])):
            kills += 1
            cut_short += nursery.killed(root, chance.random() * longest)
            check_no_effect_without_intent(root)
        check_recovery(root)
    nursery.close()
    assert cut_short > KILLS // 4, f"only {cut_short} of {kills} kills came before the end"
    print(f"{kills} kills, {cut_short} before the end, {rounds} recoveries")


def check_recovery(root: Path) -> None:
    desk = Folder(root / "desk")
    before = Counter(desk.world())
    with Journal(root / "journal.sqlite3") as journal:
        left = recovery.left(journal)
        # A text that was under way may have gone out or not: it is never sent again.
        unclear = {s.id for each in left for s in each.under_way if s.effect == "send"}
        reports = [recovery.finish(each, journal, TOOLS, desk) for each in left]
        assert recovery.left(journal) == []
        assert journal.unfinished() == []
        after = Counter(desk.world())
        assert max(after.values(), default=0) <= 1, f"done twice: {after}"
        assert set(after) <= intents(root)
        assert {i: n for i, n in after.items() if i in unclear} == {i: n for i, n in before.items() if i in unclear}
        for report in reports:
            for each in report:
                if each.state == "done" and each.step.tool in {"create_note", "send_sms", "create_calendar_event"}:
                    assert after[f"{report.agreement_id}-{each.step.id}"] == 1
            if not unclear and not any(s.state == "failed" for s in report):
                assert {s.state for s in report} == {"done"}
                assert len([i for i in after if i.startswith(report.agreement_id)]) == len(PLAN.steps) - 2
