"""The starter planner: SmolLM2-135M with the shipped adapter, compact dialect, tools from its own logits."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.errors import ModelError, UsageError
from tinyagent_cli.models.names import ADAPTER
from tinyagent_cli.plan.model import Plan, Step, Value
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner import decoding
from tinyagent_cli.planner.base import OnTools, Planned, Timing
from tinyagent_cli.planner.dialects import compact, compact_prompt
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.refusal import reason_for
from tinyagent_cli.planner.reranking import Reranking, Witness
from tinyagent_cli.planner.starter import CONTEXT, LONGEST_PLAN, MOST_CONTEXT, longest
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.models import Learned
    from tinyagent_cli.planner.engine import Engine
    from tinyagent_cli.retrieval.base import Retrieved
    from tinyagent_cli.retrieval.head import LogitHead

SURE = 0.95
"""The retriever's score from which on a tool has to come in the plan; chosen on `dev-*`."""


class StarterPlanner:
    """Plans with a base file and an adapter in the compact dialect.

    For evaluation: `retrieving` False offers every tool, `copying` False holds nothing to the command, `reranking` False
    takes the greedy plan.
    """

    def __init__(
        self,
        toolbox: Toolbox,
        base: Path,
        adapter: Path | None,
        *,
        name: str = "starter",
        head: Path | None = None,
        threads: int = 0,
        retrieving: bool = True,
        copying: bool = True,
        reranking: bool = True,
        sure: float = SURE,
    ) -> None:
        self.toolbox, self.name = toolbox, name
        self.base, self.adapter, self.head_file, self.threads = base, adapter, head, threads
        self.retrieving, self.copying, self.reranking = retrieving, copying, reranking
        self.sure = sure
        self.on_tools: OnTools | None = None
        self._engine: Engine | None = None
        self._head: LogitHead | None = None

    def plan(self, command: str, now: dt.datetime) -> Planned:
        """Plan a command. Raises UsageError, PlanError, ModelError."""
        if not command.strip():
            raise UsageError("the command is empty: say what is to be done")
        if len(command) > 40_000:
            raise UsageError(f"the command has {len(command):,} characters; at most 40,000 can be planned")
        begun = time.perf_counter()
        engine = self.engine()
        loaded = time.perf_counter()
        prompt = self._prompt(engine, command)
        logits = engine.evaluate(prompt)
        evaluated = time.perf_counter()
        retrieved, own = self._retrieve(logits, command)
        offered = self.toolbox.only(retrieved.names) if retrieved else self.toolbox
        if self.on_tools:
            self.on_tools(offered)
        chosen = time.perf_counter()
        plan = self._written(engine, prompt, offered, command, now, retrieved)
        if plan.refused and own:
            offered = self.toolbox.only(own)
            plan = self._written(engine, prompt, offered, command, now, None, refusable=False)
        done = time.perf_counter()
        timing = Timing(loaded - begun, chosen - evaluated, evaluated - loaded, done - chosen)
        reason = reason_for(retrieved, self.toolbox) if plan.refused else ""
        plan = resolve(plan, self.toolbox, now, command)
        names = tuple(tool.name for tool in offered)
        return Planned(command, now, self.name, names, plan, plan.refused, reason, timing)

    def engine(self) -> Engine:
        """The model, loaded at the first use."""
        if self._engine is None:
            from tinyagent_cli.planner import early
            from tinyagent_cli.planner.guard import checked_engine

            self._engine = early.taken(self.base, self.adapter, self.threads) or checked_engine(
                self.base, self.adapter, context=CONTEXT, threads=self.threads
            )
            if self.retrieving and self.head_file is not None and self.head_file.is_file():
                from tinyagent_cli.retrieval.head import LogitHead

                self._head = LogitHead(self.head_file)
        return self._engine

    @property
    def files(self) -> Mapping[str, Path]:
        """What it reads."""
        files = {"model": self.base, "adapter": self.adapter, "retriever": self.head_file}
        return {what: file for what, file in files.items() if file is not None}

    def _prompt(self, engine: Engine, command: str) -> Sequence[int]:
        prompt = compact_prompt.encode(command, engine.tokenize)
        if len(prompt) + LONGEST_PLAN > MOST_CONTEXT:
            raise UsageError(f"the command is too long for the starter model ({len(prompt):,} tokens of {MOST_CONTEXT:,})")
        engine.ensure(len(prompt) + longest(len(prompt)))
        return prompt

    def _written(
        self,
        engine: Engine,
        prompt: Sequence[int],
        offered: Toolbox,
        command: str,
        now: dt.datetime,
        retrieved: Retrieved | None,
        *,
        refusable: bool = True,
    ) -> Plan:
        copies, due = Copies(command, now) if self.copying else None, self._due(retrieved)

        def grammar() -> CompactGrammar:
            return CompactGrammar(offered.tools, copies=copies, due=due, refusable=refusable)

        def read(lines: Iterable[str]) -> Plan:
            reader = compact.Reader(offered.tools, command)
            for line in lines:
                reader.read(line)
            return _tidy(reader.plan(), self.toolbox)

        end, most = compact_prompt.END, longest(len(prompt))
        if self.reranking and retrieved and self._head:
            # Of tools that the head has not learned there is likeness in words only, which is no probability.
            witness = Witness({name: score for name, score in retrieved.scores.items() if name in self._head.tools})
            return Reranking(engine, prompt, grammar, end, read=read, witness=witness, most=most).best()
        return read(decoding.lines(engine, prompt, grammar(), end, most=most))

    def _due(self, retrieved: Retrieved | None) -> list[str]:
        """The tools that the retriever is sure of: a plan that lacks one has forgotten something."""
        scores = retrieved.scores if retrieved else {}
        return [name for name, score in scores.items() if score >= self.sure]

    def _retrieve(self, logits: object, command: str) -> tuple[Retrieved | None, tuple[str, ...]]:
        """Choose the tools; also those of one's own that are left where the model refuses the others."""
        if self._head is None:
            return None, ()
        from tinyagent_cli.retrieval import similar

        retrieved = self._head.retrieve(logits, self.toolbox)  # type: ignore[arg-type]
        return similar.with_own(command, retrieved, self.toolbox)

    def close(self) -> None:
        """Free the model."""
        if self._engine is not None:
            self._engine.close()
            self._engine = None


