"""The grammar of LLMCompiler's notation for a set of tools: every line that may come next.

For models that have not learned a dialect of their own: arguments by position, of the right kind, and
references to earlier steps only.
"""

from __future__ import annotations

import re as stdlib_re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tinyagent_cli.plan.signature import Parameter, Tool
from tinyagent_cli.planner.dialects.compact_grammar import WIDE

END_LINE = "join()<END_OF_PLAN>"
THOUGHT = "Thought:"
LONGEST = 2500
# Inside quotes: no control character, no quote, a backslash only before a quote, n or itself; a dollar sign
# not before a digit, so that what looks like a reference is one.
_CHARACTER = rb"(?:[^\x00-\x1f\"\\$\x7f-\xff]|" + WIDE + rb"|\\[\"\\n]|\$(?![0-9]))"


def _text(step: int) -> bytes:
    reference = rb"|\$(?:" + rb"|".join(str(n).encode() for n in range(step - 1, 0, -1)) + rb")(?![0-9])"
    return rb'"(?:' + _CHARACTER + (reference if step > 1 else b"") + rb')*+"'


def _value(p: Parameter, text: bytes) -> bytes:
    if p.kind == "int":
        return rb"(?:" + rb"|".join(str(c).encode() for c in p.choices) + rb")" if p.choices else rb"[0-9]{1,6}"
    if p.kind == "bool":
        return rb"(?:True|False)"
    if p.choices:
        return rb'"(?:' + rb"|".join(stdlib_re.escape(str(c)).encode() for c in p.choices) + rb')"'
    if p.kind == "list":
        return rb"\[(?:" + text + rb"(?:, " + text + rb")*+)?+\]"
    return text


@lru_cache(maxsize=1)
def _thought() -> Any:
    import regex

    return regex.compile(THOUGHT.encode() + rb" (?:[^\x00-\x1f\x7f-\xff]|" + WIDE + rb"){1,400}")


@lru_cache(maxsize=256)
def _compiled(tools: tuple[Tool, ...], step: int) -> Any:
    import regex

    text = _text(step)
    calls = [
        tool.name.encode() + rb"\(" + rb", ".join(_value(p, text) for p in tool.parameters) + rb"\)" for tool in tools
    ]
    calls.append(stdlib_re.escape(END_LINE).encode())
    return regex.compile(str(step).encode() + rb"\. (?:" + rb"|".join(calls) + rb")")


class NotationGrammar:
    """Follows one plan as it is written. `tools` are those on offer; `thinking` lets a thought come before the first."""

    def __init__(self, tools: Iterable[Tool], *, most_steps: int = 24, thinking: bool = False) -> None:
        self.tools, self.most_steps = tuple(tools), most_steps
        self.step, self.done, self.thinking = 1, False, thinking

    def allows(self, line: bytes) -> bool:
        """True where some allowed line begins with these bytes."""
        if self.thinking and _thought().fullmatch(line, partial=True) is not None:
            return True
        return len(line) <= LONGEST and _compiled(self._offered(), self.step).fullmatch(line, partial=True) is not None

    def ends(self, line: bytes) -> bool:
        """True where these bytes are a whole allowed line."""
        if self.thinking and _thought().fullmatch(line) is not None:
            return True
        return _compiled(self._offered(), self.step).fullmatch(line) is not None

    def take(self, line: str) -> None:
        """Count a whole line as written."""
        self.thinking = False
        if line.startswith(THOUGHT):
            return
        self.step += 1
        self.done = line.endswith(END_LINE)

    def may_stop(self) -> bool:
        """True once the plan has ended."""
        return self.done

    def must_stop(self) -> bool:
        """True once the plan has ended."""
        return self.done

    def close(self, line: bytes) -> None:
        """There is no dead end: what this grammar allows can always be gone on with."""

    def _offered(self) -> tuple[Tool, ...]:
        return self.tools if self.step <= self.most_steps else ()
