"""Chooses from the corpus the examples that go into planner prompts: a few for every set of tools that plans call.

    python tinyagent_cli/learning/shots.py corpus/train-*.txt > prompts/planner_examples.txt

It works on the text alone: `at("words", "date")` becomes the words, and each plan gets its `join()`.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

MOST_STEPS, LEAST_LETTERS, MOST_LETTERS = 6, 30, 140
PER_SET, AT_ALL = 5, 180
_MOMENT = re.compile(r'at\(("(?:[^"\\]|\\.)*"), "[^"]*"\)')
_CALL = re.compile(r"\d+\. (\w+)\(")


def examples(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the commands of a corpus file with the lines of their plans; refusals are left out."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line.strip() for line in block.splitlines() if line.strip() and line[0] not in "#@"]
        if len(lines) > 1 and lines[0].startswith("Q:") and _CALL.match(lines[1]):
            yield lines[0][2:].strip(), [_MOMENT.sub(r"\1", line) for line in lines[1:]]


def chosen(found: Iterable[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    """Take up to five examples of each set of tools, the sets that come up most often first."""
    sets: dict[frozenset[str], list[tuple[str, list[str]]]] = defaultdict(list)
    for command, plan in found:
        if len(plan) <= MOST_STEPS and LEAST_LETTERS <= len(command) <= MOST_LETTERS and "###" not in command:
            names = frozenset(match[1] for line in plan if (match := _CALL.match(line)))
            sets[names].append((command, plan))
    often = sorted(sets.values(), key=len, reverse=True)
    picked = [group[at * len(group) // PER_SET] for group in often if len(group) >= PER_SET for at in range(PER_SET)]
    return picked[:AT_ALL]


def written(command: str, plan: list[str]) -> str:
    """One example in notation."""
    return "\n".join([f"Question: {command}", *plan, f"{len(plan) + 1}. join()<END_OF_PLAN>", "###", ""])


def main(paths: list[str]) -> None:
    """Write the chosen examples to standard output."""
    found = (each for path in sorted(paths) for each in examples(Path(path).read_text(encoding="utf-8")))
    sys.stdout.write("".join(written(*each) for each in chosen(found)))


if __name__ == "__main__":
    main(sys.argv[1:])
