"""A plan that failed, as it is told to a model that plans anew (LLMCompiler's replanning, arXiv 2312.04511, section 4.3).

What a document or a note says is left out: no text that the person has not said may add a step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tinyagent_cli.errors import DesktopError, PlanError
from tinyagent_cli.plan import notation, references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.run.arguments import put_in
from tinyagent_cli.run.report import Report, StepReport
from tinyagent_cli.toolbox import Toolbox

TOLD = frozenset({"phone number", "e-mail address", "path", "URL"})
"""Results that are told as they are: short facts from the person's own machine, and no texts."""
LONGEST = 300
"""Characters of an observation."""
Deed = tuple[str, tuple[tuple[str, Value], ...]]
"""A call with its results put in."""


def mendable(report: Report) -> bool:
    """True where a step failed in a way that another plan could go around, and nobody has stopped it."""
    return not report.interrupted and any(isinstance(s.error, DesktopError | PlanError) for s in report if s.state == "failed")


def told(report: Report, toolbox: Toolbox) -> tuple[tuple[tuple[str, str], ...], str]:
    """The calls with what came of each, and a thought about them."""
    calls = notation.write(report.plan, toolbox).splitlines()
    observed = tuple((call, _observation(each, toolbox)) for call, each in zip(calls, report, strict=False))
    failed = [str(s.step.id) for s in report if s.state == "failed"]
    done = [str(s.step.id) for s in report if s.state == "done"]
    thought = f"{_numbered(failed)} failed. " + (f"{_numbered(done)} done and must not be done again. " if done else "")
    return observed, thought + "What is left has to be reached in another way, or left alone."


def _numbered(numbers: list[str]) -> str:
    return f"Action {numbers[0]}" if len(numbers) == 1 else f"Actions {', '.join(numbers)}"


def _observation(each: StepReport, toolbox: Toolbox) -> str:
    tool = toolbox.get(each.step.tool)
    if each.outcome is None:
        text = f"Error: {each.error}" if each.error else f"Not carried out: {each.reason}"
    elif tool is not None and tool.result in TOLD:
        text = each.outcome.result
    elif tool is not None and tool.effect in {"create", "send"}:
        text = "Done."
    else:
        text = "Done. Its text is not shown here; call the action again where a later one needs it."
    text = " ".join(references.literal(text).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def deeds(report: Report, toolbox: Toolbox) -> frozenset[Deed]:
    """What was made and sent."""
    results = report.results
    return frozenset(_deed(s.step, results) for s in report if s.state == "done" and _acts(s.step, toolbox))


def repeats(plan: Plan, done: Collection[Deed], report: Report, toolbox: Toolbox) -> bool:
    """True where the plan would make or send once more what was done; look-ups are taken to find what they found."""
    found = {_deed(s.step, report.results): s.outcome.result for s in report if s.outcome}
    known: dict[int, str] = {}
    for step in plan.steps:
        deed = _deed(step, known)
        if _acts(step, toolbox) and deed in done:
            return True
        if deed in found:
            known[step.id] = found[deed]
    return False


def _acts(step: Step, toolbox: Toolbox) -> bool:
    tool = toolbox.get(step.tool)
    return tool is None or tool.effect in {"create", "send"}


def _deed(step: Step, known: Mapping[int, str]) -> Deed:
    args = {name: value.iso if isinstance(value, Moment) else value for name, value in step.args.items()}
    return step.tool, tuple((name, put_in(args[name], known.get)) for name in sorted(args))
