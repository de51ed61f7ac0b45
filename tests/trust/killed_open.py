"""Kills a running plan on the desktop `open` at random moments, and looks at what is left. Started by test_trust_kills.

    python killed_open.py FOLDER KILLS SEED

Children are forked, so that a kill costs no second start; each is a process of its own that carries the plan out,
or recovers what an earlier one left. Prints figures as JSON; every fault found is in `faults`.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path

from ground import NOW, TOOLS, broken, copied, desk_at, plan, seen, step, unpacked

from tinyagent_cli.plan.model import Moment
from tinyagent_cli.run import recovery
from tinyagent_cli.run import undo as undoing
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal

PLAN = plan(
    step(1, "get_email_address", name="Sid"),
    step(2, "create_calendar_event", title="Killed event", invitees=("$1",), start_date=Moment("x", "2026-03-05 14:00:00")),
    step(3, "create_note", name="Killed note", content="A text\nof lines " * 50),
    step(4, "append_note_content", name="Groceries", content="Eggs, step four"),
    step(5, "compose_new_email", recipients=("$1",), subject="Killed draft", context="Text"),
    step(6, "create_reminder", name="Killed reminder", due_date=Moment("x", "2026-03-06")),
    step(7, "reply_to_email", context="Killed reply"),
    step(8, "send_sms", recipients=("+1 202 555 0100",), message="Killed text"),
    step(9, "append_note_content", name="Groceries", content="Milk, step nine"),
    step(10, "create_note", name="Killed note two", content="$3", folder="New folder"),
)  # fmt: skip


def effects(root: Path) -> dict[int, int]:
    """How often each step can be seen to have happened, by what is in the files."""
    drafts = [p.name for p in root.glob("mail/.Drafts/*/*.tinyagent*")]
    groceries = (root / "notes/Groceries.md").read_text()
    return {
        2: len(list(root.glob("calendars/personal/*.ics"))),
        3: len([p for p in root.glob("notes/Killed note*.md") if "two" not in p.name]),
        4: groceries.count("Eggs, step four"),
        5: sum("-5.tinyagent" in name for name in drafts),
        6: len(list(root.glob("calendars/reminders/*.ics"))),
        7: sum("-7.tinyagent" in name for name in drafts),
        8: len(list(root.glob("outbox/*.json"))),
        9: groceries.count("Milk, step nine"),
        10: len(list(root.glob("notes/New folder/*.md"))),
    }


def carry_out(root: Path) -> None:
    """Do the plan."""
    with Journal(root / "state/journal.sqlite3") as journal:
        Execution(
            PLAN, TOOLS, desk_at(root), now=NOW, command="kill me", journal=journal, workers=3
        ).carry_out()


def recover(root: Path) -> None:
    """Do what is left of it, as the next start offers."""
    with Journal(root / "state/journal.sqlite3") as journal:
        for each in recovery.left(journal):
            recovery.finish(each, journal, TOOLS, desk_at(root))


def take_back(root: Path) -> None:
    """Undo it all."""
    with Journal(root / "state/journal.sqlite3") as journal:
        for entry in journal.undoable():
            undoing.undo(journal, desk_at(root), entry.id)


def child(work: Callable[[Path], None], root: Path) -> int:
    """Start the work in a process of its own; returns its number."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            work(root)
            code = 0
        except BaseException as fault:
            os.write(2, f"{type(fault).__name__}: {fault}\n".encode())
        os._exit(code)
    return pid


def completed(work: Callable[[Path], None], root: Path) -> float:
    """Let the work come to its end; returns the seconds it took."""
    began = time.monotonic()
    _, status = os.waitpid(child(work, root), 0)
    assert status == 0, f"{work.__name__} failed"
    return time.monotonic() - began


def killed(work: Callable[[Path], None], root: Path, after: float) -> bool:
    """Kill the work so long after its start; False where it had ended by then."""
    pid = child(work, root)
    time.sleep(after)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.WIFSIGNALED(status)


def steps_of(root: Path) -> dict[int, str]:
    """What the journal says of each step."""
    path = root / "state/journal.sqlite3"
    if not path.exists():
        return {}
    db = sqlite3.connect(path)
    try:
        return dict(db.execute("SELECT number, state FROM steps"))
    except sqlite3.OperationalError:
        return {}  # killed before the tables were made
    finally:
        db.close()


def faults_now(root: Path) -> list[str]:
    """What is wrong at any moment, the program dead: an effect without an entry, one too many, a broken file."""
    found, known = effects(root), steps_of(root)
    return [
        *(f"step {n} happened without an entry" for n, count in found.items() if count and n not in known),
        *(f"step {n} happened {count} times" for n, count in found.items() if count > 1),
        *broken(root),
    ]


def faults_in_the_end(root: Path, before: dict[int, int], unclear: set[int]) -> list[str]:
    """What is wrong after recovery."""
    found, known, out = effects(root), steps_of(root), []
    for number, count in found.items():
        done = known.get(number) == "done"
        if done != bool(count) and number not in unclear:
            out.append(f"step {number} is {known.get(number)} and happened {count} times")
        if number in unclear and count != before[number]:
            out.append(f"step {number}, of unknown fate, was done again")
    if known and not unclear and set(known.values()) != {"done"}:
        out.append(f"not all was finished: {known}")
    return out


def main(folder: Path, kills: int, seed: str) -> dict[str, object]:
    """Kill and look; returns the figures."""
    chance = random.Random(seed)
    template = unpacked(folder / "template")
    start = seen(template)
    carry_out(copied(template, folder / "warm"))  # the libraries are loaded before the first fork
    span = min(completed(carry_out, copied(template, folder / f"alive{n}")) for n in range(3))
    figures = {
        "kills": 0,
        "before_the_end": 0,
        "recoveries": 0,
        "undone_whole": 0,
        "temporaries": 0,
        "empty_folders": 0,
    }
    faults: list[str] = []
    while figures["kills"] < kills:
        root = copied(template, folder / f"round{figures['recoveries']}")
        for work in (carry_out, recover, recover)[: chance.choice([1, 1, 2, 3])]:
            figures["kills"] += 1
            early = killed(work, root, chance.random() * span)
            span *= 1.1 if early else 0.9  # how long it takes changes with what else the machine does
            figures["before_the_end"] += early
            faults += [f"{root.name}: {f}" for f in faults_now(root)]
        before, unclear = effects(root), {8} if steps_of(root).get(8) in {"begun", "failed"} else set()
        completed(recover, root)
        figures["recoveries"] += 1
        figures["temporaries"] += len(list(root.rglob("*.tmp")))
        faults += [
            f"{root.name}: {f}" for f in (*faults_now(root), *faults_in_the_end(root, before, unclear))
        ]
        if not unclear:
            completed(take_back, root)
            left = seen(root)
            odd = {
                k
                for k in left.keys() | start.keys()
                if left.get(k, 0) != start.get(k, 0) and k[-4:] != ".tmp"
            }
            # A folder that was made just before the kill stays behind, empty: its maker is not known any more.
            empty = {k for k in odd if k in left and left[k] is None}
            figures["empty_folders"] += bool(empty)
            figures["undone_whole"] += not odd - empty
            if odd - empty:
                faults.append(f"{root.name}: undo left {sorted(odd - empty)}")
        shutil.rmtree(root)
    return {**figures, "span": round(span, 3), "faults": faults}


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
