"""The prompt of the published TinyAgent models: what was asked, with the tools, rules and examples that it needs.

Its parts, their order, signatures and facts are those that TinyAgent-1.1B and -7B were trained on (arXiv 2409.00608,
section 3; the notation is LLMCompiler's, arXiv 2312.04511): the task, the numbered tools, `join`, guidelines, today,
rules of the tools on offer, the person's own instructions, examples set apart by `###`, the question. Dates are ISO.
The texts stand in `prompts/planner*.txt`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from tinyagent_cli import prompting
from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.toolbox import Toolbox

EXAMPLES = 6
"""How many examples are shown; TinyAgent's ToolRAG takes as many."""
APART = "###"
_CALL = re.compile(r"^\d+\. (\w+)\(", re.MULTILINE)


@dataclass(frozen=True)
class Again:
    """A plan that was carried out: its calls with what came of each, and what is thought of it."""

    observed: tuple[tuple[str, str], ...]
    thought: str


@dataclass(frozen=True)
class Question:
    """What is asked of a model. `toolbox` has the tools on offer, `previous` the plans that failed, oldest first."""

    command: str
    now: dt.datetime
    toolbox: Toolbox
    instructions: str = ""
    previous: tuple[Again, ...] = ()
    examples: int = EXAMPLES


def system(question: Question) -> str:
    """The first part: everything but the question."""
    offered = question.toolbox
    tools = [f"{n}. {tool.signature}\n{facts(tool)}" for n, tool in enumerate(offered, 1)]
    rules = [*_rules(offered)]
    if instructions := " ".join(question.instructions.split()):
        rules.append(f" - {instructions}")
    if question.previous:
        rules.append("\n" + prompting.template("planner_again").template.rstrip("\n"))
    return prompting.fill(
        "planner",
        count=str(len(offered) + 1),
        tools="\n\n".join(tools) + "\n",
        today=today(question),
        rules="".join(f"{rule}\n" for rule in rules),
        examples="".join(f"{example}\n{APART}\n" for example in (*_again(question), *similar(question))),
    )


def _again(question: Question) -> list[str]:
    """An example of a second plan, where one is asked for and the tools in it are on offer."""
    example = prompting.template("planner_again_example").template.rstrip("\n")
    fits = question.previous and {name for name in _CALL.findall(example) if name != "join"} <= set(_names(question))
    return [example] if fits else []


def _names(question: Question) -> list[str]:
    return [tool.name for tool in question.toolbox]


def today(question: Question) -> str:
    """How the first part says when it is; what stands before that depends on the tools alone."""
    return question.now.strftime("%A %Y-%m-%d %H:%M")


def user(question: Question) -> str:
    """The second part: the question, and the plans that came before."""
    text = "Question: " + " ".join(question.command.split())
    if not question.previous:
        return text
    told = "".join(f"Previous Plan:\n\n{_told(again)}\n\n" for again in question.previous)
    return f"{text}\n\n{told}Current Plan:\n\n"


def _told(again: Again) -> str:
    steps = [f"{call}\nObservation: {' '.join(result.split())}" for call, result in again.observed]
    return "\n".join([*steps, "", f"Thought: {again.thought}"])


def facts(tool: Tool) -> str:
    """What is said of a tool under its signature; a user's own tools say it by their descriptions."""
    if known := _blocks("planner_tools").get(tool.name):
        return known
    of = [f" - '{p.name}': {' '.join(p.description.split())}" for p in tool.parameters if p.description]
    dates = [f" - The format for {p.name} is 'YYYY-MM-DD HH:MM:SS'." for p in tool.parameters if p.kind == "moment"]
    return "\n".join([f" - {' '.join(tool.description.split())}", *of, *dates, f" - Returns the {tool.result}."])


def _rules(offered: Toolbox) -> list[str]:
    return [rule for names, rule in _blocks("planner_rules").items() if any(name in offered for name in names.split())]


@lru_cache
def _blocks(name: str) -> dict[str, str]:
    """A template of headings, each with its ` - ` lines."""
    blocks: dict[str, list[str]] = {}
    for line in prompting.template(name).template.splitlines():
        if line.startswith(" "):
            blocks[next(reversed(blocks))].append(line)
        elif line:
            blocks[line] = []
    return {heading: "\n".join(lines) for heading, lines in blocks.items()}


@dataclass(frozen=True)
class Example:
    """A command and its plan in notation, with moments as words. `tools` are those that the plan calls."""

    command: str
    plan: str
    tools: frozenset[str]


@lru_cache
def bundled() -> tuple[Example, ...]:
    """The examples in `prompts/planner_examples.txt`."""
    found = []
    for block in prompting.template("planner_examples").template.split(f"{APART}\n"):
        head, _, plan = block.strip().partition("\n")
        if plan:
            names = frozenset(_CALL.findall(plan)) - {"join"}
            found.append(Example(head.removeprefix("Question: "), plan, names))
    return tuple(found)


def similar(question: Question) -> list[str]:
    """The examples nearest to the command among those whose tools are all on offer, the nearest last.

    Their dates are worked out anew from their words, so that "tomorrow" is tomorrow in all of them.
    """
    from rapidfuzz import fuzz, process, utils

    offered = set(_names(question))
    fitting = [example for example in bundled() if example.tools and example.tools <= offered]
    nearest = process.extract(
        question.command, [example.command for example in fitting], scorer=fuzz.token_set_ratio,
        processor=utils.default_process, limit=2 * question.examples,
    )  # fmt: skip
    written = (_written(fitting[at], question) for _, _, at in nearest)
    chosen = [text for text in written if text][: question.examples]
    return chosen[::-1]


def _written(example: Example, question: Question) -> str:
    try:
        plan = notation.read(example.plan, question.toolbox)
        dated = resolve(plan, question.toolbox, question.now, example.command)
        return f"Question: {example.command}\n{notation.write(dated, question.toolbox)}"
    except PlanError:
        return ""  # its words mean nothing at this hour
