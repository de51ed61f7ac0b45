"""From a command to a plan: the planner that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyagent_cli.models import EndpointName, Learned, Starter, locate, source_of
from tinyagent_cli.models.names import ADAPTER

if TYPE_CHECKING:
    from tinyagent_cli.planner.base import Planner
    from tinyagent_cli.settings import Settings
    from tinyagent_cli.toolbox import Toolbox


def open_planner(settings: Settings, toolbox: Toolbox, *, model: str | None = None) -> Planner:
    """Open the planner of that name (`models.names`). A model is loaded at the first plan.

    Raises ModelError where there is no such model, or it is not on this machine.
    """
    name, threads = model or settings.planner.model, settings.planner.threads
    source = source_of(name)
    if isinstance(source, Starter):
        from tinyagent_cli.planner.starter_planner import starter

        return starter(toolbox, threads=threads)
    if isinstance(source, Learned) and source.dialect == "compact":
        from tinyagent_cli.planner.starter_planner import learned

        return learned(toolbox, source, locate(name), threads=threads)
    from tinyagent_cli.planner.tool_choice import open_choice

    retrieve, instructions = open_choice(settings, toolbox), settings.planner.instructions
    if isinstance(source, EndpointName):
        from tinyagent_cli.planner.endpoint import EndpointPlanner
        from tinyagent_cli.planner.endpoint_key import open_endpoint

        of = settings.endpoint
        return EndpointPlanner(
            toolbox, open_endpoint(source, of), retrieve=retrieve, instructions=instructions, structured=of.structured
        )
    from tinyagent_cli.planner.notation_planner import NotationPlanner

    adapter = source.folder / ADAPTER if isinstance(source, Learned) else None
    return NotationPlanner(
        toolbox, locate(name), adapter=adapter, threads=threads, retrieve=retrieve, instructions=instructions
    )
