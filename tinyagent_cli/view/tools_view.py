"""The tools on a terminal: the list of them, and the page of one."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from tinyagent_cli.plan.signature import PUBLISHED_TYPES, Tool
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view.columns import Columns
from tinyagent_cli.view.plan_view import COLOURS
from tinyagent_cli.view.text import visible


def tool_list(toolbox: Toolbox, off: Sequence[str] = ()) -> RenderableType:
    """Every tool with its effect, by app."""
    rows: list[list[Text]] = []
    app = ""
    for tool in toolbox:
        if tool.app != app:
            rows += [[Text()]] * bool(app) + [[Text(tool.app, "bold")]]
            app = tool.app
        first = tool.description.splitlines()[0]
        rows.append([Text(tool.name), Text(tool.effect, COLOURS[tool.effect]), Text(visible(first), "dim")])
    if off:
        rows += [[Text()], [Text(f"switched off: {', '.join(off)}", "yellow")]]
    return Columns(rows)


def tool_page(tool: Tool) -> RenderableType:
    """All that is declared of one tool."""
    rows = []
    for p in tool.parameters:
        note = visible(p.description) + (f" One of {', '.join(map(repr, p.choices))}." if p.choices else "")
        kind = "moment" if p.kind == "moment" else PUBLISHED_TYPES[p.kind]
        rows.append([Text(p.name, "bold"), Text(kind), Text(note, "dim")])
    return Group(
        Text.assemble((tool.name, "bold"), "  ", (tool.effect, COLOURS[tool.effect]), f"  {tool.app}"),
        Text(visible(tool.description, breaks="\n")),
        Text(),
        Columns(rows),
        Text.assemble(("  → ", "dim"), tool.result),
        Text(),
        Text(tool.signature, "cyan"),
        Text(),
        Text(json.dumps(tool.schema, indent=2, ensure_ascii=False), "dim"),
    )
