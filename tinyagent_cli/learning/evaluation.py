"""Measures a planner on commands with gold plans: every figure of the model card comes from here."""

from __future__ import annotations

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.learning.scoring import Score, score
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner.base import Planner

PUBLISHED = {
    "set": "TinyAgent's own test set (arXiv 2409.00608, table 1); another set than the one above",
    "plan success, percent": {
        "TinyLlama-1.1B untuned": 12.71, "TinyAgent-1.1B": 78.89, "TinyAgent-1.1B + ToolRAG": 80.06,
        "TinyAgent-1.1B 4-bit + ToolRAG": 80.35, "TinyAgent-7B 4-bit": 85.14, "GPT-4-Turbo": 79.08,
    },
}  # fmt: skip


@dataclass
class Tried:
    """One command with what came out of it."""

    example: Example
    plan: Plan | None
    score: Score
    tools: tuple[str, ...]
    seconds: float
    error: str = ""
    world: bool | None = None

    @property
    def needed(self) -> set[str]:
        """The tools of the gold plan."""
        return {step.tool for step in self.example.plan.steps}


@dataclass
class Figures:
    """The figures of one planner on one set; rates are fractions of `count` unless named otherwise."""

    model: str
    count: int
    tried: list[Tried] = field(repr=False, default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    """Bytes of the model, the adapter and the retriever, as far as they are files here."""

    def rate(self, hit: Callable[[Tried], bool], of: Callable[[Tried], bool] = lambda _: True) -> float:
        """The share of those of a kind for which something holds."""
        kind = [t for t in self.tried if of(t)]
        return sum(map(hit, kind)) / len(kind) if kind else 1.0

    def summary(self) -> dict[str, Any]:
        """All figures as JSON data."""
        moments = [t.score.moments for t in self.tried]
        names = [t.score.names for t in self.tried]
        seconds = sorted(t.seconds for t in self.tried)
        asked = [t for t in self.tried if not t.example.plan.refused]
        needed = sum(len(t.needed) for t in asked)
        return {
            "model": self.model,
            "commands": self.count,
            "plan_success": self.rate(lambda t: t.score.plan),
            "full_success": self.rate(lambda t: t.score.full),
            "moments_exact": _ratio(moments),
            "names_exact": _ratio(names),
            "refused_of_none": self.rate(lambda t: bool(t.plan and t.plan.refused), lambda t: t.example.plan.refused),
            "refused_of_others": self.rate(
                lambda t: bool(t.plan and t.plan.refused), lambda t: not t.example.plan.refused
            ),
            "world_success": self.rate(lambda t: bool(t.world)) if any(t.world is not None for t in self.tried) else None,
            "invalid": sum(t.plan is None for t in self.tried),
            "tool_recall": sum(len(t.needed & set(t.tools)) for t in asked) / needed if needed else 1.0,
            "mean_tools": statistics.fmean(len(t.tools) for t in self.tried) if self.tried else 0.0,
            "seconds_median": seconds[len(seconds) // 2] if seconds else 0.0,
            "seconds_p95": seconds[int(len(seconds) * 0.95)] if seconds else 0.0,
            "bytes": self.sizes,
            "by_steps": self.by(lambda t: [len(t.example.plan.steps)]),
            "by_tool": self.by(lambda t: sorted(t.needed) or ["none"]),
            "by_file": self.by(lambda t: [t.example.id.partition(":")[0]]),
            "wrong_arguments": dict(Counter(w for t in self.tried for w in t.score.wrong).most_common()),
            "published": PUBLISHED,
        }

    def by(self, keys: Callable[[Tried], list[Any]]) -> dict[str, dict[str, float]]:
        """Success by some key of a command."""
        groups: dict[Any, list[Tried]] = defaultdict(list)
        for t in self.tried:
            for key in keys(t):
                groups[key].append(t)
        return {
            str(key): {
                "commands": len(group),
                "plan_success": sum(t.score.plan for t in group) / len(group),
                "full_success": sum(t.score.full for t in group) / len(group),
            }
            for key, group in sorted(groups.items())
        }


def evaluate(
    planner: Planner,
    examples: Iterable[Example],
    on_tried: Callable[[Tried], None] | None = None,
    *,
    world: Callable[[Plan, Example], bool] | None = None,
) -> Figures:
    """Plan every command and measure it. A plan that cannot be read or resolved counts as invalid.

    `world` says whether a plan, carried out, leaves the world as the example's own plan does.
    """
    files: dict[str, Path] = getattr(planner, "files", {})
    figures = Figures(planner.name, 0, sizes={what: file.stat().st_size for what, file in files.items() if file.is_file()})
    for example in examples:
        begun = time.perf_counter()
        plan: Plan | None = None
        tools: tuple[str, ...] = ()
        error = ""
        try:
            planned = planner.plan(example.command, example.now)
            plan, tools = planned.plan, planned.tools
        except TinyAgentError as fault:
            error = str(fault)
        seconds = time.perf_counter() - begun
        found = score(plan, example.plan) if plan is not None else Score(False, False)
        tried = Tried(example, plan, found, tuple(tools), seconds, error)
        if world is not None:
            tried.world = plan is not None and world(plan, example)
        figures.tried.append(tried)
        figures.count += 1
        if on_tried:
            on_tried(tried)
    return figures


def _ratio(pairs: Iterable[tuple[int, int]]) -> float:
    right, of = (sum(column) for column in zip(*pairs, strict=True))
    return right / of if of else 1.0
