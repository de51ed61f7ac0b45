"""The first run with only the starter offers TinyAgent-1.1B: once, at a terminal, and never in a script's way."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from tinyagent_cli.errors import TinyAgentError

if TYPE_CHECKING:
    from pathlib import Path

    from tinyagent_cli.commands._house import House

QUESTION = (
    "TinyAgent-1.1B plans what the starter cannot, and takes 0.7 GB. Fetch it now? "
    "(Later: tinyagent models pull tinyagent-1.1b)"
)


def offer_once(house: House, *, script: bool = False) -> None:
    """Offer the model where a person is there, nothing else has been chosen and it was never offered before.

    The answer is remembered. Whatever goes wrong, the command goes on with the starter.
    """
    if script or house.model or not house.screens.person or house.screens.quiet:
        return
    marker = house.settings.folders.state / "offered-model"
    # The marker first: to look for models takes the hub's library, which is slow to load.
    if marker.exists() or not _only_starter(house) or not _remember(marker):
        return
    from tinyagent_cli.models.known import OFFERED
    from tinyagent_cli.view.ask import agreed

    if not agreed(house.screens.err, QUESTION, default=False):
        return
    from tinyagent_cli.commands import models
    from tinyagent_cli.commands._report import say

    try:
        models.fetch(OFFERED, quiet=False)
        models.use(OFFERED)
        house.model = OFFERED
    except TinyAgentError as fault:
        say(f"{fault}\nThe starter goes on planning.", word="note")


def _only_starter(house: House) -> bool:
    of = house.settings
    if of.planner.model != "starter" or of.origin("planner.model") != "default":
        return False
    from tinyagent_cli.models import Hub, places
    from tinyagent_cli.models.known import TINYAGENT

    hub = Hub.found()
    return not hub.offline and not any(places.there(each, hub) for each in TINYAGENT if each.use == "planner")


def _remember(marker: Path) -> bool:
    """Note that it was offered; where that cannot be noted it is not offered, lest it be offered every time."""
    with contextlib.suppress(OSError):
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        return True
    return False
