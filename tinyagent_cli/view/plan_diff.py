"""What has changed from one plan to the next, line by line."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterator

from rich.text import Text

from tinyagent_cli.plan.model import Plan
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view.rows import rows

STYLES = {"+ ": "green", "- ": "red", "  ": "dim"}


def difference(old: Plan, new: Plan, toolbox: Toolbox, now: dt.datetime) -> list[Text]:
    """Return both plans' steps in one list, `-` what falls away and `+` what is new; empty where nothing changes."""
    before, after = list(_lines(old, toolbox, now)), list(_lines(new, toolbox, now))
    if before == after:
        return []
    return [
        Text(line, STYLES[line[:2]]) for line in difflib.ndiff(before, after) if line[:2] in STYLES
    ]


def _lines(plan: Plan, toolbox: Toolbox, now: dt.datetime) -> Iterator[str]:
    for row in rows(plan, toolbox, now):
        yield row.tool
        yield from (f"  {each.label}: {each.value}" for each in row.fields)
