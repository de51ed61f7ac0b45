r"""The prompt of the compact dialect, in the starter model's tokens.

    <|im_start|> command \n plan line \n plan line \n <|im_end|>

The command begins with a space, so that its first word has the same token as in a plan, where every value
stands behind a space; its own line breaks are written `\n`. Each plan line is tokenized by itself.
"""

from __future__ import annotations

from collections.abc import Callable

START, END, LINE_BREAK = 1, 2, 198


def encode(command: str, tokenize: Callable[[str], list[int]]) -> list[int]:
    """The prompt's tokens; `tokenize` adds no special ones."""
    text = " ".join(command.replace("\r\n", "\n").replace("\n", "\\n").split())
    return [START, *tokenize(" " + text), LINE_BREAK]
