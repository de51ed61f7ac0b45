"""Chooses tools for planners of other models with what the starter has learned: one pass of its small model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.planner import starter
from tinyagent_cli.planner.asking import Retrieve
from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.retrieval.base import Retrieved
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.planner.engine import Engine
    from tinyagent_cli.retrieval.head import LogitHead

CONTEXT, MOST_TOKENS = 1024, 1000


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
