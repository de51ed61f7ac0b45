"""Plans with a GGUF file: TinyAgent's own, or any model that follows instructions.

The published way (TinyAgent, arXiv 2409.00608; LLMCompiler, arXiv 2312.04511) with a grammar around it, so that
every plan can be read, even a bad one.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan import notation
from tinyagent_cli.planner import chat, decoding
from tinyagent_cli.planner.asking import Asking, OnStep, Retrieve
from tinyagent_cli.planner.base import Planned, Timing
from tinyagent_cli.planner.dialects import tinyagent
from tinyagent_cli.planner.dialects.notation_grammar import NotationGrammar
from tinyagent_cli.planner.dialects.tinyagent import Again
from tinyagent_cli.planner.prefixes import Prefixes, usual
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.planner.engine import Engine

CONTEXT = 4096
LONGEST_PLAN = 700


class NotationPlanner:
    """Plans with the GGUF file `model`, and an adapter that was trained on it, if any.

    `retrieve` chooses the tools, `instructions` are the person's own.
    """

    stepwise = True

    def __init__(
        self,
        toolbox: Toolbox,
        model: Path,
        *,
        adapter: Path | None = None,
        threads: int = 0,
        retrieve: Retrieve | None = None,
        instructions: str = "",
        prefixes: Prefixes | None = None,
    ) -> None:
        self.prefixes = prefixes or usual()
        self.toolbox, self.model, self.adapter, self.threads = toolbox, model, adapter, threads
        self.asking = Asking(toolbox, retrieve, instructions)
        self.name = adapter.parent.name if adapter else model.name
        self._engine: Engine | None = None

    def plan(
        self,
        command: str,
        now: dt.datetime,
        *,
        previous: tuple[Again, ...] = (),
        on_step: OnStep | None = None,
    ) -> Planned:
        """Plan a command; `previous` plans that failed are shown to the model. Raises UsageError, PlanError, ModelError."""
        begun = time.perf_counter()
        question, chosen = self.asking.question(command, now, previous)
        retrieved = time.perf_counter()
        engine = self.engine()
        loaded = time.perf_counter()
        told = tinyagent.system(question)
        prompt = chat.tokens(engine, told, tinyagent.user(question))
        if len(prompt) + LONGEST_PLAN > CONTEXT:
            raise UsageError(f"the command is too long: the prompt has {len(prompt):,} tokens of {CONTEXT:,}")
        self.prefixes.evaluate(engine, _lasting(engine, told, question, prompt))
        engine.evaluate(prompt)
        evaluated = time.perf_counter()
        reader = notation.Reader(question.toolbox)
        grammar = NotationGrammar(question.toolbox.tools, thinking=bool(previous))
        for line in decoding.lines(engine, prompt, grammar, -1, most=LONGEST_PLAN):
            for step in reader.feed(line + "\n"):
                if on_step:
                    on_step(step)
        plan = reader.finish()
        timing = Timing(loaded - retrieved, retrieved - begun, evaluated - loaded, time.perf_counter() - evaluated)
        return self.asking.planned(question, chosen, plan, self.name, timing)

    @property
    def files(self) -> Mapping[str, Path]:
        """What it reads."""
        files = {"model": self.model, "adapter": self.adapter}
        return {what: file for what, file in files.items() if file is not None}

    def engine(self) -> Engine:
        """The model, loaded at the first use."""
        if self._engine is None:
            from tinyagent_cli.planner.guard import checked_engine

            self._engine = checked_engine(self.model, self.adapter, context=CONTEXT, threads=self.threads)
        return self._engine

    def close(self) -> None:
        """Free the model."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None


def _lasting(engine: Engine, told: str, question: tinyagent.Question, prompt: list[int]) -> list[int]:
    """The beginning of the prompt that does not change from one minute, and one command, to the next."""
    before_today = told.partition(tinyagent.today(question))[0]
    alike = chat.tokens(engine, before_today, "")
    same = next((n for n, (a, b) in enumerate(zip(alike, prompt, strict=False)) if a != b), 0)
    return prompt[:same]
