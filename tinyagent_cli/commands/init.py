"""`tinyagent init`: a few questions at the first run, and the settings file that comes of the answers."""

from __future__ import annotations

import sys

import typer

from tinyagent_cli import settings_edit
from tinyagent_cli.commands import _house, _options
from tinyagent_cli.commands._report import emit, envelope, say

app = typer.Typer(add_completion=False)


@app.command()
def init(
    *,
    yes: _options.Yes = False,
    dry_run: _options.DryRun = False,
    as_json: _options.Json = False,
    no_input: _options.NoInput = False,
) -> None:
    """Set tinyagent up: a few questions, each with an answer proposed.

    Enter takes what is proposed, s skips a question, q ends and writes nothing. Without a terminal, or with
    --yes, what was found is taken. A settings file that is there keeps all that is not asked about.
    """
    from tinyagent_cli.commands._first_run import FirstRun

    house = _house.open_house(ask=not (no_input or yes or as_json))
    file = house.settings.file
    first = FirstRun(house, tell=not as_json)
    answers = first.go()
    there = file.is_file()
    text = file.read_text(encoding="utf-8") if there else settings_edit.template()
    for name, value in answers.items():
        text = settings_edit.changed_text(text, name, value)
    wanted = bool(answers) or not there
    if wanted and not dry_run:
        settings_edit.write(file, text)
    written = wanted and not dry_run
    if as_json:
        emit(envelope("init", "done", 0, {"file": str(file), "written": written, "settings": answers}))
    elif dry_run:
        sys.stdout.write(text)
    else:
        say(f"{file}" if written else f"{file} is left as it was", word="saved" if written else "note")
        first.goodbye()
