"""A plan in the person's editor, read back and checked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.text import Text

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import notation, resolve
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.toolbox import Toolbox
from tinyagent_cli.view.ask import agreed
from tinyagent_cli.view.editor import edit_text
from tinyagent_cli.view.text import visible

if TYPE_CHECKING:
    from tinyagent_cli.commands._carrying import Wish

HELP = """\
# Change the plan, save and close. $1 is the result of step 1; times may be words, such as "tomorrow at 3pm".
# Lines that begin with # before the first step are left out. Without any step, nothing is done.
"""


def edit_plan(console: Console, wish: Wish, toolbox: Toolbox) -> Plan:
    """Let the person edit a plan until it can be read; the old one where they give up."""
    text = notation.write(wish.plan, toolbox) + "\n"
    fault = ""
    while True:
        about = "".join(f"# {visible(line)}\n" for line in fault.splitlines())
        text = without_help(edit_text(HELP + about + "\n" + text, suffix=".plan"))
        try:
            if not text.strip():
                return Plan()
            plan = resolve.resolve(notation.read(text, toolbox), toolbox, wish.now, wish.command)
            return with_words(plan, wish.plan)
        except PlanError as error:
            fault = str(error)
            console.print(Text.assemble(("The plan cannot be read: ", "bold red"), visible(fault)))
            if not agreed(console, "Edit it again?", default=True):
                return wish.plan


def without_help(text: str) -> str:
    """Take off the lines at the top that are empty or begin with #."""
    lines = text.splitlines(keepends=True)
    while lines and (not lines[0].strip() or lines[0].startswith("#")):
        lines.pop(0)
    return "".join(lines)


def with_words(plan: Plan, old: Plan) -> Plan:
    """Give the moments that were not changed the words back that they were said with."""
    said = {
        value.iso: value.said
        for step in old.steps
        for value in step.args.values()
        if isinstance(value, Moment)
    }

    def worded(value: Value) -> Value:
        if isinstance(value, Moment) and value.said == value.iso and value.iso in said:
            return replace(value, said=said[value.iso])
        return value

    def step_with(step: Step) -> Step:
        return replace(step, args={name: worded(value) for name, value in step.args.items()})

    return replace(plan, steps=tuple(step_with(step) for step in plan.steps))
