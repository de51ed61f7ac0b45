"""`tinyagent config`: see and change the settings."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tinyagent_cli import settings, settings_edit, settings_file, settings_values
from tinyagent_cli.commands import _options
from tinyagent_cli.commands._report import emit, say
from tinyagent_cli.errors import SettingsError

app = typer.Typer(add_completion=False, help="See and change the settings.", no_args_is_help=True)


@app.command()
def show(
    name: Annotated[
        str | None, typer.Argument(metavar="[SECTION.KEY]", show_default=False, help="Only this one.")
    ] = None,
    *,
    origin: Annotated[bool, typer.Option("--origin", help="Say where each value comes from.")] = False,
    as_json: _options.Json = False,
) -> None:
    """Show every setting, as TOML."""
    read = settings.load()
    chosen = [(n, each) for n, each in settings.names() if name is None or n == settings_file.known(name)]
    shown = {
        n: "(secret)" if each.metadata["secret"] and read.value(n) else read.value(n) for n, each in chosen
    }
    if as_json:
        emit(
            {"version": 1, "settings": {n: {"value": v, "origin": read.origin(n)} for n, v in shown.items()}}
        )
        return
    section = ""
    for n, value in shown.items():
        head, _, key = n.partition(".")
        if head != section:
            sys.stdout.write(("\n" if section else "") + f"[{head}]\n")
            section = head
        note = f"  # {read.origin(n)}" if origin else ""
        sys.stdout.write(f"{key} = {settings_edit.toml(value)}{note}\n")
    for stranger in read.strangers:
        say(
            f"{stranger} is no setting" + settings_file.suggestion(stranger, map(settings.variable, shown)),
            word="note",
        )


@app.command("set")
def set_(
    name: Annotated[str, typer.Argument(metavar="SECTION.KEY", help="As in planner.model.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="Lists by commas, tables as in TOML.")],
) -> None:
    """Change one setting in the file; its comments stay."""
    file = settings.path_of()
    written = settings_edit.set_value(file, name, value)
    say(f"{name} = {settings_edit.toml(written)} in {file}", word="set")


@app.command()
def edit() -> None:
    """Open the file in $VISUAL or $EDITOR, and check it afterwards."""
    from tinyagent_cli.view.ask import agreed
    from tinyagent_cli.view.console import console
    from tinyagent_cli.view.editor import edit_text

    file = settings.path_of()
    try:
        text = file.read_text(encoding="utf-8") if file.is_file() else settings_edit.template()
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsError(f"{file}: cannot be read ({fault})") from fault
    while True:
        text = edit_text(text, suffix=".toml")
        try:
            settings_file.parse(text, file)
        except SettingsError as fault:
            say(str(fault))
            if agreed(console(sys.stderr), "Edit it again?", default=True):
                continue
            raise SettingsError(f"{file}: left as it was") from fault
        settings_edit.write(file, text)
        say(str(file), word="saved")
        return


@app.command()
def path() -> None:
    """Say where the file is."""
    sys.stdout.write(f"{settings.path_of()}\n")


@app.command()
def schema() -> None:
    """Write the JSON Schema of the file, for editors."""
    emit(settings_values.schema())
