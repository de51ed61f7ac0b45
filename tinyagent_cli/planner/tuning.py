"""How many threads suit this machine: measured once, when a model is first tried out, within half a second.

Every core is not always best: two threads of one core share its arithmetic, and a slow core holds up fast ones.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tinyagent_cli.planner.engine import Engine

MOST_THREADS = 8
SECONDS = 0.5
"""The time that measuring may take; a candidate that is under way is brought to its end."""
PROMPT, WRITTEN = 32, 6
"""Tokens read and written to measure."""
WORTH = 0.95
"""Fewer threads are taken only where they need less than this share of the time: other measurements would differ."""


@dataclass(frozen=True)
class Threads:
    """Threads for writing, one token at a time, and for reading a prompt; 0 where that is not known."""

    write: int = 0
    read: int = 0

    def data(self) -> dict[str, int]:
        """As JSON data."""
        return asdict(self)

    @classmethod
    def of(cls, data: Any) -> Threads:
        """Read `data`; unknown where it is something else."""
        values = [data.get(name) for name in ("write", "read")] if isinstance(data, dict) else []
        numbers = [value for value in values if isinstance(value, int) and value > 0]
        return cls(*numbers) if len(numbers) == 2 else cls()


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2


def most_threads() -> int:
    """One a processor, as far as more still help."""
    return max(1, min(cores(), MOST_THREADS))


def measure(engine: Engine, candidates: Iterable[int] = ()) -> Threads:
    """Read and write with each number of threads, and choose. The engine keeps none of it."""
    tried = list(candidates) or _candidates()
    if len(tried) == 1:
        return Threads(tried[0], tried[0])
    writing: dict[int, float] = {}
    reading: dict[int, float] = {}
    until = time.perf_counter() + SECONDS
    for threads in tried:
        if writing and time.perf_counter() > until:
            break
        engine.set_threads(threads, threads)
        engine.forget()
        reading[threads] = _seconds(engine, [*range(100, 100 + PROMPT)])
        writing[threads] = min(_seconds(engine, [*engine.evaluated, 7]) for _ in range(WRITTEN))
    engine.forget()
    chosen = Threads(_best(writing), _best(reading))
    engine.set_threads(chosen.write, chosen.read)
    return chosen


def _candidates() -> list[int]:
    """The numbers worth trying, the likeliest first."""
    most = most_threads()
    return list(dict.fromkeys(n for n in (most, _whole_cores(), most // 2) if 1 <= n <= most))


def _whole_cores() -> int:
    """Cores, each counted once however many threads it runs; 0 where the system does not say."""
    try:
        allowed = os.sched_getaffinity(0)
        siblings = {
            (Path(f"/sys/devices/system/cpu/cpu{n}/topology/thread_siblings_list")).read_text(encoding="ascii")
            for n in allowed
        }
    except (AttributeError, OSError):
        return 0
    return len(siblings)


def _best(seconds: dict[int, float]) -> int:
    best = max(seconds)
    for threads in sorted(seconds, reverse=True):
        if seconds[threads] < WORTH * seconds[best]:
            best = threads
    return best


def _seconds(engine: Engine, tokens: list[int]) -> float:
    begun = time.perf_counter()
    engine.evaluate(tokens)
    return time.perf_counter() - begun
