"""What is said where the tools cannot do what a command asks."""

from __future__ import annotations

from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.retrieval.base import Retrieved
from tinyagent_cli.toolbox import Toolbox


def reason_for(retrieved: Retrieved | None, toolbox: Toolbox) -> str:
    """A sentence that says no and names the nearest thing that can be done."""
    nearest = retrieved.nearest() if retrieved else None
    tool = toolbox.get(nearest) if nearest else None
    no = "None of the tools can do that."
    return f"{no} The nearest is {tool.name}: {_lower_first(tool)}" if tool else no


def _lower_first(tool: Tool) -> str:
    sentence = tool.description.splitlines()[0]
    return sentence[:1].lower() + sentence[1:]
