"""Generates examples: a capable model is given sampled tools and asked for commands with plans; each is checked.

Method: TinyAgent, section 3.1 (arXiv 2409.00608), with its sanity checks: a feasible graph, known tools, right types;
and this project's: names are copied from the command, words of time mean something, nothing comes twice.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli import prompting
from tinyagent_cli.errors import PlanError
from tinyagent_cli.learning import corpus
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.learning.examples import as_said
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Moment, Plan
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner.dialects import tinyagent
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.planner.endpoint_client import Endpoint

ANSWER = 2500
"""Tokens that an answer may have."""
SHOWN = 3
"""Examples in a prompt."""
ALIKE = 0.8
"""From this share of common words on, a command is one that is there already."""
IMPOSSIBLE = 0.1
"""Share of the requests that ask for commands which the tools cannot fulfil."""
_QUESTION = re.compile(r"^\s*Question:\s*", re.MULTILINE)


@dataclass(frozen=True)
class Request:
    """One question to the model: `number` settles everything random in it. `possible` False asks for refusals."""

    number: int
    now: dt.datetime
    tools: tuple[str, ...]
    possible: bool
    messages: list[Mapping[str, str]] = field(repr=False)
    seed: int = 0


@dataclass(frozen=True)
class Rejected:
    """A command that was not taken, with the kind of reason and the reason."""

    command: str
    kind: str
    why: str


class Generation:
    """Goes on where the files say it stopped: `out` has the examples, `out` with `.log.jsonl` a line a request.

    `known` are examples that must not come again, `shown` those that prompts may show.
    """

    def __init__(
        self, toolbox: Toolbox, out: Path, known: Iterable[Example], shown: Sequence[Example], *, a_request: int, seed: int
    ) -> None:
        self.toolbox, self.out, self.shown, self.a_request, self.seed = toolbox, out, shown, a_request, seed
        self.log = out.with_name(out.name + ".log.jsonl")
        self.words = [_words(e.command) for e in known]
        names = {tool.name: [p.name for p in tool.parameters] for tool in toolbox}
        self.accepted = 0
        if out.is_file():
            before = list(corpus.read([out], names))
            self.words += [_words(e.command) for e in before]
            self.accepted = len(before)
        self.done: list[dict[str, Any]] = [json.loads(line) for line in _whole_lines(self.log)]

    def request(self) -> Request:
        """The next question."""
        number = len(self.done)
        rng = random.Random(f"{self.seed}/{number}")  # noqa: S311 (nothing here is secret)
        now = dt.datetime(2024, 1, 1) + dt.timedelta(minutes=5 * rng.randrange(3 * 365 * 288))  # noqa: DTZ001 (local time)
        possible = rng.random() >= IMPOSSIBLE
        tools = _sampled(self.toolbox, self.shown, rng)
        return Request(number, now, tuple(t.name for t in tools), possible, self._messages(tools, now, possible, rng), self.seed)

    def _messages(self, tools: Toolbox, now: dt.datetime, possible: bool, rng: random.Random) -> list[Mapping[str, str]]:
        names = {tool.name for tool in tools}
        fit = [e for e in self.shown if {s.tool for s in e.plan.steps} <= names and e.plan.refused != possible]
        rule = "" if possible else (
            " - For this time: commands near to what the actions do, which the actions can NOT do. Their plan is join() alone.\n"
        )  # fmt: skip
        system = prompting.fill(
            "generate",
            tools="\n".join(f"{n}. {t.signature}\n{tinyagent.facts(t)}" for n, t in enumerate(tools, 1)),
            count=str(len(tools.tools) + 1), rules=rule, today=f"{now:%A %Y-%m-%d %H:%M}",
            examples="\n".join(asked(e, self.toolbox) for e in rng.sample(fit, min(SHOWN, len(fit)))),
        )  # fmt: skip
        user = f"Write {self.a_request} examples, each ended by a line with {tinyagent.APART}."
        return [{"role": "system", "content": system}, {"role": "user", "content": user}]

    def ask(self, endpoint: Endpoint, request: Request) -> tuple[list[Example], list[Rejected]]:
        """Ask one question, check what comes, write it down. Raises EndpointError, OSError; nothing is lost then."""
        before = dict(endpoint.used)
        extra = {"temperature": 0.9, "seed": request.seed + request.number, "stream_options": {"include_usage": True}}
        text = "".join(endpoint.stream(request.messages, most=ANSWER, extra=extra))
        used = {name: count - before.get(name, 0) for name, count in endpoint.used.items()}
        taken: list[Example] = []
        rejected: list[Rejected] = []
        for command, plan in answers(text):
            found = self.checked(command, plan, request)
            if isinstance(found, Example):
                taken.append(found)
                self.words.append(_words(command))
            else:
                rejected.append(found)
        self._write(request, taken, rejected, used)
        return taken, rejected

    def checked(self, command: str, plan_text: str, request: Request) -> Example | Rejected:
        """Return the example where every check is passed, else why not."""
        offered = self.toolbox.only(request.tools)
        try:
            plan = notation.read(plan_text, offered)
        except PlanError as fault:
            return Rejected(command, "plan", str(fault))
        if plan.refused == request.possible:
            return Rejected(command, "refusal", "it is refused" if plan.refused else "it is not refused")
        copies = Copies(command, request.now)
        if strange := _not_copied(plan, offered, copies):
            return Rejected(command, "name", f"{strange!r} does not stand in the command")
        try:
            plan = resolve(plan, offered, request.now, command)
        except PlanError as fault:
            return Rejected(command, "moment", str(fault))
        if strange := _strange_moment(plan, copies):
            return Rejected(command, "moment", f"{strange!r} does not stand in the command")
        if unused := _unused(plan, offered):
            return Rejected(command, "graph", f"the result of {unused} is not used")
        mine = _words(command)
        if not mine or any(len(mine & w) / len(mine | w) > ALIKE for w in self.words):
            return Rejected(command, "duplicate", "one like it is there")
        return Example(f"{self.out.name}:{request.number}", request.now, command, plan)

    def _write(self, request: Request, taken: list[Example], rejected: list[Rejected], used: dict[str, int]) -> None:
        by_name = {tool.name: tool for tool in self.toolbox}
        self.out.parent.mkdir(parents=True, exist_ok=True)
        with self.out.open("a", encoding="utf-8") as out:
            out.write("".join(corpus.write(e, by_name) for e in taken))
        row = {
            "request": request.number, "tools": request.tools, "taken": len(taken), "used": used,
            "rejected": [[r.kind, r.why, r.command] for r in rejected],
        }  # fmt: skip
        with self.log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.done.append(row)
        self.accepted += len(taken)

    def report(self) -> dict[str, Any]:
        """What was asked, taken and rejected so far, why, and how many tokens it took."""
        kinds: dict[str, int] = {}
        used: dict[str, int] = {}
        for row in self.done:
            for kind, _, _ in row["rejected"]:
                kinds[kind] = kinds.get(kind, 0) + 1
            for name, count in row["used"].items():
                used[name] = used.get(name, 0) + count
        by_count = dict(sorted(kinds.items(), key=lambda pair: -pair[1]))
        return {"requests": len(self.done), "taken": self.accepted, "rejected": by_count, "tokens": used}


def generate(
    generation: Generation, endpoint: Endpoint, count: int, on_request: Callable[[], None] = lambda: None
) -> None:
    """Ask until that many examples are there. Raises EndpointError; stops where ten answers in a row give nothing."""
    empty = 0
    while generation.accepted < count:
        taken, _ = generation.ask(endpoint, generation.request())
        on_request()
        empty = 0 if taken else empty + 1
        if empty >= 10:
            raise PlanError("ten answers in a row held nothing of use; see the log for why, or take a more capable model")


def asked(example: Example, toolbox: Toolbox) -> str:
    """An example in the form in which it is asked for: the words of a moment, not what they mean."""
    plan = notation.write(as_said(example.plan), toolbox).strip()
    return f"Question: {example.command}\n{plan}\n{tinyagent.APART}\n"


def answers(text: str) -> Iterator[tuple[str, str]]:
    """Yield the commands of an answer with the texts of their plans."""
    for block in _QUESTION.split(text)[1:]:
        command, _, rest = block.partition("\n")
        lines = rest.partition(tinyagent.APART)[0].strip().splitlines()
        plan = [line.strip() for line in lines if re.match(r"\s*\d+\.", line)]
        if command.strip():
            yield command.strip(), "\n".join(plan) + "\n"


def _sampled(toolbox: Toolbox, examples: Sequence[Example], rng: random.Random) -> Toolbox:
    """Tools that people use together, or any one to four; and the look-ups that they need."""
    names = {s.tool for s in rng.choice(examples).plan.steps} if examples and rng.random() < 0.5 else set()
    names = names or {t.name for t in rng.sample(list(toolbox), rng.randint(1, 4))}
    names |= {p.look_up for t in toolbox if t.name in names for p in t.parameters if p.look_up}
    return toolbox.only([t.name for t in toolbox if t.name in names])


def _not_copied(plan: Plan, tools: Toolbox, copies: Copies) -> str:
    finders = {p.look_up for tool in tools for p in tool.parameters if p.look_up}
    for step in plan.steps:
        tool = tools.get(step.tool)
        if tool is not None and step.tool in finders:
            name = str(step.args[tool.main])
            if not copies.thing(name, whole=True) and not copies.name(name, whole=True):
                return name
    return ""


def _strange_moment(plan: Plan, copies: Copies) -> str:
    values = (v for s in plan.steps for v in s.args.values() if isinstance(v, Moment))
    return next((v.said for v in values if not copies.in_order(v.said)), "")


def _unused(plan: Plan, tools: Toolbox) -> str:
    """A look-up beside other steps that none of them uses."""
    finders = {p.look_up for tool in tools for p in tool.parameters if p.look_up}
    used = {number for step in plan.steps for number in step.depends_on}
    acts = any(step.tool not in finders for step in plan.steps)
    return next((s.tool for s in plan.steps if acts and s.tool in finders and s.id not in used), "")


def _words(command: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", command.casefold()))


def _whole_lines(file: Path) -> list[str]:
    """The lines of a log; one that a kill cut short does not count, and is taken off."""
    if not file.is_file():
        return []
    text = file.read_text(encoding="utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        file.write_text(whole, encoding="utf-8")
    return whole.splitlines()
