"""The moments of the corpus as test cases."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "corpus"
_STEP = re.compile(r"\d+\.\s+(\w+\(.*\))\s*$")
_EVENT_START, _EVENT_END = 1, 2  # positions among the arguments of create_calendar_event


@dataclass(frozen=True)
class Case:
    """`said` stands in `command` and means `iso` at `now`; `start` is given for the end of an event."""

    where: str
    now: datetime
    command: str
    said: str
    iso: str
    start: date | datetime | None = None


def corpus_files(kind: str) -> list[Path]:
    return sorted(CORPUS.glob(f"{kind}-*.txt"))


def cases_of(path: Path) -> Iterator[Case]:
    """Every `at(said, iso)` of a corpus file."""
    now, command = datetime(2026, 1, 1), ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("@now"):
            now = datetime.fromisoformat(line[4:].strip())
        elif line.startswith("Q:"):
            command = line[2:].strip()
        elif match := _STEP.match(line):
            yield from _cases_of_step(match[1], f"{path.name}:{number}", now, command)


def _cases_of_step(step: str, where: str, now: datetime, command: str) -> Iterator[Case]:
    call = ast.parse(step, mode="eval").body
    assert isinstance(call, ast.Call)
    for position, argument in enumerate(call.args):
        if isinstance(argument, ast.Call):
            said, iso = (ast.literal_eval(part) for part in argument.args)
            is_end = getattr(call.func, "id", "") == "create_calendar_event" and position == _EVENT_END
            yield Case(where, now, command, said, iso, _start(call) if is_end else None)


def _start(call: ast.Call) -> date | datetime | None:
    argument = call.args[_EVENT_START]
    return value(ast.literal_eval(argument.args[1])) if isinstance(argument, ast.Call) else None


def value(iso: str) -> date | datetime:
    return date.fromisoformat(iso) if len(iso) == len("2026-03-05") else datetime.fromisoformat(iso)
