"""Chooses tools for planners of other models: by what the starter has learned, TinyAgent's classifier, or a server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli import prompting
from tinyagent_cli.planner import starter
from tinyagent_cli.planner.asking import Retrieve
from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.retrieval.base import Retrieved
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.planner.endpoint_client import Endpoint
    from tinyagent_cli.planner.engine import Engine
    from tinyagent_cli.retrieval.head import LogitHead
    from tinyagent_cli.retrieval.toolrag import ToolRag
    from tinyagent_cli.settings import Settings

CONTEXT, MOST_TOKENS = 1024, 1000
EVERY = "all"
"""The name of no choice at all: every tool is offered."""
ANSWER = 120
"""Tokens of a server's choice."""


class StarterChoice:
    """The starter's retriever; its model is loaded with the first command."""

    def __init__(self, toolbox: Toolbox, base: Path, adapter: Path, head: Path, *, threads: int = 0) -> None:
        self.toolbox, self.base, self.adapter, self.head, self.threads = toolbox, base, adapter, head, threads
        self._loaded: tuple[Engine, LogitHead] | None = None

    def __call__(self, command: str) -> Retrieved:
        """Choose the tools for a command; a very long one is judged by its beginning. Raises ModelError."""
        if self._loaded is None:
            from tinyagent_cli.planner.guard import checked_engine
            from tinyagent_cli.retrieval.head import LogitHead

            engine = checked_engine(self.base, self.adapter, context=CONTEXT, threads=self.threads)
            self._loaded = engine, LogitHead(self.head)
        engine, head = self._loaded
        prompt = compact_prompt.encode(command, engine.tokenize)
        if len(prompt) > MOST_TOKENS:
            prompt = [*prompt[: MOST_TOKENS - 1], prompt[-1]]
        return head.retrieve(engine.evaluate(prompt), self.toolbox)


def starter_choice(toolbox: Toolbox, *, threads: int = 0) -> Retrieve | None:
    """The starter's retriever, where this copy of the program has it; without it every tool is offered."""
    from tinyagent_cli.retrieval.head import FILE

    adapter = starter.adapter()
    if adapter is None or not FILE.is_file():
        return None
    return StarterChoice(toolbox, starter.base(), adapter, FILE, threads=threads)


class ToolRagChoice:
    """TinyAgent's own classifier, loaded with the first command."""

    def __init__(self, toolbox: Toolbox, folder: Path) -> None:
        self.toolbox, self.folder = toolbox, folder
        self._loaded: ToolRag | None = None

    def __call__(self, command: str) -> Retrieved:
        """Choose the tools for a command. Raises ModelError."""
        if self._loaded is None:
            from tinyagent_cli.retrieval.toolrag import ToolRag

            self._loaded = ToolRag(self.folder)
        return self._loaded.retrieve(command, self.toolbox)


class EndpointChoice:
    """A model on a server is asked which tools a command needs."""

    def __init__(self, toolbox: Toolbox, endpoint: Endpoint) -> None:
        self.toolbox, self.endpoint = toolbox, endpoint

    def __call__(self, command: str) -> Retrieved:
        """Choose the tools that it names; where it names none that exists, all of them. Raises EndpointError."""
        listed = "\n".join(f"{tool.name}: {tool.description.splitlines()[0]}" for tool in self.toolbox)
        asked = prompting.fill("choose", tools=listed, command=" ".join(command.split()))
        said = self.endpoint.ask([{"role": "user", "content": asked}], most=ANSWER)
        named = set(re.findall(r"\w+", said))
        names = [tool.name for tool in self.toolbox if tool.name in named]
        scores = {tool.name: float(tool.name in named) for tool in self.toolbox} if names else {}
        return Retrieved(tuple(names or [tool.name for tool in self.toolbox]), scores)


def open_choice(settings: Settings, toolbox: Toolbox) -> Retrieve | None:
    """What `planner.retriever` names; None offers every tool. Raises ModelError."""
    from tinyagent_cli.errors import ModelError
    from tinyagent_cli.models import EndpointName, Starter, locate, source_of
    from tinyagent_cli.models.names import HubFile

    name = settings.planner.retriever
    if name == EVERY:
        return None
    source = source_of(name)
    if isinstance(source, Starter):
        return starter_choice(toolbox, threads=settings.planner.threads)
    if isinstance(source, EndpointName):
        from tinyagent_cli.planner.endpoint_key import open_endpoint

        return EndpointChoice(toolbox, open_endpoint(source, settings.endpoint))
    if isinstance(source, HubFile) and source.known and source.known.use == "retriever":
        return ToolRagChoice(toolbox, locate(name))
    raise ModelError(f"{name} chooses no tools; planner.retriever is starter, toolrag, {EVERY} or the URL of a server")
