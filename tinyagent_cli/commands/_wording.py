"""The texts that go out: worded by the writer where that is wanted, and shown whole before anyone agrees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from rich.console import Console

    from tinyagent_cli.commands._carrying import Carrying
    from tinyagent_cli.commands._house import House
    from tinyagent_cli.run.executor import Execution

LONG = 200
"""Characters up to which a text is whole where the plan is shown."""


def look_up(carrying: Carrying, execution: Execution) -> None:
    """Look up what needs no agreement; documents too, where a person is to see what goes out of them."""
    asks = carrying.house.screens.person and not carrying.manner.yes
    with carrying.progress.shown():
        execution.look_up(slow=asks and of_documents(carrying.wish.plan, carrying.house.toolbox))


def of_documents(plan: Plan, toolbox: Toolbox) -> bool:
    """True where what a document says goes into something that is sent or made."""
    from tinyagent_cli.run import order

    readers = {s.id for s in plan.steps if (tool := toolbox.get(s.tool)) and order.reads_documents(tool, toolbox)}
    return any(
        tool.effect in {"create", "send"} and readers & set(step.depends_on)
        for step in plan.steps
        if (tool := toolbox.get(step.tool))
    )


def worded(carrying: Carrying, execution: Execution) -> Execution:
    """Have the texts worded by the writer, where that is wanted: with what the look-ups have found."""
    if not carrying.house.settings.writer.words:
        return execution
    look_up(carrying, execution)
    plan = worded_plan(carrying.house, carrying.wish.plan, execution.results, carrying.wish.command)
    carrying.wish = replace(carrying.wish, plan=plan)
    carrying.progress.follow(plan)
    return execution.with_plan(plan)


def worded_plan(house: House, plan: Plan, results: Mapping[int, str], command: str) -> Plan:
    """The plan with its texts worded, as `writer.words` says; where the writer fails they stay as they are."""
    writer = house.summarize
    if writer is None:
        return plan
    from tinyagent_cli.planner.drafts import drafted

    try:
        with house.thinking("writing"):
            return drafted(plan, house.toolbox, house.settings.writer.words, results, command, writer.compose)
    except TinyAgentError as fault:
        from tinyagent_cli.commands._report import say

        say(f"{fault}\nThe words go out as you said them.", word="note")
        return plan


def show_texts(screen: Console, plan: Plan, toolbox: Toolbox, results: Mapping[int, str]) -> None:
    """Show in full what goes out, where the plan has room for a part of it only."""
    from rich.text import Text

    from tinyagent_cli.view.text import visible

    for step, name, text in long_texts(plan, toolbox, results):
        screen.print(Text(f"\nThe {name} of step {step.id}, {visible(step.tool)}:", "dim"))
        screen.print(Text(visible(text, breaks="\n")), soft_wrap=True)


def long_texts(plan: Plan, toolbox: Toolbox, results: Mapping[int, str]) -> Iterator[tuple[Step, str, str]]:
    """Yield the texts that are longer than the plan shows them: step, name, the whole text as far as it is known."""
    from tinyagent_cli.planner.drafts import SAID

    for step in plan.steps:
        tool = toolbox.get(step.tool)
        for parameter in tool.parameters if tool and tool.effect in {"create", "send"} else ():
            value = step.args.get(parameter.name)
            if parameter.kind != "text" or not isinstance(value, str):
                continue
            whole = references.substitute(value, lambda n: results.get(n, f"‹step {n}›"))
            if len(whole) > LONG or "\n" in whole:
                yield step, "text" if parameter.key == SAID else parameter.name.replace("_", " "), whole
