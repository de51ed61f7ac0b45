"""Which step may run when, apart from what the references say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tinyagent_cli.errors import AmbiguousError, NotFoundError
from tinyagent_cli.plan.model import Step
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.toolbox import Toolbox


def looks_up(tool: Tool) -> bool:
    """True for a tool that changes nothing, so that its result can be kept."""
    return tool.effect in {"read", "open"}


def serves(step: Step, steps: Iterable[Step]) -> bool:
    """True where another step needs the result: a file that is attached is found, and not put on the screen."""
    return any(step.id in other.depends_on for other in steps)


def is_look_up(step: Step, steps: Iterable[Step], toolbox: Toolbox, *, slow: bool) -> bool:
    """True where a step may run before anyone has agreed; `slow` takes in reads of whole documents."""
    steps = list(steps)
    tool = toolbox.get(step.tool)
    if tool is None or before(step, steps, toolbox):
        # What makes or changes the same thing comes first, and needs the agreement.
        return False
    if tool.effect == "read":
        return slow or not reads_documents(tool, toolbox)
    return tool.effect == "open" and serves(step, steps)


def reads_documents(tool: Tool, toolbox: Toolbox) -> bool:
    """True for a tool that is given a file to work through: it takes as long as the file is."""
    found = (toolbox.get(p.look_up) for p in tool.parameters if p.look_up)
    return any(finder is not None and finder.effect == "open" for finder in found)


def before(step: Step, steps: Iterable[Step], toolbox: Toolbox) -> tuple[int, ...]:
    """Return the earlier steps that are about the same thing of the same app, where one of the two changes it.

    "Make a note Trip and add a packing list to it" has no reference, and yet an order.
    """
    tool = toolbox.get(step.tool)
    what = _about(step, tool)
    if tool is None or not what:
        return ()
    out = []
    for other in steps:
        if other.id >= step.id:
            continue
        its = toolbox.get(other.tool)
        same = its is not None and its.app == tool.app and _about(other, its) == what
        if same and its is not None and not (looks_up(tool) and looks_up(its)):
            out.append(other.id)
    return tuple(out)


def by_need(steps: Mapping[int, Step]) -> list[Step]:
    """Return the steps so that a failure is handed down a chain in one go: by number."""
    return [steps[number] for number in sorted(steps)]


def unclear_argument(tool: Tool, step: Step, fault: AmbiguousError | NotFoundError) -> str:
    """Return the argument that an error is about: the one it names, else one whose text or name is in its message."""
    named = getattr(fault, "argument", "")
    if named:
        return str(named)
    message = str(fault).casefold()
    texts = [
        p.name
        for p in tool.parameters
        if isinstance(value := step.args.get(p.name), str) and value and value.casefold() in message
    ]
    by_name = [name for name in texts if name.removesuffix("_name") in message]
    return (by_name or ([tool.main] if tool.main in texts or not texts else texts))[0]


def _about(step: Step, tool: Tool | None) -> str:
    value = step.args.get(tool.main) if tool else None
    return value.strip().casefold() if isinstance(value, str) else ""
