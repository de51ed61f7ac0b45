"""What `tinyagent bench` measures: the starter model on this machine, every figure in one run."""

from __future__ import annotations

import datetime as dt
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyagent_cli import memory
from tinyagent_cli.planner import decoding, guard, starter
from tinyagent_cli.planner.dialects import compact_prompt, tinyagent
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.starter_planner import starter as open_starter
from tinyagent_cli.planner.tuning import cores
from tinyagent_cli.toolbox import Toolbox, built_in

NOW = dt.datetime(2026, 3, 4, 9, 30)  # noqa: DTZ001 (local time; the same for everybody)
PROMPT, WRITTEN, COLD = 256, 64, 3
"""Tokens read at once, tokens written freely, processes started."""
TARGETS = {"plan, median": 0.5, "new process": 1.2, "memory": 300.0}
"""What the project aims at with two cores: seconds, seconds, megabytes."""


@dataclass(frozen=True)
class Figure:
    """One figure with its unit; `most` is what it should not pass, on two cores, where there is such a bound."""

    name: str
    value: float
    unit: str
    most: float | None = None


def machine() -> dict[str, Any]:
    """What is measured on."""
    threads = guard.known_threads(starter.base())
    return {
        "processor": _processor(),
        "cores": cores(),
        "python": platform.python_version(),
        "llama-cpp-python": guard.library_version(),
        "model": starter.base().name,
        "threads": threads.data() if threads else None,
    }


def measure(commands: int) -> Iterator[Figure]:
    """Yield the figures, of so many commands. Raises ModelError."""
    toolbox = built_in()
    planner = open_starter(toolbox)
    begun = time.perf_counter()
    engine = planner.engine()
    yield Figure("load", time.perf_counter() - begun, "s")
    yield from _rates(engine, toolbox)
    taken = []
    every = tinyagent.bundled()
    for example in every[:: max(1, len(every) // commands)][:commands]:
        begun = time.perf_counter()
        planner.plan(example.command, NOW)
        taken.append(time.perf_counter() - begun)
    yield Figure("plan, median", statistics.median(taken), "s", TARGETS["plan, median"])
    yield Figure("plan, slowest", max(taken), "s")
    most = memory.peak()
    planner.close()
    yield Figure("memory", most, "MB", TARGETS["memory"])
    yield Figure("new process", statistics.median(_process() for _ in range(COLD)), "s", TARGETS["new process"])


def _rates(engine: Engine, toolbox: Toolbox) -> Iterator[Figure]:
    tokens = engine.tokenize(" ".join(example.command for example in tinyagent.bundled()))[:PROMPT]
    engine.forget()
    yield Figure("prefill", len(tokens) / _seconds(lambda: engine.evaluate(tokens)), "tokens/s")
    row = list(tokens[:8])
    engine.evaluate(row)

    def write() -> None:
        for _ in range(WRITTEN):
            row.append(int(engine.evaluate(row).argmax()))

    yield Figure("decode, free", WRITTEN / _seconds(write), "tokens/s")
    held = count = 0.0
    for example in tinyagent.bundled()[:6]:
        prompt = compact_prompt.encode(example.command, engine.tokenize)
        engine.evaluate(prompt)
        lines = decoding.lines(engine, prompt, CompactGrammar(toolbox.tools), compact_prompt.END)
        held += _seconds(lambda each=lines: list(each))  # type: ignore[misc]
        count += len(engine.evaluated) - len(prompt)
    yield Figure("decode, in the grammar", count / held, "tokens/s")


def _process() -> float:
    """Seconds of `tinyagent plan` as a process of its own, without a helper."""
    command = [sys.executable, "-m", "tinyagent_cli", "plan", "--quiet", tinyagent.bundled()[0].command]
    environ = {**os.environ, "TINYAGENT_HELPER_USE": "off"}
    place = Path(__file__).parents[1]
    return _seconds(lambda: subprocess.run(command, capture_output=True, check=True, cwd=place, env=environ))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8", errors="replace") as info:
            return next(line.partition(":")[2].strip() for line in info if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()
