r"""References inside text: `$2` stands for the result of step 2.

`$1,200` and `$2.50` are money. A dollar sign that would be read as a reference and is none is written
`\$2`; `literal` writes it so and `substitute` undoes that, whatever the text. Texts are read once: what is put
in for a reference is never looked at again, so a result that contains `$1` stays as it is.

In a plan, a `$20` inside a longer text is money where there is no step 20 (`settle`). As a whole text or list
item it can only be meant as a reference, one to nothing (`validation.check` says so).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_NUMBERED = r"\$([1-9][0-9]{0,2})(?![\w$]|[.,]\d)"
REFERENCE = re.compile(r"(?<![\\\w$])" + _NUMBERED)
_ESCAPED = re.compile(rf"\\(?={_NUMBERED})")
_UNESCAPED = re.compile(rf"(?<![\w$])(?={_NUMBERED})")


def find(text: str) -> Iterator[int]:
    """Yield the step numbers that a text refers to, in order, with repeats."""
    return (int(match[1]) for match in REFERENCE.finditer(text))


def whole(text: str) -> int | None:
    """Return the step number if the text is nothing but a reference."""
    match = REFERENCE.fullmatch(text)
    return int(match[1]) if match else None


def substitute(text: str, result: Callable[[int], str]) -> str:
    """Put results in for references, in one pass, and take the escapes off the rest."""
    out, at = [], 0
    for match in REFERENCE.finditer(text):
        out += [_ESCAPED.sub("", text[at : match.start()]), result(int(match[1]))]
        at = match.end()
    return "".join([*out, _ESCAPED.sub("", text[at:])])


def renumber(text: str, number: Callable[[int], int]) -> str:
    """Give every reference a new step number; all else stays."""
    return REFERENCE.sub(lambda match: f"${number(int(match[1]))}", text)


def literal(text: str) -> str:
    r"""Return text in which nothing is a reference: `$2` becomes `\$2`, and `\$2` becomes `\\$2`.

    `substitute` gives the text back as it was.
    """
    return _UNESCAPED.sub(r"\\", text)


def settle(text: str, exists: Callable[[int], bool]) -> str:
    r"""Write what looks like a reference to a step that does not exist as money: `$20` becomes `\$20`."""
    return REFERENCE.sub(lambda match: match[0] if exists(int(match[1])) else "\\" + match[0], text)
