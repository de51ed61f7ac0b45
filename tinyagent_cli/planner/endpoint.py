"""Plans with a server: the published prompt over chat completions, steps taken as they come.

Where the server keeps a model to a grammar or a schema, the plan cannot but be read; everywhere else it is checked,
and the model gets one chance to mend it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from tinyagent_cli import prompting
from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner.asking import Asking, OnStep, Retrieve
from tinyagent_cli.planner.base import Planned, Timing
from tinyagent_cli.planner.dialects import notation_gbnf, plan_json, tinyagent
from tinyagent_cli.planner.dialects.tinyagent import Again
from tinyagent_cli.planner.endpoint_client import Endpoint, EndpointError, Message
from tinyagent_cli.toolbox import Toolbox

LONGEST_PLAN = 700
"""Tokens of a plan."""
Structured = Literal["auto", "grammar", "json", "none"]
Mode = Literal["grammar", "json_schema", "json_object", "none"]
MODES: Mapping[Structured, tuple[Mode, ...]] = {
    "auto": ("grammar", "json_schema", "json_object", "none"),
    "grammar": ("grammar",),
    "json": ("json_schema", "json_object"),
    "none": ("none",),
}
"""What is tried, in this order, until the server takes it. `json_object` with a schema is llama.cpp's older way."""
NO_GRAMMAR = ("api.openai.com", ".azure.com")
"""Hosts that are known to take a schema and no grammar."""


class EndpointPlanner:
    """Plans with a model on a server.

    `structured` says how the model is held to the form of plans: by a GBNF grammar (`grammar`), a JSON Schema (`json`),
    not at all (`none`), or by the first of these that the server does not refuse (`auto`).
    """

    stepwise = True

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
        self.modes = list(MODES[structured])
        host = urlsplit(endpoint.at.url).hostname or ""
        if structured == "auto" and host.endswith(NO_GRAMMAR):
            self.modes.remove("grammar")
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
        written = _Written(question.toolbox, on_step, thinking=bool(previous))
        try:
            plan = self._read(messages, written)
        except PlanError as fault:
            plan = self._mended(messages, written, fault)
        done = time.perf_counter()
        first = written.first or done
        timing = Timing(0.0, retrieved - begun, first - retrieved, done - first)
        return self.asking.planned(question, chosen, plan, self.name, timing)

    def _mended(self, messages: list[Message], written: _Written, fault: PlanError) -> Plan:
        """The one chance to mend a plan; raises PlanError where that is wrong too.

        A plan under a grammar can always be read. Where one could not, the server has passed over it, as many do
        with what they do not know; most of those know schemas.
        """
        asked: list[Message] = [
            *messages,
            {"role": "assistant", "content": written.text},
            {"role": "user", "content": prompting.fill("planner_repair", fault=str(fault))},
        ]
        return self._read(asked, _Written(written.toolbox, None), passing="grammar")

    def _read(self, messages: list[Message], written: _Written, passing: str = "") -> Plan:
        while True:
            mode = next((mode for mode in self.modes if mode != passing), self.modes[0])
            try:
                return written.read(self.endpoint, _asked(messages, mode), mode)
            except EndpointError as fault:
                if written.text or len(self.modes) == 1 or fault.status not in {400, 422}:
                    raise
                self.modes.remove(mode)

    def close(self) -> None:
        """Nothing is held."""


def _asked(messages: list[Message], mode: Mode) -> list[Message]:
    """The messages, with a word about JSON where that is what has to come."""
    if not mode.startswith("json"):
        return messages
    last = messages[-1]
    return [*messages[:-1], {**last, "content": f"{last['content']}\n\n{prompting.fill('planner_json')}"}]


def held(mode: Mode, toolbox: Toolbox, *, thinking: bool = False) -> dict[str, Any]:
    """What a request says so that the model is held to the form of plans."""
    if mode == "grammar":
        return {"grammar": notation_gbnf.grammar(toolbox, thinking=thinking)}
    schema = plan_json.schema(toolbox)
    if mode == "json_schema":
        named = {"name": plan_json.NAME, "strict": True, "schema": schema}
        return {"response_format": {"type": "json_schema", "json_schema": named}}
    return {"response_format": {"type": "json_object", "schema": schema}} if mode == "json_object" else {}


class _Written:
    """A plan as it comes. `text` is what has come, `first` when its first piece did; `thinking` lets a thought come first."""

    def __init__(self, toolbox: Toolbox, on_step: OnStep | None, *, thinking: bool = False) -> None:
        self.toolbox, self.on_step, self.thinking = toolbox, on_step, thinking
        self.text, self.first = "", 0.0

    def read(self, endpoint: Endpoint, messages: list[Message], mode: Mode) -> Plan:
        """Read it to its end. Raises PlanError, EndpointError."""
        reader: notation.Reader | plan_json.Reader | None = None
        for piece in endpoint.stream(messages, most=LONGEST_PLAN, extra=held(mode, self.toolbox, thinking=self.thinking)):
            self.first = self.first or time.perf_counter()
            self.text += piece
            if reader is None and (begun := self.text.lstrip()):
                # By its first letter, whatever was asked for: not every server holds its model to that.
                reader = (plan_json.Reader if begun[0] in "{`" else notation.Reader)(self.toolbox)
                piece = self.text  # noqa: PLW2901 (with what came before the first letter)
            for step in reader.feed(piece) if reader else ():
                if self.on_step:
                    self.on_step(step)
            if reader and reader.done:
                break
        if reader is None:
            raise PlanError("the model has written nothing")
        return reader.finish()
