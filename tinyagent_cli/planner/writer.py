"""The writer: summaries by the starter's base model, another GGUF file or a server, as `[writer] model` says.

A writer has no tools: it is given text and gives text back, so nothing in a document can add a step.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli import prompting
from tinyagent_cli.desktops.base import Summarize
from tinyagent_cli.planner import chat, decoding, starter, summary

if TYPE_CHECKING:
    from tinyagent_cli.planner.endpoint_client import Endpoint
    from tinyagent_cli.planner.engine import Engine
    from tinyagent_cli.settings import Settings

CONTEXT, PART = 2048, 1200
SERVER_PART, LONGEST = 6000, 300
"""Tokens: of the context and of one part of a document here; of a part and of a summary on a server."""
LETTERS = 3
"""Letters of a token, at least, in texts whose tokens only the server can count."""


class LocalWriter:
    """Summarizes with a GGUF file, the starter's base unless another is given; loaded at the first use, one text at a time."""

    def __init__(self, threads: int = 0, model: Path | None = None, instructions: str = "") -> None:
        self.threads, self.model, self.system = threads, model, system(instructions)
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def __call__(self, text: str) -> str:
        """Return a summary of a few sentences, and of each part where the text is long. Raises ModelError."""
        with self._lock:
            if self._engine is None:
                from tinyagent_cli.planner.guard import checked_engine

                file = self.model or starter.base()
                self._engine = checked_engine(file, None, context=CONTEXT, threads=self.threads)
            engine = self._engine
            return summary.summarize(text, self._once, lambda piece: len(engine.tokenize(piece)), PART)

    def _once(self, text: str) -> str:
        engine = self._engine
        assert engine is not None
        prompt = chat.tokens(engine, self.system, prompting.fill("summary", text=text))
        return decoding.text(engine, prompt, int(engine.lib.llama_vocab_eos(engine.vocab)))


class EndpointWriter:
    """Summarizes with a model on a server."""

    def __init__(self, endpoint: Endpoint, instructions: str = "") -> None:
        self.endpoint, self.system = endpoint, system(instructions)

    def __call__(self, text: str) -> str:
        """Return a summary, as `LocalWriter` does. Raises EndpointError."""
        return summary.summarize(text, self._once, lambda piece: -(-len(piece) // LETTERS), SERVER_PART)

    def _once(self, text: str) -> str:
        asked: list[Mapping[str, str]] = [
            {"role": "system", "content": self.system},
            {"role": "user", "content": prompting.fill("summary", text=text)},
        ]
        return self.endpoint.ask(asked, most=LONGEST)


def system(instructions: str) -> str:
    """What a writer is told before the text: what it is to do, and the person's own instructions."""
    own = " ".join(instructions.split())
    return prompting.fill("writer", instructions=f" {own}" if own else "")


def open_writer(settings: Settings) -> Summarize:
    """The writer that the settings name. Raises ModelError where it is not on this machine."""
    from tinyagent_cli.models import EndpointName, Starter, locate, source_of

    of = settings.writer
    source = source_of(of.model or "starter")
    if isinstance(source, EndpointName):
        from tinyagent_cli.planner.endpoint_client import Endpoint, key_for

        key = key_for(source, settings.endpoint.key_variable)
        return EndpointWriter(Endpoint(source, key, float(settings.endpoint.timeout or 60)), of.instructions)
    file = None if isinstance(source, Starter) else locate(of.model)
    return LocalWriter(settings.planner.threads, file, of.instructions)
