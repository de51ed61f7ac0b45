"""Texts of mails, messages and notes worded by a writer, before anyone has agreed to them.

The plan that comes back has the worded texts in it, so that what is shown is what goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.plan.signature import Parameter, Tool
from tinyagent_cli.planner.writer import Wanted
from tinyagent_cli.toolbox import Toolbox

SAID = "say"
"""The key of a parameter that holds what is to be said."""
Compose = Callable[[Wanted], str]


def said(tool: Tool) -> Parameter | None:
    """The parameter that holds what a call says to somebody or writes down, if it does."""
    if tool.effect not in {"create", "send"}:
        return None
    return next((p for p in tool.parameters if p.key == SAID and p.kind == "text"), None)


def drafted(
    plan: Plan, toolbox: Toolbox, apps: Collection[str], results: Mapping[int, str], command: str, compose: Compose
) -> Plan:
    """Word the texts of the plan's steps in those apps; `results` are known by step number. Raises ModelError.

    A result that is only known later (a link of a meeting that is yet to be made) stands at the end of its text.
    """
    return replace(plan, steps=tuple(_drafted(step, toolbox, apps, results, command, compose) for step in plan.steps))


def _drafted(
    step: Step, toolbox: Toolbox, apps: Collection[str], results: Mapping[int, str], command: str, compose: Compose
) -> Step:
    tool = toolbox.get(step.tool)
    parameter = said(tool) if tool and tool.app in apps else None
    text = step.args.get(parameter.name) if parameter else None
    if tool is None or parameter is None or not isinstance(text, str):
        return step
    words = references.substitute(text, lambda n: results.get(n, "")).strip()
    if not words:
        return step
    later = [n for n in dict.fromkeys(references.find(text)) if n not in results]
    worded = compose(Wanted(tool.app, command, _title(step), words)).strip() or words
    return replace(
        step, args={**step.args, parameter.name: "\n\n".join([references.literal(worded), *(f"${n}" for n in later)])}
    )


def _title(step: Step) -> str:
    """The subject or title, where the step has one that is known."""
    found = next((value for name in ("subject", "name", "title") if (value := step.args.get(name))), "")
    return found if isinstance(found, str) and not references.REFERENCE.search(found) else ""
