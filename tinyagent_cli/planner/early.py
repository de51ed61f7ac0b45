"""The starter, loaded by a thread of its own, which also reads the command, while the program imports what else it needs.

Both are native code, which leaves the interpreter to others; where there is a second core, they cost a new process
next to nothing. Whatever goes wrong here is told by the load in the usual place.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from pathlib import Path

from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.guard import known_threads
from tinyagent_cli.planner.starter import CONTEXT, adapter, base, longest


class Loading:
    """An engine that is being loaded; `threads` as in `Engine`, an empty `command` is not read."""

    def __init__(self, threads: int, command: str) -> None:
        self.model, self.adapter, self.threads, self.command = base(), adapter(), threads, command
        self.engine: Engine | None = None
        self.thread = threading.Thread(target=self._work, name="model", daemon=True)
        self.thread.start()

    def _work(self) -> None:
        with suppress(Exception):
            threads = self.threads or known_threads(self.model) or 0
            self.engine = engine = Engine(self.model, self.adapter, context=CONTEXT, threads=threads)
            if self.command:
                prompt = compact_prompt.encode(self.command, engine.tokenize)
                if len(prompt) + longest(len(prompt)) <= CONTEXT:  # for a longer one, the planner needs another context
                    engine.read(prompt)


_begun: list[Loading] = []


def begin(*, threads: int = 0, command: str = "") -> None:
    """Begin to load, unless the model has yet to be tried out on this machine (`planner.guard`). Raises ModelError."""
    if known_threads(base()) is not None:
        _begun.append(Loading(threads, command))


def taken(model: Path, adapter: Path | None, threads: int) -> Engine | None:
    """The engine that was begun, once it is there; None where none was, or another, or it cannot be loaded."""
    if not _begun or (_begun[0].model, _begun[0].adapter, _begun[0].threads) != (model, adapter, threads):
        return None
    loading = _begun.pop(0)
    loading.thread.join()
    return loading.engine
