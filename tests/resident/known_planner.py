"""A planner of one plan, for tests that are about talking and not about planning."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass, field

from strategies import TOOLS

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner.base import Planned

PLAN = """\
1. get_email_address("Bob")
2. create_calendar_event("Call Bob", "tomorrow at 2pm", "", "", ["$1"], "", "")
3. join()<END_OF_PLAN>
"""


@dataclass
class Known:
    """Plans what begins with "remind", fails at "nonsense" and "break", refuses all else, each in `slow` seconds."""

    name: str = "starter"
    slow: float = 0.0
    seen: list[str] = field(default_factory=list)

    def plan(self, command: str, now: dt.datetime) -> Planned:
        self.seen.append(command)
        time.sleep(self.slow)
        if command == "nonsense":
            raise PlanError("the model wrote nonsense", 1, 4)
        if command == "break":
            raise RuntimeError("secret of the inside")
        if not command.startswith("remind"):
            return Planned(command, now, self.name, (), Plan(), refused=True, reason=f"not {command}")
        plan = resolve(notation.read(PLAN, TOOLS), TOOLS, now, command)
        return Planned(command, now, self.name, ("get_email_address", "create_calendar_event"), plan)

    def close(self) -> None:
        pass
