"""What `tinyagent listen` makes ready before anybody speaks."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from tinyagent_cli.commands import _house
from tinyagent_cli.errors import SettingsError, TinyAgentError, UsageError

if TYPE_CHECKING:
    from tinyagent_cli.settings import Settings
    from tinyagent_cli.voice.lexicon import Lexicon


def sensible(read: Settings) -> None:
    """Raise UsageError, SettingsError where nobody could speak within such times."""
    for name, least, most in (("voice.max_seconds", 1, 24 * 3600), ("voice.silence", 0.2, 10)):
        if not least <= read.value(name) <= most:
            origin = read.origin(name)
            said = f"{origin if origin.startswith('--') else name} takes seconds from {least:g} to {most:,}"
            raise UsageError(said) if origin.startswith("--") else SettingsError(f"{said} ({origin})")


def in_background(work: Callable[[], None]) -> Future[None]:
    """Do something while the person speaks."""
    pool = ThreadPoolExecutor(1, "background")
    try:
        return pool.submit(work)
    finally:
        pool.shutdown(wait=False)


def warm(house: _house.House) -> None:
    """Load the planner's model, where it is one that is loaded here; what goes wrong is told when there is something to plan."""
    load = getattr(house.planner, "engine", None)
    if callable(load):
        load()


def names_of(house: _house.House) -> Lexicon:
    """The names that the desktop knows; none where no desktop can be opened, of which planning tells."""
    from tinyagent_cli.voice.lexicon import Lexicon, lexicon_of

    try:
        return lexicon_of(house.desktop)
    except TinyAgentError:
        return Lexicon()
