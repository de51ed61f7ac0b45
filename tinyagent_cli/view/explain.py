"""What a plan's steps do, in sentences, for someone who wants to know before saying yes."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from tinyagent_cli.plan.model import Plan
from tinyagent_cli.plan.signature import Effect
from tinyagent_cli.run.policy import Verdict
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view.columns import Columns
from tinyagent_cli.view.plan_view import COLOURS
from tinyagent_cli.view.text import listed, visible

MEANS: dict[Effect, str] = {
    "read": "finds something out and changes nothing",
    "open": "opens something and changes nothing",
    "create": "makes something new, which tinyagent undo takes back",
    "send": "reaches other people, which cannot be taken back",
}  # fmt: skip


def explained(
    plan: Plan, toolbox: Toolbox, verdict: Verdict, desktop: str, notation: str
) -> Iterator[RenderableType]:
    """Yield what each step does and why it is asked for, then the plan's notation."""
    yield Text(
        f"\nOn the desktop “{desktop}”; steps that need nothing of each other go on at the same time.", "dim"
    )
    for step in plan.steps:
        tool = toolbox.get(step.tool)
        if tool is None:
            continue
        effect = (tool.effect, COLOURS[tool.effect])
        yield Text()
        yield Text.assemble((f"{step.id} {tool.name}", "bold"), "  ", effect, f": {MEANS[tool.effect]}")
        yield Text(f"  {visible(tool.description)}")
        if step.depends_on:
            noun = "results of steps" if len(step.depends_on) > 1 else "result of step"
            yield Text(f"  It uses the {noun} {listed([str(n) for n in step.depends_on])}.")
        decision = verdict.decisions.get(step.id)
        if decision is not None and decision.rule != "allow":
            word = "Not done" if decision.rule == "deny" else "You are asked"
            yield Text(f"  {word} because of {visible(decision.reason)}", "dim")
    yield Text("\nThe plan in its notation, as edit shows it:", "dim")
    for each in notation.splitlines():
        number, _, call = each.partition(". ")
        yield Columns([[Text(number, "dim"), Text(visible(call), "dim")]], gap=1)