def _tidy(plan: Plan, toolbox: Toolbox) -> Plan:
    """Nobody is written to twice in one list, and no file attached twice; one space between words of time."""

    def of(step: Step, name: str, value: Value) -> Value:
        tool = toolbox.get(step.tool)
        if isinstance(value, tuple):
            return tuple(dict.fromkeys(value))
        if isinstance(value, str) and tool is not None and tool.parameter(name).kind in ("moment", "int"):
            return " ".join(value.split())
        return value

    steps = (replace(step, args={name: of(step, name, v) for name, v in step.args.items()}) for step in plan.steps)
    return replace(plan, steps=tuple(steps))


def starter(toolbox: Toolbox, *, threads: int = 0) -> StarterPlanner:
    """The planner that is there as soon as the package is installed. Raises ModelError where it is not."""
    from tinyagent_cli.planner import starter as files
    from tinyagent_cli.retrieval.head import FILE

    adapter = files.adapter()
    if adapter is None:
        raise ModelError(f"{files.ADAPTER.name} is missing: this copy of tinyagent is not whole, install it again")
    return StarterPlanner(toolbox, files.base(), adapter, head=FILE, threads=threads)


def learned(toolbox: Toolbox, source: Learned, base: Path, *, threads: int = 0) -> StarterPlanner:
    """A planner of one's own training (`tinyagent learn planner`), in the compact dialect."""
    adapter, head = source.folder / ADAPTER, source.folder / "retriever.npz"
    return StarterPlanner(toolbox, base, adapter, name=source.folder.name, head=head, threads=threads)
