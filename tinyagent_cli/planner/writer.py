"""The writer: summaries, and texts of mails and notes, by the starter's base model, another GGUF file or a server.

A writer has no tools: it is given text and gives text back, so nothing in a document can add a step.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tinyagent_cli import prompting
from tinyagent_cli.errors import ModelError
from tinyagent_cli.planner import chat, decoding, starter, summary

if TYPE_CHECKING:
    from tinyagent_cli.planner.base import Planner
    from tinyagent_cli.planner.endpoint_client import Endpoint
    from tinyagent_cli.planner.engine import Engine
    from tinyagent_cli.settings import Settings

CONTEXT, PART = 2048, 1200
SERVER_PARTS = (6000, 3000, 1500, 750)
"""Tokens: of the context and of one part of a document here; of a part on a server, less where it cannot take that."""
SUMMARY, TEXT = 160, 300
SERVER_SUMMARY, SERVER_TEXT = 300, 800
"""Tokens: of a summary and of a mail or note, here and on a server."""
LETTERS = 3
"""Letters of a token, at least, in texts whose tokens only the server can count."""
KINDS: Mapping[str, str] = {"mail": "an e-mail", "messages": "a text message", "notes": "a note"}
"""What a text of an app is called to the model."""
Lend = Callable[[], "Engine"]


@dataclass(frozen=True)
class Wanted:
    """A text to be worded: for which app, what the person said, its subject or title, what it is to say."""

    app: str
    command: str
    title: str
    words: str


class Writer(Protocol):
    """Summarizes, and words texts. Both raise ModelError."""

    def __call__(self, text: str) -> str:
        """Return a summary of a few sentences, and of each part with its pages where the text is long."""

    def compose(self, wanted: Wanted) -> str:
        """Return the text in good words."""


class LocalWriter:
    """Writes with a GGUF file, the starter's base unless another is given; loaded at the first use, one text at a time.

    `lend` gives a model that is in memory already, so that the same file is not loaded twice.
    """

    def __init__(
        self, threads: int = 0, model: Path | None = None, instructions: str = "", lend: Lend | None = None
    ) -> None:
        self.threads, self.model, self.instructions, self.lend = threads, model, instructions, lend
        self._own: Engine | None = None
        self._lock = threading.Lock()

    def __call__(self, text: str) -> str:
        """Summarize, as `Writer` says."""
        asked = system("writer", self.instructions)
        with self._engine() as engine:

            def count(piece: str) -> int:
                return len(engine.tokenize(piece))

            def write(part: str) -> str:
                return _write(engine, asked, prompting.fill("summary", text=part), SUMMARY)

            beside = len(chat.tokens(engine, asked, prompting.fill("summary", text="")))
            room = min(PART, CONTEXT - SUMMARY - beside - 1)
            if room < PART // 4:
                raise ModelError("writer.instructions leave no room for a text; make them shorter")
            return summary.summarize(text, write, count, room)

    def compose(self, wanted: Wanted) -> str:
        """Word a text, as `Writer` says."""
        with self._engine() as engine:
            return _write(engine, *prompts(wanted, self.instructions), TEXT)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        """The model without its adapter, for as long as the block lasts."""
        with self._lock:
            if self.lend is None:
                if self._own is None:
                    from tinyagent_cli.planner.guard import checked_engine

                    file = self.model or starter.base()
                    self._own = checked_engine(file, None, context=CONTEXT, threads=self.threads)
                yield self._own
                return
            engine = self.lend()
            engine.ensure(CONTEXT)
            engine.use_adapter(on=False)
            try:
                yield engine
            finally:
                engine.use_adapter(on=True)


class EndpointWriter:
    """Writes with a model on a server."""

    def __init__(self, endpoint: Endpoint, instructions: str = "") -> None:
        self.endpoint, self.instructions = endpoint, instructions

    def __call__(self, text: str) -> str:
        """Summarize, as `Writer` says; in smaller parts where the server cannot take large ones."""
        from tinyagent_cli.planner.endpoint_client import EndpointError

        asked = system("writer", self.instructions)

        def write(part: str) -> str:
            return self._ask(asked, prompting.fill("summary", text=part), SERVER_SUMMARY)

        for part in SERVER_PARTS:
            try:
                return summary.summarize(text, write, lambda piece: -(-len(piece) // LETTERS), part)
            except EndpointError as fault:
                if fault.status not in {400, 413} or part == SERVER_PARTS[-1]:
                    raise
        raise AssertionError

    def compose(self, wanted: Wanted) -> str:
        """Word a text, as `Writer` says."""
        return self._ask(*prompts(wanted, self.instructions), SERVER_TEXT)

    def _ask(self, asked: str, text: str, most: int) -> str:
        return self.endpoint.ask([{"role": "system", "content": asked}, {"role": "user", "content": text}], most=most)


def _write(engine: Engine, asked: str, text: str, most: int) -> str:
    prompt = chat.tokens(engine, asked, text)
    if len(prompt) + most > engine.context_size:
        raise ModelError(f"the text is too long for the writer: {len(prompt):,} tokens of {engine.context_size - most:,}")
    answering = chat.Answering(engine)
    return decoding.text(answering, prompt, answering.end, most=most)


def system(name: str, instructions: str) -> str:
    """What a writer is told before the text: what it is to do, and the person's own instructions."""
    own = " ".join(instructions.split())
    return prompting.fill(name, instructions=f" {own}" if own else "")


def prompts(wanted: Wanted, instructions: str) -> tuple[str, str]:
    """What a writer is told and asked for one text."""
    kind = KINDS.get(wanted.app, "a text")
    asked = prompting.fill(
        "compose", kind=kind, command=wanted.command, title=wanted.title or "none", words=wanted.words
    )
    return system("composer", instructions), asked


def open_writer(settings: Settings, planner: Planner | None = None) -> Writer:
    """The writer that the settings name; it uses the planner's model where that is the same file.

    Raises ModelError where it is not on this machine.
    """
    from tinyagent_cli.models import EndpointName, Starter, locate, source_of

    of = settings.writer
    source = source_of(of.model or "starter")
    if isinstance(source, EndpointName):
        from tinyagent_cli.planner.endpoint_key import open_endpoint

        return EndpointWriter(open_endpoint(source, settings.endpoint), of.instructions)
    file = starter.base() if isinstance(source, Starter) else locate(of.model)
    return LocalWriter(settings.planner.threads, file, of.instructions, _lent(planner, file))


def _lent(planner: Planner | None, file: Path) -> Lend | None:
    """What hands out the planner's model, where it is that file."""
    from tinyagent_cli.planner.notation_planner import NotationPlanner
    from tinyagent_cli.planner.starter_planner import StarterPlanner

    if isinstance(planner, StarterPlanner) and planner.base == file:
        return planner.engine
    if isinstance(planner, NotationPlanner) and planner.model == file:
        return planner.engine
    return None
