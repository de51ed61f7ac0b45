"""A plan on a terminal: its graph as rails, each step with its effect, its arguments and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from tinyagent_cli.plan.model import Plan
from tinyagent_cli.plan.signature import Effect
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view import rails
from tinyagent_cli.view.console import signs_fit
from tinyagent_cli.view.rows import Field, Row, rows
from tinyagent_cli.view.text import shortened, visible

State = Literal["waiting", "running", "done", "failed", "skipped", "denied"]
SIGNS: Mapping[State, tuple[str, str, str]] = {
    "waiting": ("○", "o", ""),
    "running": ("◐", "~", "cyan"),
    "done": ("●", "*", "green"),
    "failed": ("✗", "x", "red"),
    "skipped": ("–", "-", "dim"),
    "denied": ("⊘", "!", "red"),
}  # fmt: skip
COLOURS: Mapping[Effect | None, str] = {
    "read": "blue", "open": "cyan", "create": "green", "send": "bold magenta", None: "red",
}  # fmt: skip
NARROW = 60
MOST_LANES = 8
MOST_NAMES = 6


@dataclass(frozen=True)
class Mark:
    """A word about a step, such as what the policy says of it."""

    text: str
    style: str = "yellow"


@dataclass(frozen=True)
class PlanView:
    """A renderable plan. `results` and `states` are by step number; `says` is a line under a step."""

    plan: Plan
    toolbox: Toolbox
    now: dt.datetime
    results: Mapping[int, str] = field(default_factory=dict)
    states: Mapping[int, State] = field(default_factory=dict)
    marks: Mapping[int, Sequence[Mark]] = field(default_factory=dict)
    says: Mapping[int, str] = field(default_factory=dict)
    brief: bool = False

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Render for the console's width and encoding."""
        fits = signs_fit(console)
        steps = rows(self.plan, self.toolbox, self.now, self.results)
        drawn = rails.rails([(row.id, row.needs) for row in steps], rails.UNICODE if fits else rails.ASCII)
        width = options.max_width
        lanes = (max((len(rail.below) for rail in drawn), default=0) + 1) // 2
        alone = lanes > (MOST_LANES if width >= NARROW else 3) or lanes <= 1
        if alone:
            drawn = [rails.Rail("", "", "", " ") for _ in steps]
        for row, rail in zip(steps, drawn, strict=True):
            if rail.joints:
                yield Text(rail.joints, "dim")
            yield from self._step(row, rail, console, width, fits=fits, alone=alone)

    def _step(
        self, row: Row, rail: rails.Rail, console: Console, width: int, *, fits: bool, alone: bool
    ) -> Iterator[Text]:
        state = self.states.get(row.id, "waiting")
        sign = SIGNS[state]
        first = Text.assemble(
            (rail.before, "dim"), (sign[0] if fits else sign[1], sign[2]), (rail.after, "dim")
        )
        below = Text(rail.below, "dim")
        head = Text.assemble(
            (f"{row.id} ", "bold"),
            (f"{row.effect or 'unknown':<6} ", COLOURS[row.effect]),
            (row.tool, "bold"),
        )
        inline = len(row.fields) == 1 and not row.fields[0].note
        if inline:
            head.append(f"  {row.fields[0].value}")
        if (result := self.results.get(row.id)) and row.effect == "read":
            head.append("  →  " if fits else "  ->  ", "dim").append(visible(shortened(result, 200)))
        if alone and row.needs:
            head.append(f"  (after {', '.join(map(str, row.needs))})", "dim")
        indent = 2
        yield from hung(first, below, head, console, width, indent=2, hang=9 if width >= NARROW else 4)
        if not inline and not self.brief:
            labels = max((len(f.label) for f in row.fields), default=0)
            for each in row.fields:
                yield from hung(
                    below, below, detail(each, labels), console, width, indent + 2, indent + 4 + labels
                )
        for mark in self.marks.get(row.id, ()):
            yield from hung(
                below, below, Text(f"! {mark.text}", mark.style), console, width, indent + 2, indent + 4
            )
        if says := self.says.get(row.id):
            style = SIGNS[state][2] if state in {"failed", "denied"} else "dim"
            yield from hung(below, below, Text(visible(says), style), console, width, indent + 2, indent + 2)


def detail(each: Field, labels: int) -> Text:
    """One argument: label, value, note."""
    text = Text.assemble((f"{each.label:<{labels}}  ", "dim"), each.value)
    return text.append(f"  ({each.note})", "dim") if each.note else text


def hung(
    first: Text, below: Text, body: Text, console: Console, width: int, indent: int, hang: int
) -> Iterator[Text]:
    """Wrap a body beside its rails: the first line after `indent` columns, the others after `hang`."""
    hang = min(hang, max(width // (3 if width >= NARROW else 5), indent))
    room = max(width - len(below.plain) - hang, 12)
    words = body.copy()
    lines = words.wrap(console, max(width - len(below.plain) - indent, 12), overflow="fold")
    if len(lines) > 1:
        head = lines[0]
        rest = body[len(head.plain) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        lines = [head, *rest.wrap(console, room, overflow="fold")]  # type: ignore[assignment]
    for number, line in enumerate(lines):
        line.rstrip()
        lead = first if number == 0 else below
        yield Text.assemble(
            lead, " " * (indent if number == 0 else hang), line, no_wrap=True, overflow="ignore"
        )


def summary(plan: Plan, toolbox: Toolbox) -> str:
    """Count the steps by what they do: `3 steps: 2 read, 1 create`."""
    effects = [tool.effect for step in plan.steps if (tool := toolbox.get(step.tool))]
    parts = [f"{effects.count(e)} {e}" for e in ("read", "open", "create", "send") if e in effects]
    count = len(plan.steps)
    return f"{count} step{'s' if count != 1 else ''}: {', '.join(parts)}"


def heading(command: str, tools: Iterable[str]) -> Iterator[Text]:
    """The command and the tools that were retrieved for it."""
    if command:
        yield Text(visible(shortened(command, 300)), "bold")
    names = list(tools)
    if names:
        more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
        yield Text(f"tools  {', '.join(names[:MOST_NAMES])}{more}", "dim")
