"""How generating examples looks: a bar while it runs, a table of what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from rich.console import Console

    from tinyagent_cli.learning.generation import Generation

MILLION = 1_000_000


@contextmanager
def shown(console: Console, work: Generation, count: int) -> Iterator[Callable[[], None]]:
    """Show a bar; yields what is to be called after every request."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("examples", total=count, completed=work.accepted)

        def on_request() -> None:
            report = work.report()
            out = sum(report["rejected"].values())
            spent = sum(report["tokens"].get(name, 0) for name in ("prompt_tokens", "completion_tokens"))
            said = f"{report['requests']} requests, {out} rejected" + (f", {spent:,} tokens" if spent else "")
            progress.update(task, completed=min(work.accepted, count), description=said)

        yield on_request


def with_cost(report: Mapping[str, Any], price: tuple[float, float]) -> dict[str, Any]:
    """Add what the tokens cost, at prices a million read and written; None where nobody said how many there were."""
    tokens = report["tokens"]
    known = "prompt_tokens" in tokens and any(price)
    cost = (tokens.get("prompt_tokens", 0) * price[0] + tokens.get("completion_tokens", 0) * price[1]) / MILLION
    return {**report, "cost": round(cost, 6) if known else None}


def table(report: Mapping[str, Any]) -> Table:
    """The report as a table."""
    out = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    out.add_row("requests", f"{report['requests']:,}")
    out.add_row("examples taken", f"{report['taken']:,}")
    for kind, number in report["rejected"].items():
        out.add_row(f"rejected: {kind}", f"{number:,}")
    tokens = report["tokens"]
    if tokens:
        out.add_row("tokens read, written", f"{tokens.get('prompt_tokens', 0):,}, {tokens.get('completion_tokens', 0):,}")
    else:
        out.add_row("tokens", "the server does not say")
    if report["cost"] is not None:
        out.add_row("cost", f"{report['cost']:,.4f}")
    return out
