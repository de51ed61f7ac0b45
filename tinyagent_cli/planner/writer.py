"""The writer: summaries by the starter's base model, without the adapter that makes it a planner.

A writer has no tools: it is given text and gives text back, so nothing in a document can add a step.
Long documents are summarized in parts and the parts' summaries once more (map-reduce).
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from tinyagent_cli import prompting
from tinyagent_cli.desktops.base import Summarize
from tinyagent_cli.planner import decoding, starter
from tinyagent_cli.planner.dialects.compact_prompt import END

if TYPE_CHECKING:
    from tinyagent_cli.planner.engine import Engine
    from tinyagent_cli.settings import Settings

CONTEXT = 2048
PART = 1200
MOST_PARTS = 24
"""Tokens of the context and of one part of a document; parts that are read of a very long one."""


class StarterWriter:
    """Summarizes with the base model; loaded at the first use, one text at a time."""

    def __init__(self, threads: int = 0) -> None:
        self.threads = threads
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def __call__(self, text: str) -> str:
        """Return a summary of a few sentences. Raises ModelError."""
        with self._lock:
            if self._engine is None:
                from tinyagent_cli.planner.guard import checked_engine

                self._engine = checked_engine(starter.base(), None, context=CONTEXT, threads=self.threads)
            return self._reduced(self._engine, text)

    def _reduced(self, engine: Engine, text: str) -> str:
        tokens = engine.tokenize(_fenced(text))
        if len(tokens) <= PART:
            return self._once(engine, text)
        parts = [tokens[at : at + PART] for at in range(0, len(tokens), PART)]
        if len(parts) > MOST_PARTS:  # an even selection over the whole document
            parts = [parts[round(i * (len(parts) - 1) / (MOST_PARTS - 1))] for i in range(MOST_PARTS)]
        texts = [b"".join(map(engine.piece, part)).decode("utf-8", "replace") for part in parts]
        return self._reduced(engine, "\n".join(self._once(engine, part) for part in texts))

    def _once(self, engine: Engine, text: str) -> str:
        prompt = prompting.fill("summary", text=_fenced(text)) + "\n"
        return decoding.text(engine, engine.tokenize(prompt, special=True), END)


def _fenced(text: str) -> str:
    """Take from a document what the model would read as the end of its part of the conversation."""
    return text.replace("<|im_start|>", "< |im_start| >").replace("<|im_end|>", "< |im_end| >")


def open_writer(settings: Settings) -> Summarize:
    """The writer that the settings name."""
    return StarterWriter(settings.planner.threads)
