"""Retrieval: which tools a command needs (ToolRAG, arXiv 2409.00608)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tinyagent_cli.plan.signature import Tool


@dataclass(frozen=True)
class Retrieved:
    """The names of the tools on offer, and every tool's score between 0 and 1."""

    names: tuple[str, ...]
    scores: Mapping[str, float]

    def nearest(self) -> str | None:
        """The tool of the highest score."""
        return max(self.scores, key=self.scores.__getitem__, default=None)


def chosen(scores: Mapping[str, float], threshold: float, tools: Iterable[Tool]) -> Retrieved:
    """Offer every tool whose score reaches the threshold; where none does, the best one.

    Tools that the classifier does not know (a user's own) have no score and are always offered.
    """
    known = list(tools)
    names = [t.name for t in known if scores.get(t.name, 1.0) >= threshold]
    scored = {t.name: scores[t.name] for t in known if t.name in scores}
    if not names and scored:
        names = [max(scored, key=scored.__getitem__)]
    return Retrieved(tuple(names), scored)
