"""How many follow-ups come out as if the whole command had been said: appended to it, and put into it.

    python benchmarks/follow_ups.py

The gold plan is the starter planner's own plan of the whole command that is meant (third column of follow_ups.txt), so this measures
the follow-up and not the planner. Full success as in `tinyagent eval`.
"""

from __future__ import annotations

import datetime as dt
import sys
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.learning.scoring import score
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner import follow_up
from tinyagent_cli.planner.starter_planner import starter
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30).astimezone()
PEOPLE = ("Sid Patel", "Lutfi Eren", "Ana Costa", "Nick Woods", "Keisha Brown", "Ben Ito", "Dr. Patel")
TOOLS = built_in()
PLANNER = starter(TOOLS)


@lru_cache(maxsize=1000)
def plan(command: str) -> Plan | None:
    """The plan of a command; None where there is none."""
    try:
        return PLANNER.plan(command, NOW).plan
    except TinyAgentError:
        return None


def main() -> None:
    """Measure both ways, a set after the other."""
    for part in (ROOT / "benchmarks" / "follow_ups.txt").read_text(encoding="utf-8").split("\n[")[1:]:
        name, _, text = part.partition("]\n")
        rows = [tuple(line.split(" | ")) for line in text.splitlines() if line]
        right = [0, 0]
        for command, text, meant in rows:
            last, alone, gold = plan(command), plan(text), plan(meant)
            if last is None or gold is None:
                continue
            alone = None if alone is None or alone.refused else alone
            ways = (f"{command}, {text}", follow_up.whole(command, last, text, alone, TOOLS, PEOPLE))
            hits = [(made := plan(way)) is not None and score(made, gold).full for way in ways]
            right = [have + hit for have, hit in zip(right, hits, strict=True)]
            print("appended" if hits[0] else "        ", "put in" if hits[1] else "      ", ways[1], sep="  ", flush=True)
        print(f"{name}: appended {right[0]}, put in {right[1]} of {len(rows)}")


if __name__ == "__main__":
    main()
