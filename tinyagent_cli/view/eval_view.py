"""What an evaluation found, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tinyagent_cli.learning.evaluation import PUBLISHED, Tried
from tinyagent_cli.plan import notation
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view.text import visible

ROWS = (
    ("plan success", "plan_success", "%"), ("full success", "full_success", "%"),
    ("moments exact, of plan successes", "moments_exact", "%"),
    ("looked-up names exact, of plan successes", "names_exact", "%"),
    ("NONE commands refused", "refused_of_none", "%"), ("other commands refused", "refused_of_others", "%"),
    ("world success, carried out in sandboxes", "world_success", "%"), ("invalid plans", "invalid", ""), ("tool recall", "tool_recall", "3"), ("tools offered, mean", "mean_tools", "2"),
    ("seconds a plan, median", "seconds_median", "3"), ("seconds a plan, 95 %", "seconds_p95", "3"),
)  # fmt: skip


def tables(summaries: Sequence[dict[str, Any]]) -> Iterator[RenderableType]:
    """Yield the table of all figures, then success by number of steps and by tool for each model."""
    main = Table(title=f"{summaries[0]['commands']} commands", title_justify="left", box=None, pad_edge=False)
    main.add_column("figure")
    for summary in summaries:
        main.add_column(summary["model"], justify="right")
    for label, key, kind in ROWS:
        if all(s[key] is None for s in summaries):
            continue
        main.add_row(label, *(_shown(s[key], kind) for s in summaries))
    for what in ("model", "adapter", "retriever"):
        if any(what in s["bytes"] for s in summaries):
            main.add_row(f"{what}, MB", *(f"{s['bytes'].get(what, 0) / 1e6:.1f}" for s in summaries))
    yield main
    for summary in summaries:
        for title, key in (("steps", "by_steps"), ("tool", "by_tool"), ("file", "by_file")):
            yield _by(f"{summary['model']}, by {title}", title, summary[key])
    yield _published()


def _by(title: str, label: str, groups: dict[str, dict[str, float]]) -> Table:
    table = Table(title=title, title_justify="left", box=None, pad_edge=False)
    table.add_column(label)
    for column in ("commands", "plan", "full"):
        table.add_column(column, justify="right")
    for key, group in groups.items():
        table.add_row(
            key,
            str(int(group["commands"])),
            _shown(group["plan_success"], "%"),
            _shown(group["full_success"], "%"),
        )
    return table


def _published() -> Table:
    table = Table(
        title=f"Published, for reading beside it: {PUBLISHED['set']}",
        title_justify="left",
        box=None,
        pad_edge=False,
    )
    table.add_column("model")
    table.add_column("plan success", justify="right")
    for name, value in PUBLISHED["plan success, percent"].items():  # type: ignore[attr-defined]
        table.add_row(name, f"{value:.2f} %")
    return table


def _shown(value: float, kind: str) -> str:
    return f"{value * 100:.1f} %" if kind == "%" else f"{value:.{kind}f}" if kind else str(value)


def miss(tried: Tried, toolbox: Toolbox) -> Text:
    """One command whose plan was not right: what came, what was wanted."""
    text = Text()
    text.append(f"{tried.example.id}  {visible(tried.example.command)}\n", "bold")
    came = notation.write(tried.plan, toolbox) if tried.plan is not None else tried.error
    text.append(visible(f"  came    {came}\n".replace("\n", "\n          ").rstrip(" ")))
    wanted = notation.write(tried.example.plan, toolbox)
    text.append(visible(f"  wanted  {wanted}\n".replace("\n", "\n          ").rstrip(" ")))
    if tried.score.wrong:
        text.append(f"  wrong   {', '.join(tried.score.wrong)}\n", "yellow")
    return text
