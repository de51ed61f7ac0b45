"""Guesses at what a model writes next: where two plans of a command have parted, they mostly go on alike.

After prompt look-up decoding (Saxena 2023, github.com/apoorvumang/prompt-lookup-decoding): what followed these tokens in the
first plan follows them in the second. A guess is evaluated with the token before it in one batch and kept as far as it is right.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_KEY = 3
"""Tokens that have to agree for a look-up, at most; fewer where there is no such place."""


class LookUp:
    """Guesses at most `most` tokens out of a plan."""

    def __init__(self, plan: Sequence[int], most: int) -> None:
        self.plan, self.most = list(plan), most
        self.places: dict[tuple[int, ...], int] = {}
        for size in range(1, LONGEST_KEY + 1):
            for at in range(size, len(self.plan)):
                self.places.setdefault(tuple(self.plan[at - size : at]), at)

    def __call__(self, tokens: Sequence[int]) -> list[int]:
        """Guess what follows the tokens."""
        for size in range(LONGEST_KEY, 0, -1):
            at = self.places.get(tuple(tokens[-size:]))
            if at is not None:
                return self.plan[at : at + self.most]
        return []
