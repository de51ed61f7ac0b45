"""The plan as a directed acyclic graph: an edge leads from a step to each step that uses its result."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan.model import Plan, Step

if TYPE_CHECKING:
    import networkx as nx

MOST_MATCHINGS = 1000

Label = Callable[[Step], Hashable]
Neighbours = dict[int, set[int]]


def tool_of(step: Step) -> Hashable:
    """The label of the published metric: the name of the tool."""
    return step.tool


def digraph(plan: Plan) -> nx.DiGraph[int]:
    """Return the networkx graph: the steps' numbers as nodes, each with its `tool`."""
    import networkx as nx

    graph: nx.DiGraph[int] = nx.DiGraph()
    for step in plan.steps:
        graph.add_node(step.id, tool=step.tool)
    graph.add_edges_from(_edges(plan))
    return graph


def waves(plan: Plan) -> tuple[tuple[Step, ...], ...]:
    """Return the topological generations: every step needs only results of the waves before its own.

    Raises PlanError where steps wait for each other.
    """
    before = _neighbours(plan)[0]
    done: set[int] = set()
    found: list[tuple[Step, ...]] = []
    left = list(plan.steps)
    while left:
        wave = tuple(step for step in left if before[step.id] <= done)
        if not wave:
            raise PlanError(f"steps {', '.join(str(step.id) for step in left)} wait for each other")
        found.append(wave)
        done |= {step.id for step in wave}
        left = [step for step in left if step.id not in done]
    return tuple(found)


def isomorphic(a: Plan, b: Plan, label: Label = tool_of) -> bool:
    """True where the plans make the same calls in the same dependencies, whatever their numbers and arguments.

    This is the success of a plan as published for TinyAgent (arXiv 2409.00608): isomorphism of the graphs,
    nodes labelled with the tool.
    """
    return next(matchings(a, b, 1, label), None) is not None


def matchings(
    a: Plan, b: Plan, limit: int = MOST_MATCHINGS, label: Label = tool_of
) -> Iterator[dict[int, int]]:
    """Yield the isomorphisms, `limit` at most, each as the step of `b` for every step of `a`.

    Plans with many steps alike have more isomorphisms than can be tried; a finer `label` (tool and main
    argument, say) gives those first that an evaluator wants.
    """
    colours_a, colours_b = _colours(a, b, label)
    if sorted(colours_a.values()) != sorted(colours_b.values()):
        return
    from networkx.algorithms.isomorphism import DiGraphMatcher

    matcher = DiGraphMatcher(_coloured(a, colours_a), _coloured(b, colours_b), node_match=_same_colour)
    yield from islice((dict(mapping) for mapping in matcher.isomorphisms_iter()), limit)


def _edges(plan: Plan) -> list[tuple[int, int]]:
    numbers = {step.id for step in plan.steps}
    return [(number, step.id) for step in plan.steps for number in step.depends_on if number in numbers]


def _neighbours(plan: Plan) -> tuple[Neighbours, Neighbours]:
    """The steps before each step, and the steps after it."""
    before: Neighbours = {step.id: set() for step in plan.steps}
    after: Neighbours = {step.id: set() for step in plan.steps}
    for start, end in _edges(plan):
        before[end].add(start)
        after[start].add(end)
    return before, after


def _colours(a: Plan, b: Plan, label: Label) -> tuple[dict[int, int], dict[int, int]]:
    """Colour the steps so that steps which an isomorphism maps to each other are alike (colour refinement).

    It settles nearly every pair of plans before a search begins, which alone could take exponential time.
    """
    known: dict[Hashable, int] = {}
    sides = [_neighbours(plan) for plan in (a, b)]
    colours = [{s.id: known.setdefault(label(s), len(known)) for s in plan.steps} for plan in (a, b)]
    for _ in range(max(len(a.steps), len(b.steps))):
        count, known = len(known), {}
        colours = [
            {n: known.setdefault(sign, len(known)) for n, sign in _signs(old, before, after).items()}
            for old, (before, after) in zip(colours, sides, strict=True)
        ]
        if len(known) == count:
            break
    return colours[0], colours[1]


def _signs(colours: dict[int, int], before: Neighbours, after: Neighbours) -> dict[int, Hashable]:
    """What tells the steps apart: their colour and those of their neighbours."""
    return {
        n: (colour, *(tuple(sorted(colours[m] for m in side[n])) for side in (before, after)))
        for n, colour in colours.items()
    }


def _coloured(plan: Plan, colours: dict[int, int]) -> nx.DiGraph[int]:
    graph = digraph(plan)
    for number, colour in colours.items():
        graph.nodes[number]["colour"] = colour
    return graph


def _same_colour(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["colour"] == other["colour"])
