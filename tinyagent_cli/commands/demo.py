"""`tinyagent demo`: what a newcomer tries first: the main job, in a folder of its own, on sample contacts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from tinyagent_cli import clock, settings, settings_edit, settings_values
from tinyagent_cli.commands import _carrying, _house, _options, _words
from tinyagent_cli.commands.run import run_command
from tinyagent_cli.errors import UsageError

app = typer.Typer(add_completion=False)
STANDARD = "Set up a meeting with Sid and Lutfi tomorrow at 2pm to discuss the meeting notes"
FOLDER = Path("tinyagent-demo")


@app.command()
def demo(
    words: _options.Words = None,
    *,
    folder: Annotated[
        Path, typer.Option("--folder", "-d", metavar="FOLDER", help="Where the sandbox is made.")
    ] = FOLDER,
    yes: _options.Yes = False,
    dry_run: _options.DryRun = False,
    as_json: _options.Json = False,
    now: _options.Now = None,
    model: _options.Model = None,
    quiet: _options.Quiet = False,
    verbose: _options.Verbose = 0,
    no_input: _options.NoInput = False,
) -> None:
    """Try it in a sandbox folder; nothing of yours is touched.

    The folder gets sample contacts, notes and files, a calendar and a mailbox.
    """
    command = _words.command_of(words or [STANDARD])
    home = sandbox(folder)
    os.environ[settings.HOME] = str(home)
    os.environ.pop(settings.CONFIG, None)
    house = _house.open_house(quiet=quiet, ask=not no_input, model=model, piped=words == ["-"])
    before = files_in(home)
    manner = _carrying.Manner("demo", yes, dry_run, as_json)
    code = run_command(house, command, clock.read_now(now), manner, verbose=verbose)
    if not quiet and not as_json:
        tell(house, home, sorted(files_in(home) - before))
    raise typer.Exit(code)


def sandbox(folder: Path) -> Path:
    """Make the sandbox, or find it again. Raises UsageError where something else is there."""
    from tinyagent_cli import samples

    home = folder.expanduser().absolute()
    file = home / "config.toml"
    if file.is_file():
        return home
    try:
        if home.exists() and any(home.iterdir()):
            raise UsageError(f"{folder}: there is something else in this folder; name another with --folder")
        home.mkdir(parents=True, exist_ok=True)
        places = samples.unpack(home)
    except OSError as fault:
        raise UsageError(f"{fault.filename or folder}: cannot be written ({fault.strerror})") from fault
    text = settings_edit.changed_text(settings_edit.template(), "desktop.kind", "open")
    for name, value in {**places, "launch": False}.items():
        if name not in {"state", "cache"}:  # these go with TINYAGENT_HOME
            text = settings_edit.changed_text(text, f"open.{name}", in_kind(f"open.{name}", value))
    settings_edit.write(file, text)
    return home


def in_kind(name: str, value: object) -> object:
    """Read a place, given as text, as the setting takes it."""
    return (
        settings_values.from_text(settings_values.hint_of(name), value) if isinstance(value, str) else value
    )


def files_in(home: Path) -> set[tuple[str, int]]:
    """The files that a person would look at, each with when it was changed."""
    return {
        (str(path.relative_to(home)), path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and not {"state", "cache"} & set(path.parts)
        and path.suffix != ".lock"
    }


def tell(house: _house.House, home: Path, made: list[tuple[str, int]]) -> None:
    """Say which files appeared, and how to go on."""
    from rich.text import Text

    from tinyagent_cli.view.text import visible

    err = house.screens.err
    shown = os.path.relpath(home)
    if made:
        err.print(Text(f"\nWhat is new in {visible(shown)}:"))
        for name, _ in made:
            err.print(Text(f"  {visible(name)}", "bold"))
    err.print(
        Text(
            f'\nGo on there:  TINYAGENT_HOME={visible(shown)} tinyagent run "remind me to call mum on friday"',
            "dim",
        )
    )
