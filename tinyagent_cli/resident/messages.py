"""What a helper is asked and what it answers: one JSON object a line, of bounded length, ASCII.

    {"op": "plan", "command": "text Bob", "now": "2026-03-04T09:30:00", "fold": 0, "zone": "Europe/Madrid"}
    {"ok": {"model": "starter", "tools": [...], "plan": {...}, "reason": "", "timing": {...}}}
    {"error": {"kind": "plan-invalid", "message": "...", "line": 1, "column": null}}
"""

from __future__ import annotations

import datetime as dt
import json
import socket
import struct
import sys
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tinyagent_cli.errors import PlanError, TinyAgentError, UsageError
from tinyagent_cli.plan import jsonform
from tinyagent_cli.planner.base import Planned, Timing
from tinyagent_cli.toolbox import Toolbox

MOST_ASKED, MOST_ANSWERED = 1 << 19, 1 << 22
"""Bytes of a line: 40,000 characters of a command, each escaped, are 240,000, or 480,000 beyond the basic plane."""


class MessageError(ValueError):
    """A message that cannot be read."""


def line(message: Mapping[str, Any]) -> bytes:
    """A message as it travels; what JSON cannot say in Unicode, a lone surrogate, is escaped like all else."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def read(data: bytes) -> dict[str, Any]:
    """Read a line. Raises MessageError."""
    try:
        message = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise MessageError("the message is no JSON object") from fault
    if not isinstance(message, dict):
        raise MessageError("the message is no JSON object")
    return message


def plan_request(command: str, now: dt.datetime) -> dict[str, Any] | None:
    """Ask for a plan; None where the time zone cannot be named, so that another process could not count in it."""
    zone = now.tzinfo.key if isinstance(now.tzinfo, ZoneInfo) else None
    if now.tzinfo is not None and zone is None:
        return None
    return {"op": "plan", "command": command, "now": now.replace(tzinfo=None).isoformat(), "fold": now.fold, "zone": zone}


def asked(message: Mapping[str, Any]) -> tuple[str, dt.datetime]:
    """The command and the time of a request. Raises MessageError."""
    command, now, fold, zone = (message.get(name) for name in ("command", "now", "fold", "zone"))
    if not (isinstance(command, str) and isinstance(now, str) and fold in (0, 1) and isinstance(zone, str | None)):
        raise MessageError("a plan needs command, now, fold and zone")
    try:
        at = dt.datetime.fromisoformat(now).replace(fold=int(fold))
        return command, at.replace(tzinfo=ZoneInfo(zone)) if zone is not None else at
    except (ValueError, OSError, KeyError, RecursionError) as fault:  # zoneinfo: KeyError for no zone, RecursionError for a long one
        raise MessageError(f"the time cannot be read: {fault}") from fault


def answer(planned: Planned) -> dict[str, Any]:
    """What was planned, as data."""
    t = planned.timing
    return {
        "model": planned.model,
        "tools": list(planned.tools),
        "plan": jsonform.to_json(planned.plan),
        "refused": planned.refused,
        "reason": planned.reason,
        "timing": [t.load, t.retrieve, t.prefill, t.decode],
    }


def answered(data: Mapping[str, Any], command: str, now: dt.datetime, toolbox: Toolbox) -> Planned:
    """What was planned, checked against the tools as any plan from outside. Raises MessageError."""
    try:
        plan = jsonform.from_json(data["plan"], toolbox)
        timing, tools = Timing(*map(float, data["timing"])), tuple(map(str, data["tools"]))
        return Planned(
            command, now, str(data["model"]), tools, plan, bool(data["refused"]), str(data["reason"]), timing
        )
    except (KeyError, TypeError, ValueError, PlanError) as fault:
        raise MessageError(f"the answer cannot be read: {fault}") from fault


def failure(fault: Exception) -> dict[str, Any]:
    """A failure as data. What is nobody's doing is not told further: whoever asked then plans for himself."""
    if not isinstance(fault, UsageError | PlanError):
        return {"error": {"kind": "failed", "message": str(fault) if isinstance(fault, TinyAgentError) else type(fault).__name__}}
    message = fault.reason if isinstance(fault, PlanError) else str(fault)
    place = {name: getattr(fault, name, None) for name in ("line", "column")}
    return {"error": {"kind": fault.code, "message": message, **place}}


def raised(error: object) -> Exception:
    """The exception of a failure: UsageError, PlanError, or MessageError for one that is not for a person."""
    if isinstance(error, dict) and isinstance(message := error.get("message"), str):
        if error.get("kind") == UsageError.code:
            return UsageError(message)
        line_, column = error.get("line"), error.get("column")
        if error.get("kind") == PlanError.code and isinstance(line_, int | None) and isinstance(column, int | None):
            return PlanError(message, line_, column)
        return MessageError(message)
    return MessageError("the helper failed")


def user_of(connection: Any) -> int | None:
    """The user at the other end of a Unix socket, as the kernel says; None where it does not."""
    try:
        if hasattr(socket, "SO_PEERCRED"):
            data = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
            return int(struct.unpack("3i", data)[1])
        if sys.platform == "darwin":  # struct xucred by LOCAL_PEERCRED (unix(4)); not yet run on a Mac
            data = connection.getsockopt(0, 1, 76)
            return int(struct.unpack_from("2I", data)[1])
    except (OSError, struct.error):
        pass
    return None
