"""`tinyagent run`: the main job: plan a command, show the plan, ask, carry it out."""

from __future__ import annotations

import dataclasses
import datetime as dt

import typer

from tinyagent_cli import clock
from tinyagent_cli.commands import _carrying, _house, _offer, _options, _planning, _words

app = typer.Typer(add_completion=False)


@app.command()
def run(
    words: _options.Words = None,
    *,
    yes: _options.Yes = False,
    dry_run: _options.DryRun = False,
    as_json: _options.Json = False,
    now: _options.Now = None,
    model: _options.Model = None,
    desktop: _options.Desktop = None,
    quiet: _options.Quiet = False,
    verbose: _options.Verbose = 0,
    no_input: _options.NoInput = False,
) -> None:
    """Plan a command, show the plan, ask, and carry it out."""
    command = _words.command_of(words or [])
    house = _house.open_house(
        {"desktop.kind": desktop}, quiet=quiet, ask=not no_input, model=model, piped=words == ["-"]
    )
    _offer.offer_once(house, script=yes or dry_run or as_json)
    manner = _carrying.Manner("run", yes, dry_run, as_json)
    raise typer.Exit(run_command(house, command, clock.read_now(now), manner, verbose=verbose))


def run_command(
    house: _house.House, command: str, now: dt.datetime, manner: _carrying.Manner, *, verbose: int = 0
) -> int:
    """Plan a command and carry the plan out; returns the exit code."""
    planned, early = _planning.planned(house, command, now, quiet=manner.as_json)
    if verbose:
        house.say_timing(planned)
    extra = {
        "model": planned.model,
        "timing": {k: round(v, 4) for k, v in dataclasses.asdict(planned.timing).items()},
    }
    wish = _carrying.Wish(planned.plan, now, command, planned.tools, planned.reason, extra, early)
    return _carrying.carry_out(house, wish, manner)
