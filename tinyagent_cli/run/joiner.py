"""The end in a few sentences: LLMCompiler's joiner (arXiv 2312.04511, section 4.3) without a model.

The plan is fixed before anything is carried out, so that there is nothing left to decide: what the tools say
they did is what is said, and a result that nothing else has used is what the person wanted to know.
"""

from __future__ import annotations

from dataclasses import dataclass

from tinyagent_cli.plan import references
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.run.report import Report, StepReport
from tinyagent_cli.toolbox import Toolbox

NO_ANSWER = "status"
"""What a tool's result is called that says nothing more than that it was done."""


@dataclass(frozen=True)
class Ending:
    """`answer` is what was asked for (a number, a summary, a note's text, a link), "" where nothing was.

    `done`, `not_done` and `warnings` are sentences, in the plan's order.
    """

    answer: str
    done: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def join(report: Report, toolbox: Toolbox) -> Ending:
    """Say what was done, what was not, and why."""
    serving = {number for each in report for number in each.step.depends_on}
    ends = [each for each in report if each.step.id not in serving]
    answers = [each for each in ends if _answers(each, toolbox.get(each.step.tool))]
    return Ending(
        _answer(answers, report, toolbox),
        tuple(
            each.outcome.done
            for each in report
            if each.outcome and each not in answers and not _only_served(each, serving, toolbox)
        ),
        tuple(_why(each, report, toolbox) for each in report if each.state != "done"),
        tuple(f"{_called(each, report, toolbox)}: {each.warning}" for each in report if each.warning),
    )


def _answers(each: StepReport, tool: Tool | None) -> bool:
    """A result to be told: that of a look-up, or of an open step that gives more than a status."""
    if tool is None or each.outcome is None or not each.outcome.result.strip():
        return False
    return tool.effect in {"read", "open"} and tool.result != NO_ANSWER


def _only_served(each: StepReport, serving: set[int], toolbox: Toolbox) -> bool:
    tool = toolbox.get(each.step.tool)
    return each.step.id in serving and tool is not None and tool.effect in {"read", "open"}


def _answer(answers: list[StepReport], report: Report, toolbox: Toolbox) -> str:
    texts = [each.outcome.result for each in answers if each.outcome]
    if len(texts) < 2:
        return "".join(texts)
    return "\n".join(f"{_asked(each, report, toolbox)}: {text}" for each, text in zip(answers, texts, strict=True))


def _asked(each: StepReport, report: Report, toolbox: Toolbox) -> str:
    """What a step was about: the text of its main argument, the tool's name where there is none."""
    tool = toolbox.get(each.step.tool)
    value = each.step.args.get(tool.main) if tool else None
    items = (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()
    words = [references.substitute(item, lambda n: report.results.get(n, f"${n}")) for item in items]
    return ", ".join(word for word in words if word)


def _called(each: StepReport, report: Report, toolbox: Toolbox) -> str:
    asked = " ".join(_asked(each, report, toolbox).split())
    name = f"Step {each.step.id}, {each.step.tool}"
    return f"{name} “{asked if len(asked) <= 60 else asked[:57] + '...'}”" if asked else name


def _why(each: StepReport, report: Report, toolbox: Toolbox) -> str:
    called = _called(each, report, toolbox)
    if each.state == "failed":
        return f"{called}, failed: {each.error}"
    why = {"skipped": "was not begun", "denied": "is not allowed", "interrupted": "was not begun"}[each.state]
    return f"{called}, {why}: {each.reason}"
