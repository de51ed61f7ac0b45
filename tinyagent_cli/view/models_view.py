"""The models as a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from rich.text import Text

from tinyagent_cli.models.known import Known
from tinyagent_cli.view.columns import Columns
from tinyagent_cli.view.text import visible

USES = {"planner": "Plans", "retriever": "Chooses tools", "speech": "Understands speech"}


def megabytes(size: int) -> str:
    """A size for a person: `668 MB`, `4.4 GB`."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"


def model_list(known: Iterable[Known], present: Collection[str], chosen: str, *, signs: bool) -> Columns:
    """Every known model by what it is for; those on this machine are marked, and the one that plans."""
    rows: list[list[Text]] = []
    use = ""
    for each in known:
        if each.use != use:
            use = each.use
            rows.append([Text(("\n" if rows else "") + USES[use], "bold")])
        here = each.name in present
        mark = ("●" if signs else "*") if each.name == chosen else ("✓" if signs else "+") if here else " "
        about = each.about + (f"; {each.success} of plans right as published" if each.success else "")
        rows.append(
            [
                Text(f"{mark} {each.name}", "green" if here else ""),
                Text(f"{megabytes(each.size):>7}", "dim"),
                Text(about),
            ]
        )
    legend = "● plans now   ✓ on this machine" if signs else "* plans now   + on this machine"
    if chosen and not any(each.name == chosen for each in known):
        legend += f"   Plans now: {visible(chosen)}"
    rows.append([Text(f"\n{legend}", "dim")])
    return Columns(rows)
