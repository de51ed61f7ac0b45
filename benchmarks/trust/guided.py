"""A small coverage-guided fuzzer: what reaches new lines of this program is kept and changed further.

Evolutionary fuzzing by edge coverage, after AFL (Zalewski, "Technical details of AFL", section 1 and 2), with
Python's own tracing in the place of instrumented machine code.
"""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

TOP = Path(__file__).resolve().parents[2]
OURS = (str(TOP / "tinyagent_cli"), str(TOP / "tools"))
LONGEST = 20_000
"""Characters of the longest input."""
PATIENCE = 10.0
"""Seconds of processor time that one input may take."""


class HangError(BaseException):
    """An input took longer than `PATIENCE`. No Exception, so that nothing under test swallows it."""


@dataclass(frozen=True)
class Target:
    """Something to be fed: `run` returns or raises one of `fine`; anything else is a finding."""

    name: str
    run: Callable[[str], object]
    seeds: tuple[str, ...]
    words: tuple[str, ...] = ()
    fine: tuple[type[BaseException], ...] = ()


@dataclass
class Result:
    """What feeding a target came to. `findings` are (fault, input) pairs, one for each place of a fault.

    `slowest` and `processor`, of all inputs together, are seconds of processor time.
    """

    target: str
    executions: int = 0
    edges: int = 0
    kept: int = 0
    slowest: float = 0.0
    processor: float = 0.0
    findings: dict[str, str] = field(default_factory=dict)


class Edges:
    """Collects which line of this program came after which."""

    def __init__(self) -> None:
        self.seen: set[tuple[CodeType, int, int]] = set()
        self.new = 0
        self._ours: dict[CodeType, bool] = {}

    def trace(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Stand as Python's trace function."""
        code = frame.f_code
        ours = self._ours.get(code)
        if ours is None:
            ours = self._ours[code] = code.co_filename.startswith(OURS)
        if not ours:
            return None
        last = 0
        seen = self.seen

        def local(frame: FrameType, event: str, arg: Any) -> Any:
            nonlocal last
            if event == "line":
                edge = (code, last, frame.f_lineno)
                last = frame.f_lineno
                if edge not in seen:
                    seen.add(edge)
                    self.new += 1
            return local

        return local


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Raise HangError when the processor has been at it for so long."""

    def over(number: int, frame: FrameType | None) -> None:
        raise HangError(f"more than {seconds:g} seconds")

    signal.signal(signal.SIGVTALRM, over)  # for good: a signal that comes late must find its handler
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def fault_of(target: Target, text: str) -> str:
    """Feed one input; returns "" or what went wrong and where."""
    try:
        with patience(PATIENCE):
            target.run(text)
    except target.fine:
        return ""
    except (Exception, HangError) as fault:
        where, place = fault.__traceback__, ""
        while where is not None:
            file = where.tb_frame.f_code.co_filename
            if file.startswith(OURS) and not isinstance(fault, HangError | RecursionError):
                place = f" at {Path(file).relative_to(TOP)}:{where.tb_lineno}"
            where = where.tb_next
        return f"{type(fault).__name__}{place}"
    return ""


def changed(chance: random.Random, text: str, pool: Sequence[str], words: Sequence[str]) -> str:
    """Return the text with one to four changes."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        at = chance.randrange(len(text) + 1)
        length = min(len(text) - at, chance.choice((1, 1, 2, 4, 8, 32)))
        match chance.randrange(9):
            case 0:
                text = text[:at] + text[at + length :]
            case 1:
                text = text[:at] + odd(chance) + text[at:]
            case 2:
                text = text[:at] + odd(chance) + text[at + 1 :]
            case 3 if words:
                text = text[:at] + chance.choice(words) + text[at:]
            case 4 if words:
                text = text[:at] + chance.choice(words) + text[at + length :]
            case 5:
                other = chance.choice(pool)
                text = text[:at] + other[chance.randrange(len(other) + 1) :]
            case 6:
                piece = text[at : at + length]
                text = text[:at] + piece * chance.choice((2, 3, 10, 200, 3000)) + text[at + length :]
            case 7:
                text = text[:at] + str(chance.choice((0, 1, -1, 31, 255, 2**31, 2**64, 10**30))) + text[at:]
            case _:
                other = chance.randrange(len(text) + 1)
                text = text[:at] + text[other : other + length] + text[at:]
    return text[:LONGEST]


def odd(chance: random.Random) -> str:
    """Return a character, from anywhere in Unicode now and then."""
    if chance.random() < 0.8:
        return chance.choice("\"'\\,;:|^$()[]{}<>=#%&*-+./@ \n\r\t\0" + "abcxyz0123456789")
    return chr(chance.choice((chance.randrange(0x20), chance.randrange(0x3000), chance.randrange(0x110000))))


def feed(target: Target, seconds: float, seed: str = "trust", keep: Path | None = None) -> Result:
    """Feed a target for so long. What reached something new is kept in the file `keep`, for the next time."""
    chance = random.Random(f"{seed} {target.name}")
    edges, result = Edges(), Result(target.name)
    pool = list(dict.fromkeys((*target.seeds, *(json.loads(keep.read_text()) if keep and keep.exists() else ()))))
    until = time.monotonic() + seconds
    waiting = list(pool)
    while time.monotonic() < until:
        text = waiting.pop() if waiting else changed(chance, chance.choice(pool), pool, target.words)
        edges.new, began = 0, time.process_time()
        sys.settrace(edges.trace)
        try:
            fault = fault_of(target, text)
        finally:
            sys.settrace(None)
        took = time.process_time() - began
        result.slowest, result.processor = max(result.slowest, took), result.processor + took
        result.executions += 1
        if fault:
            result.findings.setdefault(fault, text)
        elif edges.new and text not in pool:
            pool.append(text)
    result.edges, result.kept = len(edges.seen), len(pool)
    if keep:
        keep.parent.mkdir(parents=True, exist_ok=True)
        keep.write_text(json.dumps([text for text in pool if text not in target.seeds]))
    return result
