"""From a command to a plan: the planner that the settings name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.errors import ModelError

if TYPE_CHECKING:
    from tinyagent_cli.planner.base import Planner
    from tinyagent_cli.settings import Settings
    from tinyagent_cli.toolbox import Toolbox


def open_planner(settings: Settings, toolbox: Toolbox, *, model: str | None = None) -> Planner:
    """Open the planner of that name: `starter`, or the path of a GGUF file. The model is loaded at the first plan.

    Raises ModelError where there is no such model.
    """
    name = model or settings.planner.model
    if name == "starter":
        from tinyagent_cli.planner.starter_planner import starter

        return starter(toolbox, threads=settings.planner.threads)
    file = Path(name).expanduser()
    if file.is_file():
        from tinyagent_cli.planner.notation_planner import NotationPlanner

        return NotationPlanner(toolbox, file, threads=settings.planner.threads)
    raise ModelError(f'there is no model "{name}": say "starter", or give the path of a GGUF file')
