"""Greedy decoding under a grammar, off the hot path: the best token is checked first, others only if it fails.

A grammar here is a regular expression a line (every line of a plan is regular), matched in part as it grows.
The check of one token costs microseconds; nothing masks the vocabulary as long as the model's own choice
is allowed, which for a model that has learned the dialect is nearly always.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

import numpy as np

from tinyagent_cli.errors import ModelError

TRIES = 256


class Sequencer(Protocol):
    """What decoding needs of an engine."""

    def evaluate(self, tokens: Sequence[int]) -> np.ndarray:
        """Return the logits of what follows."""

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token."""


class LineGrammar(Protocol):
    """Says line by line what may be written."""

    def allows(self, line: bytes) -> bool:
        """True where some allowed line begins with these bytes."""

    def ends(self, line: bytes) -> bool:
        """True where these bytes are a whole allowed line."""

    def take(self, line: str) -> None:
        """Count a whole line as written."""

    def may_stop(self) -> bool:
        """True where the plan may end after the lines taken."""

    def must_stop(self) -> bool:
        """True where nothing may follow."""

    def close(self, line: bytes) -> int | None:
        """Close the way that led to these bytes, behind which nothing likely is allowed; return how many of them stay.

        None where there is no other way.
        """


class Writing:
    """One plan, written greedily. `tokens` are those of the plan so far, without the prompt.

    `end` is the token that ends the plan, `most` the number of tokens after which decoding gives up.
    """

    def __init__(
        self, engine: Sequencer, prompt: Sequence[int], grammar: LineGrammar, end: int, *, most: int = 700
    ) -> None:
        self.engine, self.prompt, self.grammar, self.end, self.most = engine, list(prompt), grammar, end, most
        self.tokens: list[int] = []
        self.line = b""
        self._ends = [0]  # how many bytes of the line there are before each of its tokens, and now

    def lines(self, begun: Sequence[int] = ()) -> Iterator[str]:
        """Yield the lines of the plan as each ends; it begins with the tokens `begun`, which the grammar allows.

        Where the last of those is the end, that is the plan.

        A dead end is gone back from, and not entered again. Raises ModelError where the bound is reached or nothing is
        allowed.
        """
        for given in begun:
            if given == self.end:
                return
            yield from self._add(given)
        logits = self._evaluated()
        for _ in range(self.most):
            token = _best(self.engine, logits, self.grammar, self.line, self.end, TRIES)
            size = self.grammar.close(self.line) if token is None else None
            if size is not None:
                self._go_back(size)
                logits = self._evaluated()
                continue
            if token is None:
                token = _best(self.engine, logits, self.grammar, self.line, self.end, len(logits))
            if token is None:
                raise ModelError("the grammar allows no token here")
            if not self.weigh(logits, token) or token == self.end:
                return
            yield from self._add(token)
            if self.grammar.must_stop():
                return
            logits = self._evaluated()
        raise ModelError(f"the model wrote {self.most} tokens and no end of the plan")

    def weigh(self, logits: np.ndarray, token: int) -> bool:  # noqa: ARG002 (for those who weigh)
        """Look at a token that is about to be written; False gives the plan up."""
        return True

    def others(self, logits: np.ndarray, token: int, count: int) -> Iterator[int]:
        """Those of so many likeliest tokens which may stand here in place of one, the likeliest first."""
        order = np.argpartition(logits, -count)[-count:]
        for other in order[np.argsort(-logits[order])].tolist():
            if other != token and _fits(self.engine, self.grammar, self.line, other, self.end):
                yield other

    def _evaluated(self) -> np.ndarray:
        """The logits of what follows; valid until the next call."""
        return self.engine.evaluate([*self.prompt, *self.tokens])

    def _add(self, token: int) -> Iterator[str]:
        self.line, break_, after = (self.line + self.engine.piece(token)).partition(b"\n")
        self._ends.append(len(self.line))
        self.tokens.append(token)
        if break_:
            text = self.line.decode("utf-8", "replace")
            self.grammar.take(text)
            self.line, self._ends = after, [len(after)]
            yield text

    def _go_back(self, size: int) -> None:
        """Back to the last place between tokens at which no more than that many bytes of the line are written."""
        kept = max(n for n, at in enumerate(self._ends) if at <= size)
        self.tokens = self.tokens[: len(self.tokens) - (len(self._ends) - 1 - kept)]
        self.line, self._ends = self.line[: self._ends[kept]], self._ends[: kept + 1]


def lines(engine: Sequencer, prompt: Sequence[int], grammar: LineGrammar, end: int, *, most: int = 700) -> Iterator[str]:
    """Write a plan (`Writing`) and yield its lines as each ends."""
    return Writing(engine, prompt, grammar, end, most=most).lines()


def _best(
    engine: Sequencer, logits: np.ndarray, grammar: LineGrammar, line: bytes, end: int, tries: int
) -> int | None:
    """The likeliest token that is allowed; None where none of that many likeliest is."""
    best = int(logits.argmax())
    if _fits(engine, grammar, line, best, end):
        return best
    tries = min(tries, len(logits))
    order = np.argpartition(logits, -tries)[-tries:]
    likeliest = (int(token) for token in order[np.argsort(-logits[order])])
    return next((token for token in likeliest if _fits(engine, grammar, line, token, end)), None)


def _fits(engine: Sequencer, grammar: LineGrammar, line: bytes, token: int, end: int) -> bool:
    if token == end:
        return not line and grammar.may_stop()
    piece = engine.piece(token)
    if not piece:
        return False
    before, break_, after = (line + piece).partition(b"\n")
    if not break_:
        return grammar.allows(before)
    return not after and grammar.ends(before)


def text(engine: Sequencer, prompt: Sequence[int], end: int, *, most: int = 160, penalty: float = 1.15) -> str:
    """Write free text, greedily, at most `most` tokens; what was just written is made less likely to come again.

    The penalty divides positive logits and multiplies negative ones (CTRL, arXiv 1909.05858).
    """
    tokens, out = list(prompt), b""
    written: list[int] = []
    for _ in range(most):
        logits = engine.evaluate(tokens).copy()
        recent = np.unique(np.array(written[-96:], dtype=np.int64))
        if recent.size:
            seen = logits[recent]
            logits[recent] = np.where(seen > 0, seen / penalty, seen * penalty)
        token = int(logits.argmax())
        if token == end:
            break
        written.append(token)
        tokens.append(token)
        out += engine.piece(token)
    return out.decode("utf-8", "replace").strip()
