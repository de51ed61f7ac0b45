"""Plans as JSON, for servers that hold a model to a JSON Schema instead of a grammar (OpenAI's structured outputs).

The schema keeps to what all of them take: every property required, none other allowed, choices by `anyOf`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import jsonform
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.plan.validation import MOST_TEXT
from tinyagent_cli.toolbox import Toolbox

NAME = "plan"
_HEAD = re.compile(r'\s*(?:```(?:json)?\s*)?\{\s*"steps"\s*:\s*\[')
_BETWEEN = re.compile(r"[\s,]*")


def schema(tools: Iterable[Tool]) -> dict[str, Any]:
    """The schema of plans with these tools; a plan without steps is a refusal."""
    steps = [_of({"id": {"type": "integer"}, "tool": {"type": "string", "enum": [tool.name]}, "args": tool.schema}) for tool in tools]
    items = {"anyOf": steps} if steps else {"type": "object"}
    return _of({"steps": {"type": "array", "items": items}})


def _of(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


class Reader:
    """Reads such a plan as it is being written; each step is checked and handed out when its object ends."""

    def __init__(self, toolbox: Toolbox) -> None:
        self._toolbox = toolbox
        self._text, self._at = "", 0
        self._entries: list[object] = []

    @property
    def done(self) -> bool:
        """True once the list of steps is closed; what follows is ignored."""
        return self._at > 0 and self._text.startswith("]", self._at)

    def feed(self, text: str) -> list[Step]:
        """Take the next piece of the text and return the steps that it ends. Raises PlanError."""
        self._text += text
        if len(self._text) > MOST_TEXT:
            raise PlanError(f"the plan has more than {MOST_TEXT:,} characters")
        if not self._at and (head := _HEAD.match(self._text)):
            self._at = head.end()
        if not self._at:
            return []
        before = len(self._entries)
        while self._take():
            pass
        return list(self._plan().steps[before:]) if len(self._entries) > before else []

    def _take(self) -> bool:
        """Take the next whole object."""
        self._at = _BETWEEN.match(self._text, self._at).end()  # type: ignore[union-attr]
        if not self._text.startswith("{", self._at):
            return False
        try:
            entry, self._at = json.JSONDecoder().raw_decode(self._text, self._at)
        except ValueError:
            return False  # it has not ended yet
        except RecursionError as fault:
            raise PlanError("the plan is no JSON that can be read") from fault
        self._entries.append(entry)
        return True

    def _plan(self) -> Plan:
        return jsonform.from_json({"steps": self._entries}, self._toolbox)

    def finish(self) -> Plan:
        """Return the plan, checked as a whole. Raises PlanError."""
        if not self.done:
            raise PlanError("the plan is not whole JSON" if self._at else 'the plan is no JSON that begins with "steps"')
        return self._plan()
