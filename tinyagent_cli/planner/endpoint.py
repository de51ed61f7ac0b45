"""Plans with a server: the published prompt over chat completions, steps taken as they come.

Where the server keeps a model to a grammar, the plan cannot but be read; everywhere else it is checked, and the
model gets one chance to mend it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any, Literal

from tinyagent_cli import prompting
from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner.asking import Asking, OnStep, Retrieve
from tinyagent_cli.planner.base import Planned, Timing
from tinyagent_cli.planner.dialects import notation_gbnf, tinyagent
from tinyagent_cli.planner.dialects.tinyagent import Again
from tinyagent_cli.planner.endpoint_client import Endpoint, EndpointError, Message
from tinyagent_cli.toolbox import Toolbox

LONGEST_PLAN = 700
"""Tokens of a plan."""
Structured = Literal["auto", "grammar", "none"]


class EndpointPlanner:
    """Plans with a model on a server.

    `structured`: `grammar` sends a GBNF grammar, `none` does not, `auto` sends one until the server refuses it.
    """

    def __init__(
        self,
        toolbox: Toolbox,
        endpoint: Endpoint,
        *,
        retrieve: Retrieve | None = None,
        instructions: str = "",
        structured: Structured = "auto",
    ) -> None:
        self.endpoint, self.structured = endpoint, structured
        self.asking = Asking(toolbox, retrieve, instructions)
        self.name = endpoint.name

    def plan(
        self,
        command: str,
        now: dt.datetime,
        *,
        previous: tuple[Again, ...] = (),
        on_step: OnStep | None = None,
    ) -> Planned:
        """Plan a command; `previous` plans that failed are shown to the model. Raises UsageError, PlanError, ModelError.

        `on_step` gets every step as its line ends. A plan that has to be mended is not taken step by step again:
        what began are look-ups, which harm nobody.
        """
        begun = time.perf_counter()
        question, chosen = self.asking.question(command, now, previous)
        retrieved = time.perf_counter()
        messages: list[Message] = [
            {"role": "system", "content": tinyagent.system(question)},
            {"role": "user", "content": tinyagent.user(question)},
        ]
        written = _Written(question.toolbox, on_step)
        try:
            plan = self._read(messages, written)
        except PlanError as fault:
            asked: list[Message] = [
                *messages,
                {"role": "assistant", "content": written.text},
                {"role": "user", "content": prompting.fill("planner_repair", fault=str(fault))},
            ]
            plan = self._read(asked, _Written(question.toolbox, None))
            written.first = written.first or time.perf_counter()
        done = time.perf_counter()
        first = written.first or done
        timing = Timing(0.0, retrieved - begun, first - retrieved, done - first)
        return self.asking.planned(question, chosen, plan, self.name, timing)

    def _read(self, messages: list[Message], written: _Written) -> Plan:
        extra = self._extra(written.toolbox)
        try:
            return written.read(self.endpoint, messages, extra)
        except EndpointError as fault:
            if not extra or self.structured != "auto" or fault.status not in {400, 422}:
                raise
            self.structured = "none"
            return written.read(self.endpoint, messages, {})

    def _extra(self, toolbox: Toolbox) -> Mapping[str, Any]:
        return {} if self.structured == "none" else {"grammar": notation_gbnf.grammar(toolbox)}

    def close(self) -> None:
        """Nothing is held."""


class _Written:
    """A plan as it comes. `text` is what has come, `first` when its first piece did."""

    def __init__(self, toolbox: Toolbox, on_step: OnStep | None) -> None:
        self.toolbox, self.on_step = toolbox, on_step
        self.text, self.first = "", 0.0

    def read(self, endpoint: Endpoint, messages: list[Message], extra: Mapping[str, Any]) -> Plan:
        """Read it to its end. Raises PlanError, EndpointError."""
        reader = notation.Reader(self.toolbox)
        pieces = endpoint.stream(messages, most=LONGEST_PLAN, extra=extra)
        for piece in pieces:
            self.first = self.first or time.perf_counter()
            self.text += piece
            for step in reader.feed(piece):
                if self.on_step:
                    self.on_step(step)
            if reader.done:
                break
        return reader.finish()
