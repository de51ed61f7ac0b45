"""Many commands, planned one after the other with the model loaded once."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from tinyagent_cli import clock
from tinyagent_cli.commands import _words
from tinyagent_cli.commands._report import emit, error_of
from tinyagent_cli.errors import PartlyDoneError, UsageError
from tinyagent_cli.planner.base import Planner


def plan_batch(planner: Planner, lines: Iterable[str], now: dt.datetime) -> int:
    """Plan every line and write one JSON object for each, in order; returns the exit code.

    A line that cannot be planned gives an object with `error` and stops nothing; the exit code is then 6.
    """
    from tinyagent_cli.view.plan_json import planned_object

    faults = 0
    for line in lines:
        if not line.strip():
            continue
        command, at = line.strip(), now
        try:
            command, at = read_line(line, now)
            emit(planned_object(planner.plan(command, at)), indent=None)
        except Exception as fault:  # noqa: BLE001 (whatever it is, the lines after it are planned)
            faults += 1
            emit(failed(command, at, fault), indent=None)
    return PartlyDoneError.exit_code if faults else 0


def read_line(line: str, now: dt.datetime) -> tuple[str, dt.datetime]:
    """Read one line of a batch: the command itself, or a JSON object with `query` and `now`. Raises UsageError."""
    if not line.lstrip().startswith("{"):
        return _words.checked(line), now
    try:
        read = json.loads(line)
    except ValueError as fault:
        raise UsageError(f"the line is no JSON object: {fault}") from fault
    if not isinstance(read.get("query"), str):
        raise UsageError('the line needs a text "query"')
    if not isinstance(read.get("now"), str | None):
        raise UsageError('"now" takes a text such as "2026-03-04 09:30"')
    return _words.checked(read["query"]), clock.read_now(read["now"]) if read.get("now") else now


def failed(command: str, now: dt.datetime, fault: Exception) -> dict[str, Any]:
    """The object for a command that could not be planned."""
    from tinyagent_cli.view.plan_json import VERSION, now_text

    safe = command.encode("utf-8", "replace").decode("utf-8")
    return {"version": VERSION, "query": safe, "now": now_text(now), "error": error_of(fault)}
