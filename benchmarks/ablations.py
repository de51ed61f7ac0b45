"""What each part of planning adds: python benchmarks/ablations.py [--every N] [--threads N]

The starter planner on the commands of corpus/dev-*.txt (every N-th of them), whole and with one part left out at a time:
second thoughts, due tools, copies from the command, the retriever (with which the first two go), and all of them at
once. Prints shares planned right, right with all arguments, refused rightly and wrongly, and milliseconds a plan.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tinyagent_cli import toolbox
from tinyagent_cli.learning import corpus
from tinyagent_cli.learning.evaluation import evaluate
from tinyagent_cli.planner.starter_planner import starter

ROOT = Path(__file__).parents[1]
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "whole": {},
    "no second thoughts": {"reranking": False},
    "no due tools": {"sure": 2.0},
    "no copies": {"copying": False},
    "no retriever": {"retrieving": False},
    "the model and the form of a line": {"retrieving": False, "copying": False},
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, help="take every N-th command")
    parser.add_argument("--threads", type=int, default=0)
    asked = parser.parse_args()
    tools = toolbox.built_in()
    signatures = {tool.name: [p.name for p in tool.parameters] for tool in tools}
    examples = list(corpus.read(sorted((ROOT / "corpus").glob("dev-*.txt")), signatures))[:: asked.every]
    table = Table("variant", "plan", "all arguments", "NONE refused", "others refused", "invalid", "ms a plan", title=f"{len(examples)} commands")
    for name, switches in VARIANTS.items():
        planner = starter(tools, threads=asked.threads)
        for switch, value in switches.items():
            setattr(planner, switch, value)
        planner.engine()
        found = evaluate(planner, track(examples, name)).summary()
        shares = (found[key] for key in ("plan_success", "full_success", "refused_of_none", "refused_of_others"))
        table.add_row(name, *(f"{share:.1%}" for share in shares), str(found["invalid"]), f"{found['seconds_median'] * 1000:.0f}")
        planner.close()
    Console().print(table)


if __name__ == "__main__":
    main()
