"""Second thoughts: where the model was in doubt, the other way is written too, and the best plan of all is taken.

An n-best list, reranked (Collins and Koo 2005, Computational Linguistics 31:1): greedy decoding takes every token by
itself, a plan is right or wrong as a whole. A plan's value is the logarithm of its probability plus what a second
witness says of the tools in it: the retriever, which read the whole command before a word was written.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tinyagent_cli.errors import ModelError, PlanError
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner.decoding import LineGrammar, Sequencer, Writing

LEAST = math.log(0.02)
"""A token less likely than that was no doubt."""
PLACES = 4
"""Places of doubt at which one plan is branched, the most doubtful ones."""
ROUNDS = 2
"""How often the best plan so far is branched."""
WEIGHT = 0.5
"""What a witness's word counts for beside the model's; with the figures above chosen on `dev-*`."""
MOST = 240
"""Tokens that are written for all other plans of a command together; a long text is not written again and again."""
LIKELIEST = 8
"""Among so many tokens the other one is looked for."""


class Witness:
    """The retriever's word on a plan: how probable it is that exactly these tools are needed.

    Its scores are probabilities by tool, taken as independent of each other.
    """

    def __init__(self, scores: Mapping[str, float]) -> None:
        sure = 1e-4  # nobody is surer than the corpus is right
        self.scores = {name: min(max(score, sure), 1 - sure) for name, score in scores.items()}
        self.most = sum(math.log(max(s, 1 - s)) for s in self.scores.values())
        """The logarithm of the probability of the likeliest set of tools."""

    def log(self, plan: Plan) -> float:
        """The logarithm of the probability of the plan's tools."""
        used = {step.tool for step in plan.steps}
        return sum(math.log(s if name in used else 1 - s) for name, s in self.scores.items())


@dataclass(frozen=True)
class Doubt:
    """Another token that was likely: how many tokens of the plan stand before it, and the plan's logarithm up to it."""

    place: int
    token: int
    log: float


class Weighed(Writing):
    """A plan that is given up as soon as it cannot come to more than `bound`, or goes back behind its `branch`.

    `log` is the logarithm of its probability so far, of which the branch has its own; the sum over tokens can only fall.
    """

    def __init__(
        self, engine: Sequencer, prompt: Sequence[int], grammar: LineGrammar, end: int, *, most: int,
        branch: Doubt | None = None, bound: float = -math.inf,
    ) -> None:  # fmt: skip
        super().__init__(engine, prompt, grammar, end, most=most)
        self.first, self.begun = (branch.place + 1, branch.log) if branch else (0, 0.0)
        self.bound = bound
        self.logs: list[float] = []  # of each token from the place `first` on
        self.doubts: list[Doubt] = []
        self.given_up = False

    @property
    def log(self) -> float:
        """The logarithm of the probability of what is written."""
        return self.begun + sum(self.logs)

    def weigh(self, logits: np.ndarray, token: int) -> bool:
        """Add the token's logarithm, and remember the likeliest other one."""
        place = len(self.tokens)
        if place < self.first:
            self.given_up = True
            return False
        del self.logs[place - self.first :]  # it may have gone back
        self.doubts = [doubt for doubt in self.doubts if doubt.place < place]
        highest = float(logits.max())
        whole = highest + math.log(float(np.exp(logits - highest).sum()))
        log = float(logits[token]) - whole
        if 1 - math.exp(log) >= math.exp(LEAST):
            other = next(self.others(logits, token, LIKELIEST), None)
            if other is not None and float(logits[other]) - whole >= LEAST:
                self.doubts.append(Doubt(place, other, self.log + float(logits[other]) - whole))
        self.logs.append(log)
        self.given_up = self.log <= self.bound
        return not self.given_up


@dataclass(frozen=True)
class Candidate:
    """A finished plan with its value, its tokens and its doubts."""

    plan: Plan
    value: float
    tokens: tuple[int, ...]
    doubts: tuple[Doubt, ...]


class Reranking:
    """Writes the candidates of one command and keeps the best. `read` makes a plan of lines."""

    def __init__(
        self, engine: Sequencer, prompt: Sequence[int], grammar: Callable[[], LineGrammar], end: int, *,
        read: Callable[[Iterable[str]], Plan], witness: Witness, most: int,
    ) -> None:  # fmt: skip
        self.engine, self.prompt, self.grammar, self.end, self.most = engine, prompt, grammar, end, most
        self.read, self.witness = read, witness
        self.left = MOST

    def best(self) -> Plan:
        """The plan of the highest value. Raises ModelError where not even the first can be written, PlanError."""
        best = self._written(Weighed(self.engine, self.prompt, self.grammar(), self.end, most=self.most))
        assert best
        tried: set[tuple[int, ...]] = set()
        for _ in range(ROUNDS):
            found = self._branched(best, tried)
            if found is best:
                break
            best = found
        return best.plan

    def _branched(self, first: Candidate, tried: set[tuple[int, ...]]) -> Candidate:
        best = first
        doubts = sorted(first.doubts, key=lambda doubt: -doubt.log)[:PLACES]
        # The last first: what stands before it is evaluated already, and nothing of it twice.
        for doubt in sorted(doubts, key=lambda doubt: -doubt.place):
            begun = (*first.tokens[: doubt.place], doubt.token)
            bound = best.value - WEIGHT * self.witness.most
            if begun in tried or doubt.log <= bound or self.left <= 0:
                continue
            tried.add(begun)
            other = Weighed(
                self.engine, self.prompt, self.grammar(), self.end, most=self.most, branch=doubt, bound=bound
            )
            try:
                found = self._written(other, begun)
            except (ModelError, PlanError):  # no end to it, or no sense
                continue
            finally:
                self.left -= len(other.tokens) - len(begun)
            if found and found.value > best.value:
                best = found
        return best

    def _written(self, writing: Weighed, begun: Sequence[int] = ()) -> Candidate | None:
        plan = self.read(list(writing.lines(begun)))
        if writing.given_up:
            return None
        value = writing.log + WEIGHT * self.witness.log(plan)
        return Candidate(plan, value, tuple(writing.tokens), tuple(writing.doubts))
