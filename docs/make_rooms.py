"""Draws docs/rooms.svg: which room of the program imports which, as the code has it; edges that follow from others are left out.

    python docs/make_rooms.py
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import networkx as nx
from interface import ROOT

from tinyagent_cli.view.rows import Field, Row
from tinyagent_cli.view.svg import svg

PACKAGE = ROOT / "tinyagent_cli"
OUT = Path(__file__).parent / "rooms.svg"
LEFT_OUT = frozenset({"samples", "starter", "tools"})


def room_of(module: str) -> str:
    """The room that a module stands in, "" for none."""
    head, _, rest = module.partition(".")
    room = rest.partition(".")[0]
    return room if head == "tinyagent_cli" and (PACKAGE / room).is_dir() and room not in LEFT_OUT else ""


def imports() -> dict[str, set[str]]:
    """What each room imports of the others, wherever in its modules; names in `if TYPE_CHECKING` too."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        room = room_of(".".join(path.relative_to(ROOT).with_suffix("").parts))
        if not room:
            continue
        found[room] |= set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            if isinstance(node, ast.ImportFrom) and node.module == "tinyagent_cli":
                names = [f"tinyagent_cli.{alias.name}" for alias in node.names]
            found[room] |= {other for name in names if (other := room_of(name)) and other != room}
    return found


def abouts() -> dict[str, str]:
    """What the table in architecture.md says of each room."""
    text = (Path(__file__).parent / "architecture.md").read_text(encoding="utf-8")
    return {m[1]: m[2].replace("`", "") for m in re.finditer(r"^\| `tinyagent_cli/(\w+)/` \| (.*) \|$", text, re.MULTILINE)}


def main() -> None:
    """Draw it. What is imported stands to the left of what imports it."""
    graph = nx.DiGraph({room: sorted(others) for room, others in imports().items()})
    whole = nx.condensation(graph)
    reduced = nx.transitive_reduction(whole)
    order = list(reversed(list(nx.lexicographical_topological_sort(whole, key=lambda n: min(whole.nodes[n]["members"])))))
    number = {node: at for at, node in enumerate(order, 1)}
    rows, says = [], abouts()
    for node in order:
        members = sorted(whole.nodes[node]["members"])
        fields = tuple(Field(room if len(members) > 1 else "", says.get(room, "")) for room in members)
        rows.append(Row(number[node], " + ".join(members), "read", fields, tuple(number[n] for n in reduced.successors(node))))
    picture = svg(rows, theme="auto").replace(">read</text>", "></text>")  # rooms have no effects
    OUT.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
