"""A planned command as one JSON object, the form of `tinyagent plan --json`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from tinyagent_cli.plan import jsonform
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner.base import Planned

VERSION = 1
"""The version of the object; it changes when a field is taken away or comes to mean something else."""


def planned_object(planned: Planned) -> dict[str, Any]:
    """Give a planned command as data: moments in ISO 8601, the words they were said with beside them."""
    return {
        "version": VERSION,
        "query": planned.command,
        "now": now_text(planned.now),
        "model": planned.model,
        "tools": list(planned.tools),
        "steps": steps_of(planned.plan),
        "refused": planned.refused,
        "reason": planned.reason,
        "timing": {name: round(seconds, 4) for name, seconds in dataclasses.asdict(planned.timing).items()},
    }


def steps_of(plan: Plan) -> list[dict[str, Any]]:
    """Give the steps of a plan in the JSON form of plans; `said` is always there."""
    steps = map(jsonform.step_to_json, plan.steps)
    return [
        {
            "id": s["id"],
            "tool": s["tool"],
            "args": s["args"],
            "said": s.get("said", {}),
            "depends_on": s["depends_on"],
        }
        for s in steps
    ]


def now_text(now: dt.datetime) -> str:
    """Say when: local time, without its zone, as plans do."""
    return f"{now:%Y-%m-%d %H:%M:%S}"
