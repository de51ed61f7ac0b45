"""A plan as a diagram's source: Mermaid, or DOT of Graphviz."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tinyagent_cli.view.rows import Row
from tinyagent_cli.view.text import shortened

FILLS = {"read": "#dbeafe", "open": "#cffafe", "create": "#dcfce7", "send": "#fae8ff", None: "#fee2e2"}


def mermaid(rows: Sequence[Row]) -> str:
    """Write a flowchart; every text is quoted and can hold no markup."""
    lines = ["flowchart TD"]
    for row in rows:
        label = "<br/>".join(_entities(part) for part in _label(row))
        lines.append(f'    s{row.id}["{label}"]:::{row.effect or "unknown"}')
    lines += [f"    s{need} --> s{row.id}" for row in rows for need in row.needs]
    used = {row.effect for row in rows}
    lines += [
        f"    classDef {e or 'unknown'} fill:{fill},stroke:#64748b,color:#0f172a"
        for e, fill in FILLS.items()
        if e in used
    ]
    return "\n".join(lines) + "\n"


def dot(rows: Sequence[Row]) -> str:
    """Write a directed graph."""
    lines = [
        "digraph plan {",
        "    rankdir=TB;",
        '    node [shape=box, style="rounded,filled", fontname="Helvetica"];',
    ]
    for row in rows:
        label = "\\l".join(_escaped(part) for part in _label(row)) + "\\l"
        lines.append(f'    s{row.id} [label="{label}", fillcolor="{FILLS[row.effect]}"];')
    lines += [f"    s{need} -> s{row.id};" for row in rows for need in row.needs]
    return "\n".join([*lines, "}"]) + "\n"


def _label(row: Row) -> list[str]:
    head = f"{row.id}. {row.tool} ({row.effect or 'unknown'})"
    return [head, *(f"{each.label}: {shortened(each.value, 80)}" for each in row.fields)]


def _entities(text: str) -> str:
    """Write what Mermaid or HTML could read as markup as numbered entities."""
    return "".join(char if char.isalnum() or char in " .,:@+-_()/–" else f"#{ord(char)};" for char in text)


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]
