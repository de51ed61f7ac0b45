"""Measures what a plan costs on this machine: python benchmarks/speed.py [--commands N] [--json FILE]

Every figure is of this one run: warm plans over commands of corpus/dev-*.txt, whole processes, decoding with and
without the grammar, memory, and the published prompt's way on the same base file as a ratio.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tinyagent_cli import toolbox
from tinyagent_cli.learning import corpus
from tinyagent_cli.planner import decoding, starter
from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.starter_planner import starter as open_starter

ROOT = Path(__file__).parents[1]
COMMAND = "Set up a meeting with Sid and Lutfi tomorrow at 2pm to discuss the meeting notes"


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def processes(arguments: list[str], times: int) -> float:
    """Median seconds of `tinyagent` as a process of its own, after one that warms the disk's cache."""
    command = [sys.executable, "-m", "tinyagent_cli", *arguments]
    run = [seconds(lambda: subprocess.run(command, capture_output=True, check=True)) for _ in range(times + 1)]
    return statistics.median(run[1:])


def warm(examples: list[corpus.Example]) -> dict[str, float]:
    """Plans in one process, the model loaded: medians in seconds, and the most memory in MB."""
    planner = open_starter(toolbox.built_in())
    planner.plan(COMMAND, examples[0].now)
    rows = []
    for e in examples:
        begun = time.perf_counter()
        timing = planner.plan(e.command, e.now).timing
        rows.append((time.perf_counter() - begun, timing.prefill, timing.decode, timing.retrieve))
    names = ("plan", "prefill", "decode", "retrieve")
    out = {f"warm {name}, s": statistics.median(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    out["warm plan 95 %, s"] = sorted(r[0] for r in rows)[int(len(rows) * 0.95)]
    out["most memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    planner.close()
    return out


def decoding_rates(examples: list[corpus.Example]) -> dict[str, float]:
    """Tokens a second with the grammar, and of the same tokens without it."""
    engine = Engine(starter.base(), starter.adapter())
    tools = toolbox.built_in().tools
    held = free = 0.0
    count = 0
    for e in examples:
        prompt = compact_prompt.encode(e.command, engine.tokenize)
        engine.evaluate(prompt)
        held += seconds(lambda p=prompt: list(decoding.lines(engine, p, CompactGrammar(tools), compact_prompt.END)))  # type: ignore[misc]
        written = engine.evaluated[len(prompt) :]
        engine.evaluate(prompt)
        for n in range(len(written)):
            tokens = prompt + written[: n + 1]
            free += seconds(lambda t=tokens: engine.evaluate(t).argmax())  # type: ignore[misc]
        count += len(written)
    engine.close()
    return {"decode with grammar, tokens/s": count / held, "decode without, tokens/s": count / free, "share kept": free / held}


def published(e: corpus.Example) -> dict[str, float]:
    """The published prompt's way on the same base file: every tool described, the notation written."""
    from tinyagent_cli.planner.notation_planner import NotationPlanner

    planner = NotationPlanner(toolbox.built_in(), starter.base())
    timing = planner.plan(e.command, e.now).timing
    planner.close()
    return {"published way: prefill, s": timing.prefill, "published way: decode, s": timing.decode}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--commands", type=int, default=60)
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    names = {t.name: [p.name for p in t.parameters] for t in toolbox.built_in()}
    every = list(corpus.read(sorted((ROOT / "corpus").glob("dev-*.txt")), names))
    examples = every[:: max(1, len(every) // chosen.commands)]
    figures = {"commands": float(len(examples)), **warm(examples), **decoding_rates(examples[:20])}
    figures |= {
        "cold plan, s": processes(["plan", COMMAND], 5),
        "--version, s": processes(["--version"], 9),
        "--help, s": processes(["--help"], 9),
    }
    figures |= published(examples[0])
    way = figures["published way: prefill, s"] + figures["published way: decode, s"]
    figures["published way / warm plan"] = way / figures["warm plan, s"]
    for name, value in figures.items():
        print(f"{name:34} {value:10.3f}")
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
