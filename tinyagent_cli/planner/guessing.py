"""Guesses at what a model writes next: where two plans of a command have parted, they mostly go on alike.

Prompt look-up decoding (Saxena 2023, github.com/apoorvumang/prompt-lookup-decoding): what followed these tokens in the
prompt follows them again. A guess is evaluated with the token before it in one batch and kept as far as it is right.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST_KEY = 3
"""Tokens that have to agree for a look-up, at most; fewer where there is no such place."""


class LookUp:
    """Guesses at most `most` tokens out of a prompt."""

    def __init__(self, prompt: Sequence[int], most: int) -> None:
        self.prompt, self.most = list(prompt), most
        self.places: dict[tuple[int, ...], int] = {}
        for size in range(1, LONGEST_KEY + 1):
            for at in range(size, len(self.prompt)):
                self.places.setdefault(tuple(self.prompt[at - size : at]), at)

    def __call__(self, tokens: Sequence[int], line: bytes) -> list[int]:
        """Guess what follows the tokens."""
        if not line:
            return []  # a line begins with a tool's word, not with one of the command's
        for size in range(LONGEST_KEY, 0, -1):
            at = self.places.get(tuple(tokens[-size:]))
            if at is not None:
                return self.prompt[at : at + self.most]
        return []
