"""`tinyagent chat`: a conversation; also what `tinyagent` alone is at a terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

from tinyagent_cli import clock
from tinyagent_cli.commands import _house, _options
from tinyagent_cli.errors import TinyAgentError

if TYPE_CHECKING:
    from tinyagent_cli.view.completing import Names

app = typer.Typer(add_completion=False)


@app.command()
def chat(
    *,
    now: _options.Now = None,
    model: _options.Model = None,
    desktop: _options.Desktop = None,
) -> None:
    """Say one command after another.

    Each goes the way of run; the model stays loaded between them.
    """
    from tinyagent_cli.commands._chatting import Chat
    from tinyagent_cli.view.prompt import open_prompt

    house = _house.open_house({"desktop.kind": desktop}, model=model)
    if now is not None:
        clock.read_now(now)
    talk = Chat(house, lambda: clock.read_now(now))
    read = open_prompt(house.screens, names_of(house), house.settings.folders.state / "chat-history")
    if house.screens.person:
        house.screens.err.print("Say what is to be done; /help for more, Ctrl-D to end.", style="dim")
    going = True
    while going:
        try:
            line = read()
        except KeyboardInterrupt:
            continue
        if line is None:
            break
        going = talk.take(line)
        if going and line.strip() and house.screens.person:
            house.screens.err.print()


def names_of(house: _house.House) -> Names:
    """What can be completed; without names where the places cannot be found."""
    from tinyagent_cli.commands._chatting import WORDS
    from tinyagent_cli.commands._desktop import places_of
    from tinyagent_cli.view.completing import Names

    def tools() -> list[str]:
        return [tool.name for tool in house.toolbox]

    try:
        places = places_of(house.settings, os.environ)
    except TinyAgentError:
        return Names(words=WORDS, tools=tools)
    return Names(places.contacts, places.notes, places.search, WORDS, tools)
