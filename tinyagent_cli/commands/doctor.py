"""`tinyagent doctor`: is everything there, and if not, what to do."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from tinyagent_cli.commands import _options
from tinyagent_cli.commands._report import emit, envelope
from tinyagent_cli.errors import SettingsError, TinyAgentError

if TYPE_CHECKING:
    from tinyagent_cli.finding import Finding

app = typer.Typer(add_completion=False)
SIGNS = {"good": ("✓", "ok", "green"), "note": ("•", "--", "yellow"), "bad": ("✗", "no", "red")}


@app.command()
def doctor(
    *,
    network: Annotated[bool, typer.Option("--network", help="List what may use the network, and when.")] = False,
    as_json: _options.Json = False,
) -> None:
    """Check that all is there, and say how to mend it."""
    from tinyagent_cli.commands import _checks
    from tinyagent_cli.settings import load

    if network:
        from tinyagent_cli.commands import _network

        listed = list(_network.uses(load()))
        if as_json:
            emit(envelope("doctor", "done", 0, {"network": [dataclasses.asdict(each) for each in listed]}))
        else:
            table(listed)
        return
    try:
        found = list(_checks.findings(load()))
    except SettingsError as fault:
        found = list(_checks.findings(None, str(fault)))
    bad = sum(each.health == "bad" for each in found)
    code = TinyAgentError.exit_code if bad else 0
    if as_json:
        data = {"findings": [dataclasses.asdict(each) for each in found]}
        emit(envelope("doctor", "failed" if bad else "done", code, data))
        raise typer.Exit(code)
    show(found, bad)
    raise typer.Exit(code)


def show(found: list[Finding], bad: int) -> None:
    """Write what was found, with the remedies, and how much there is to mend."""
    from rich.text import Text

    from tinyagent_cli.view.console import screens
    from tinyagent_cli.view.text import counted

    table(found)
    out = screens().out
    out.print()
    out.print(Text(f"{counted(bad, 'thing')} to mend" if bad else "All is well.", "red" if bad else "green"))


def table(found: list[Finding]) -> None:
    """Write what was found, a row each."""
    from rich.text import Text

    from tinyagent_cli.view.columns import Columns
    from tinyagent_cli.view.console import screens, signs_fit
    from tinyagent_cli.view.text import visible

    out = screens().out
    fits = signs_fit(out)
    rows = []
    for each in found:
        sign, word, style = SIGNS[each.health]
        says = Text(visible(each.found, breaks="\n"))
        if each.remedy:
            says.append(f"\n{'→' if fits else '->'} {each.remedy}", style)
        rows.append([Text(sign if fits else word, style), Text(each.name, "bold"), says])
    out.print(Columns(rows, indent=0))
