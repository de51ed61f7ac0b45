"""Whether guessing ahead pays: python benchmarks/guessing.py [--commands N] [--guesses 0,1,2,3,4]

The starter's plans for commands of corpus/dev-*.txt with so many tokens of the command guessed at once: calls of the
model and tokens evaluated a plan, seconds of decoding beside those without guessing in the same run, and how many
plans are the same. The rounds take turns, so that a machine that slows down slows all of them down.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tinyagent_cli import toolbox
from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.learning import corpus
from tinyagent_cli.planner.starter_planner import starter as open_starter

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--commands", type=int, default=100)
    options.add_argument("--guesses", default="0,1,2,3,4")
    chosen = options.parse_args()
    tools = toolbox.built_in()
    names = {t.name: [p.name for p in t.parameters] for t in tools}
    every = list(corpus.read(sorted((ROOT / "corpus").glob("dev-*.txt")), names))
    examples = every[:: max(1, len(every) // chosen.commands)][: chosen.commands]
    guesses = [int(text) for text in chosen.guesses.split(",")]
    planner = open_starter(tools)
    work = planner.engine().work
    rows = {guess: [0.0, 0, 0, 0] for guess in guesses}
    planner.plan(examples[0].command, examples[0].now)
    for e in examples:
        plans = []
        for guess in guesses:
            planner.guessed = guess
            planner.engine().forget()
            before = work.calls, work.tokens
            try:
                planned = planner.plan(e.command, e.now)
            except TinyAgentError:
                plans.append(None)
                continue
            plans.append(planned.plan)
            row = rows[guess]
            row[0] += planned.timing.decode
            row[1] += work.calls - before[0]
            row[2] += work.tokens - before[1]
            row[3] += planned.plan == plans[0]
    base = rows[guesses[0]][0]
    print(f"{len(examples)} commands, {len(every)} in the set")
    print("guessed  decode, s  beside none  calls a plan  tokens a plan  same plans")
    for guess, (seconds, calls, tokens, same) in rows.items():
        n = len(examples)
        print(f"{guess:7}  {seconds / n:9.3f}  {seconds / base:11.3f}  {calls / n:12.1f}  {tokens / n:13.1f}  {same:10}")


if __name__ == "__main__":
    main()
