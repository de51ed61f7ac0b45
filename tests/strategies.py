"""Generated tools and valid plans, for property tests.

`TINYAGENT_EXAMPLES=10000` makes the thorough ones try that many; a normal run tries a few hundred.
"""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from tinyagent_cli import toolbox as toolboxes
from tinyagent_cli.learning import corpus
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import EMPTY, Kind, Parameter, Tool
from tinyagent_cli.toolbox import Toolbox

CORPUS = Path(__file__).parents[1] / "corpus"
KINDS: tuple[Kind, ...] = ("text", "list", "int", "bool", "moment")
EXAMPLES = int(os.environ.get("TINYAGENT_EXAMPLES", "200"))

thorough = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)
TOOLS = toolboxes.built_in()


@cache
def examples() -> tuple[Example, ...]:
    """Every example of the corpus."""
    names = {tool.name: [p.name for p in tool.parameters] for tool in TOOLS}
    return tuple(corpus.read(sorted(CORPUS.glob("train-*.txt")) + sorted(CORPUS.glob("dev-*.txt")), names))


_any = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
_tricky = st.text(st.sampled_from("$\\12 0.,;:\"'\n\r\t|^()[]#ab{}=\u2028\x85\x7fé😀"), max_size=12)
_telling = st.sampled_from([
    "", "$1", "\\$1", "\\\\$1", "$20", "x $20 y", "$1,200", "$2.50", "It is $1.", "a\n2. b()", "3. join()",
    "<END_OF_PLAN>", 'say "hi"', "it's", "'''", '"""', 'ends in "', "ends in \\", "Thought: x", "$1$2", "${1}",
])  # fmt: skip
texts = _any | _tricky | _telling
"""Texts as a person means them, dollar signs and all: what looks like a reference may be one."""

isos = st.one_of(
    st.dates().map(str), st.datetimes().map(lambda value: f"{value.replace(microsecond=0)}")
).filter(lambda iso: len(iso) in (10, 19))


def stored(text: str, earlier: Collection[int]) -> str:
    """The text as a checked plan holds it: what refers to no earlier step is escaped."""
    return references.settle(text, lambda number: number in earlier)


def values(p: Parameter, earlier: Collection[int], *, moments: bool = True) -> st.SearchStrategy[Value]:
    """Values that fit the parameter, in a step that comes after the steps `earlier`."""
    if p.choices:
        return st.sampled_from(p.choices)  # type: ignore[arg-type]
    results = st.sampled_from([f"${n}" for n in earlier]) if earlier else st.just("")
    words = st.one_of(texts.map(lambda text: stored(text, earlier)), results)
    if p.kind == "text":
        return words
    if p.kind == "list":
        return st.lists(words, max_size=4).map(tuple)
    if p.kind == "int":
        numbers = st.integers(-(10**9), 10**9)
        return numbers | words if p.end_of else numbers
    if p.kind == "bool":
        return st.booleans()
    return words | st.builds(Moment, _any, isos) if moments else words


@st.composite
def plans(draw: st.DrawFn, tools: Toolbox = TOOLS, *, most: int = 6, moments: bool = True) -> Plan:
    """Valid plans over the tools, refusals among them; numbers may leave gaps."""
    steps: list[Step] = []
    number = 0
    for _ in range(draw(st.integers(0, most))):
        number += draw(st.sampled_from([1, 1, 1, 1, 2, 9]))
        tool = draw(st.sampled_from(tools.tools))
        earlier = [step.id for step in steps]
        args = {p.name: draw(values(p, earlier, moments=moments)) for p in tool.parameters}
        steps.append(Step(number, tool.name, args))
    return Plan(tuple(steps))


_names = st.from_regex(r"[a-z_][a-z0-9_]{0,11}", fullmatch=True)


@st.composite
def parameters(draw: st.DrawFn, name: str) -> Parameter:
    kind = draw(st.sampled_from(KINDS))
    choices = draw(st.just(()) | st.lists(_any, min_size=1, max_size=3).map(tuple)) if kind == "text" else ()
    end_of = draw(st.sampled_from([None, "start"])) if kind in ("int", "moment") else None
    return Parameter(name, kind, "", EMPTY[kind], end_of=end_of, choices=choices)


@st.composite
def toolboxes_of_any_kind(draw: st.DrawFn) -> Toolbox:
    """One to four tools with any names, kinds and choices."""
    tools = []
    for name in draw(st.lists(_names, min_size=1, max_size=4, unique=True)):
        given_names = draw(st.lists(_names, min_size=1, max_size=5, unique=True))
        parts = tuple(draw(parameters(given)) for given in given_names)
        tools.append(Tool(name, "app", "read", "A tool.", parts, name, parts[0].name, "status"))
    return Toolbox(tuple(tools))


@st.composite
def toolboxes_with_plans(draw: st.DrawFn) -> tuple[Toolbox, Plan]:
    tools = draw(toolboxes_of_any_kind())
    return tools, draw(plans(tools))


def without_words(plan: Plan) -> Plan:
    """The plan as notation tells it: a moment is its ISO text."""

    def plain(value: Value) -> Value:
        return value.iso if isinstance(value, Moment) else value

    return Plan(tuple(Step(s.id, s.tool, {k: plain(v) for k, v in s.args.items()}) for s in plan.steps))
