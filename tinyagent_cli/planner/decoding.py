"""Greedy decoding under a grammar, off the hot path: the best token is checked first, others only if it fails.

A grammar here is a regular expression a line (every line of a plan is regular), matched in part as it grows.
The check of one token costs microseconds; nothing masks the vocabulary as long as the model's own choice
is allowed, which for a model that has learned the dialect is nearly always.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, cast

import numpy as np

from tinyagent_cli.errors import ModelError

TRIES = 256


class Sequencer(Protocol):
    """What decoding needs of an engine."""

    def evaluate(self, tokens: Sequence[int]) -> np.ndarray:
        """Return the logits of what follows."""

    def piece(self, token: int) -> bytes:
        """Return the bytes of a token."""


Draft = Callable[[Sequence[int], bytes], Sequence[int]]
"""Guesses what follows the tokens, of which the last line has these bytes; a wrong guess costs time, never the plan."""


class Drafting(Sequencer, Protocol):
    """An engine that evaluates guesses, too."""

    def evaluate_last(self, tokens: Sequence[int], count: int) -> np.ndarray:
        """Return the logits behind each of the last tokens."""


class Ahead:
    """The logits behind tokens, some of them evaluated before they were written."""

    def __init__(self, engine: Sequencer, draft: Draft | None) -> None:
        self.engine, self.draft = engine, draft
        self.guessed: list[int] = []
        self.rows = np.empty((0, 0), dtype=np.float32)

    def of(self, tokens: Sequence[int]) -> np.ndarray:
        """The logits of what follows, nothing guessed; valid until the next call."""
        self.guessed = []
        return self.engine.evaluate(tokens)

    def after(self, tokens: Sequence[int], line: bytes) -> np.ndarray:
        """The logits of what follows a token that was written just now; valid until the next call."""
        if self.draft is None:
            return self.engine.evaluate(tokens)
        behind = len(tokens) - 1 - len(self.guessed)
        if not (behind < 0 and self.guessed[behind] == tokens[-1]):
            guess = list(self.draft(tokens, line))
            self.guessed = [*tokens, *guess]
            self.rows = cast("Drafting", self.engine).evaluate_last(self.guessed, 1 + len(guess))
            behind = -1 - len(guess)
        row: np.ndarray = self.rows[behind]
        return row


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


def lines(
    engine: Sequencer,
    prompt: Sequence[int],
    grammar: LineGrammar,
    end: int,
    *,
    most: int = 700,
    on_prefill: Callable[[], None] | None = None,
    draft: Draft | None = None,
) -> Iterator[str]:
    """Yield the lines of the plan as each ends.

    `end` is the token that ends the plan, `most` the number of tokens after which decoding gives up. What `draft`
    guesses is evaluated in one batch with the token before it; of that, only what the model would have written is kept.
    A dead end is gone back from, and not entered again. Raises ModelError where the bound is reached or nothing is
    allowed.
    """
    tokens, line = list(prompt), b""
    ends = [0]  # how many bytes of the line there are before each of its tokens, and now
    ahead = Ahead(engine, draft)
    logits = ahead.of(tokens)
    if on_prefill:
        on_prefill()
    for _ in range(most):
        token = _best(engine, logits, grammar, line, end, TRIES)
        size = grammar.close(line) if token is None else None
        if size is not None:
            kept = _last_before(ends, size)
            tokens, line, ends = tokens[: len(tokens) - (len(ends) - 1 - kept)], line[: ends[kept]], ends[: kept + 1]
            logits = ahead.of(tokens)
            continue
        if token is None:
            token = _best(engine, logits, grammar, line, end, len(logits))
        if token is None:
            raise ModelError("the grammar allows no token here")
        if token == end:
            return
        line, break_, after = (line + engine.piece(token)).partition(b"\n")
        ends.append(len(line))
        if break_:
            text = line.decode("utf-8", "replace")
            grammar.take(text)
            yield text
            line, ends = after, [len(after)]
            if grammar.must_stop():
                return
        tokens.append(token)
        logits = ahead.after(tokens, line)
    raise ModelError(f"the model wrote {most} tokens and no end of the plan")


def _last_before(ends: Sequence[int], size: int) -> int:
    """The last place between tokens at which no more than that many bytes are written."""
    return max(n for n, at in enumerate(ends) if at <= size)


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
