"""Other people's programs that read what was written: khal, todoman, khard."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ZONE = "Europe/Vienna"


def run(home: Path, program: str, *arguments: str, config: str) -> str:
    """Run a program of the environment with a configuration of its own below `home`."""
    folder = home / "other" / program
    folder.mkdir(parents=True, exist_ok=True)
    name = {"khal": "config", "todoman": "config.py", "khard": "khard.conf"}[program]
    (folder / name).write_text(config)
    binary = Path(sys.executable).parent / {"todoman": "todo"}.get(program, program)
    env = {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home / "other"), "PATH": os.environ["PATH"], "TZ": ZONE,
        "XDG_DATA_HOME": str(home / "other"), "XDG_CACHE_HOME": str(home / "other"), "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "ignore", "COLUMNS": "200",
    }  # fmt: skip
    done = subprocess.run([str(binary), *arguments], env=env, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def events(home: Path, calendar: Path, start: str, days: str = "400d") -> list[dict[str, Any]]:
    """What khal lists."""
    config = (
        f"[calendars]\n[[it]]\npath = {calendar}\n[sqlite]\npath = {home}/khal.db\n"
        f"[locale]\nlocal_timezone = {ZONE}\ndefault_timezone = {ZONE}\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\n"
        "longdateformat = %Y-%m-%d\ndatetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
    )
    fields = [f"--json={name}" for name in ("title", "location", "start-long", "end-long", "all-day")]
    out = run(home, "khal", "list", *fields, start, days, config=config)
    return [event for line in out.split("\n") if line.startswith("[") for event in json.loads(line)]


def to_dos(home: Path, lists: Path) -> list[dict[str, Any]]:
    """What todoman lists."""
    config = (
        f'path = "{lists}/reminders"\ndate_format = "%Y-%m-%d"\ntime_format = "%H:%M"\ncache_path = "{home}/todo.db"\n'
    )
    return list(json.loads(run(home, "todoman", "--porcelain", "list", config=config)))


def addresses(home: Path, book: Path) -> str:
    """What khard lists as e-mail addresses."""
    config = f"[addressbooks]\n[[it]]\npath = {book}\n[general]\ndefault_action = list\n"
    return run(home, "khard", "email", "--parsable", config=config)
