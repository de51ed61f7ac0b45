"""Plans with any instruction-following GGUF model: tools, rules and examples in the prompt, the notation out.

The published way (TinyAgent, arXiv 2409.00608; LLMCompiler, arXiv 2312.04511) with a grammar around it, so that
every plan can be read, even a bad one.
"""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli import prompting
from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner import decoding
from tinyagent_cli.planner.base import Planned, Timing
from tinyagent_cli.planner.dialects.notation_grammar import NotationGrammar
from tinyagent_cli.planner.refusal import reason_for
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.planner.engine import Engine

CONTEXT = 4096
LONGEST_PLAN = 700


def prompt_of(command: str, now: dt.datetime, toolbox: Toolbox) -> str:
    """The planner prompt: numbered tools, rules, today, examples, the question."""
    tools = "\n".join(f"{n}. {t.signature}\n - {' '.join(t.description.split())}" for n, t in enumerate(toolbox, 1))
    return prompting.fill(
        "planner",
        tools=tools,
        last=str(len(toolbox) + 1),
        now=now.strftime("%A %Y-%m-%d %H:%M"),
        examples=prompting.template("planner_examples").template.rstrip("\n"),
        command=" ".join(command.split()),
    )


class NotationPlanner:
    """Plans with the GGUF file `model`."""

    def __init__(self, toolbox: Toolbox, model: Path, *, threads: int = 0) -> None:
        self.toolbox, self.model, self.threads = toolbox, model, threads
        self.name = model.name
        self._engine: Engine | None = None

    def plan(self, command: str, now: dt.datetime) -> Planned:
        """Plan a command. Raises UsageError, PlanError, ModelError."""
        if not command.strip():
            raise UsageError("the command is empty: say what is to be done")
        begun = time.perf_counter()
        if self._engine is None:
            from tinyagent_cli.planner.guard import checked_engine

            self._engine = checked_engine(self.model, None, context=CONTEXT, threads=self.threads)
        engine = self._engine
        loaded = time.perf_counter()
        prompt = engine.tokenize(prompt_of(command, now, self.toolbox) + "\n", special=False)
        if len(prompt) + LONGEST_PLAN > CONTEXT:
            raise UsageError(f"the command is too long: the prompt has {len(prompt):,} tokens of {CONTEXT:,}")
        engine.evaluate(prompt)
        evaluated = time.perf_counter()
        written = decoding.lines(engine, prompt, NotationGrammar(self.toolbox.tools), -1, most=LONGEST_PLAN)
        plan = notation.read("\n".join(written) + "\n", self.toolbox)
        timing = Timing(loaded - begun, 0.0, evaluated - loaded, time.perf_counter() - evaluated)
        names = tuple(tool.name for tool in self.toolbox)
        reason = reason_for(command, None, self.toolbox) if plan.refused else ""
        plan = resolve(plan, self.toolbox, now, command)
        return Planned(command, now, self.name, names, plan, plan.refused, reason, timing)

    def close(self) -> None:
        """Free the model."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None
