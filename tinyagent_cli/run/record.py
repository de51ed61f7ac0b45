"""Plans, arguments and moments as the journal's JSON, and back."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from tinyagent_cli.plan.model import Moment, Plan, Step, Value


def plan_text(plan: Plan) -> str:
    """Write a plan; a moment keeps its words: `{"said": ..., "iso": ...}`."""
    steps = [
        {"id": s.id, "tool": s.tool, "args": {name: _written(value) for name, value in s.args.items()}}
        for s in plan.steps
    ]
    return json.dumps({"steps": steps}, ensure_ascii=True)


def plan_of(text: str) -> Plan:
    """Read a plan. Raises ValueError, KeyError or TypeError where it is none."""
    return Plan(
        tuple(
            Step(int(s["id"]), str(s["tool"]), {name: _value(value) for name, value in s["args"].items()})
            for s in json.loads(text)["steps"]
        )
    )


def args_text(args: Mapping[str, Any]) -> str:
    """Write the arguments of a call; dates are told apart from texts: `{"moment": ...}`."""
    return json.dumps(
        {
            name: {"moment": value.isoformat()} if isinstance(value, dt.date) else value
            for name, value in args.items()
        },
        ensure_ascii=False,
    )


def args_of(text: str, now: dt.datetime) -> dict[str, Any]:
    """Read the arguments of a call, times in the zone of `now`. Raises ValueError."""
    return {name: _argument(value, now) for name, value in json.loads(text).items()}


def moment_text(moment: dt.datetime) -> str:
    """Write a moment with its zone's name, where it has one: `2026-03-04T09:30:00+01:00[Europe/Rome]`."""
    key = moment.tzinfo.key if isinstance(moment.tzinfo, ZoneInfo) else None
    return moment.isoformat() + (f"[{key}]" if key else "")


def moment_of(text: str) -> dt.datetime:
    """Read a moment. Raises ValueError."""
    iso, _, key = text.removesuffix("]").partition("[")
    moment = dt.datetime.fromisoformat(iso)
    try:
        return moment.astimezone(ZoneInfo(key)) if key else moment
    except (LookupError, OSError, ValueError):
        return moment


def plain(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as plain JSON data, dates as ISO text."""
    return {name: v.isoformat() if isinstance(v, dt.date) else v for name, v in args.items()}


def _written(value: Value) -> Any:
    return {"said": value.said, "iso": value.iso} if isinstance(value, Moment) else value


def _value(value: Any) -> Value:
    if isinstance(value, dict):
        return Moment(str(value["said"]), str(value["iso"]))
    return tuple(str(v) for v in value) if isinstance(value, list) else value


def _argument(value: Any, now: dt.datetime) -> Any:
    if not isinstance(value, dict):
        return value
    text = str(value["moment"])
    if len(text) == len("2026-03-04"):
        return dt.date.fromisoformat(text)
    moment = dt.datetime.fromisoformat(text)
    return moment.astimezone(now.tzinfo) if moment.tzinfo and now.tzinfo else moment
