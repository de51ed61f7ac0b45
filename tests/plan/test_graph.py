"""The plan as a graph."""

from __future__ import annotations

import subprocess
import sys
import time
from itertools import islice

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import plans, thorough

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import graph, references
from tinyagent_cli.plan.model import Plan, Step, Value


def step(number: int, *after: int, tool: str = "a") -> Step:
    return Step(number, tool, {"text": " ".join(f"${n}" for n in after)})


def plan(*steps: Step) -> Plan:
    return Plan(steps)


def renumbered(old: Plan, order: list[Step]) -> Plan:
    """The same plan with its steps in another order (the references then go both ways)."""
    number = {one.id: place for place, one in enumerate(order, 1)}

    def renamed(value: Value) -> Value:
        if isinstance(value, tuple):
            return tuple(references.renumber(item, number.__getitem__) for item in value)
        return references.renumber(value, number.__getitem__) if isinstance(value, str) else value

    return Plan(tuple(Step(number[s.id], s.tool, {k: renamed(v) for k, v in s.args.items()}) for s in order))


def test_nodes_are_steps_with_their_tool_and_edges_lead_to_the_users_of_a_result() -> None:
    found = graph.digraph(plan(step(1, tool="x"), step(2, tool="y"), step(3, 1, 2), step(4, 3)))
    assert dict(found.nodes(data="tool")) == {1: "x", 2: "y", 3: "a", 4: "a"}
    assert set(found.edges) == {(1, 3), (2, 3), (3, 4)}


def test_waves_hold_the_steps_that_can_run_at_the_same_time() -> None:
    waves = graph.waves(plan(step(1), step(2), step(3, 1, 2), step(5), step(7, 3)))
    assert [[one.id for one in wave] for wave in waves] == [[1, 2, 5], [3], [7]]
    assert graph.waves(Plan()) == ()


@thorough
@given(plans())
def test_waves_are_the_topological_generations(one: Plan) -> None:
    found = [{s.id for s in wave} for wave in graph.waves(one)]
    assert found == [set(wave) for wave in nx.topological_generations(graph.digraph(one))]


def test_steps_that_wait_for_each_other_have_no_waves() -> None:
    with pytest.raises(PlanError, match="steps 2, 3 wait for each other"):
        graph.waves(plan(step(1), step(2, 3), step(3, 2)))


@thorough
@given(plans(), st.data())
def test_a_plan_in_another_order_is_isomorphic(one: Plan, data: st.DataObject) -> None:
    other = renumbered(one, data.draw(st.permutations(one.steps)))
    assert graph.isomorphic(one, other)
    for mapping in islice(graph.matchings(one, other), 5):
        assert sorted(mapping) == [s.id for s in one.steps]
        assert all(one.step(n).tool == other.step(m).tool for n, m in mapping.items())
        edges = set(graph.digraph(other).edges)
        assert {(mapping[a], mapping[b]) for a, b in graph.digraph(one).edges} == edges


@thorough
@given(plans(most=4), plans(most=4))
def test_isomorphism_is_that_of_networkx(one: Plan, other: Plan) -> None:
    def bare(whole: Plan) -> Plan:
        return Plan(tuple(Step(s.id, "a", s.args) for s in whole.steps))

    for a, b in ((one, other), (bare(one), bare(other))):
        same = nx.algorithms.isomorphism.categorical_node_match("tool", None)
        assert graph.isomorphic(a, b) == nx.is_isomorphic(graph.digraph(a), graph.digraph(b), node_match=same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (plan(step(1)), plan()),
        (plan(step(1)), plan(step(1, tool="b"))),
        (plan(step(1), step(2, 1)), plan(step(1), step(2))),
        (plan(step(1), step(2), step(3, 1, 2)), plan(step(1), step(2, 1), step(3, 1))),
        (plan(step(1, tool="b"), step(2), step(3, 1)), plan(step(1, tool="b"), step(2), step(3, 2))),
    ],
)
def test_other_tools_or_dependencies_are_not_isomorphic(one: Plan, other: Plan) -> None:
    assert not graph.isomorphic(one, other)
    assert not graph.isomorphic(other, one)


def test_arguments_and_numbers_do_not_matter_to_isomorphism() -> None:
    one = plan(Step(1, "a", {"text": "Sid"}), step(2, 1))
    other = plan(Step(4, "a", {"text": "Ana"}), step(9, 4))
    assert list(graph.matchings(one, other)) == [{1: 4, 2: 9}]


def test_matchings_are_every_way_to_align_the_steps_up_to_the_limit() -> None:
    many = plan(*(step(n) for n in range(1, 6)))
    assert len(list(graph.matchings(many, many))) == 120
    assert len(list(graph.matchings(many, many, limit=7))) == 7


def test_a_finer_label_leaves_only_the_matchings_that_keep_it() -> None:
    names = [Step(n, "a", {"text": name}) for n, name in enumerate(["Sid", "Ana", "Bo"], 1)]
    turned = [Step(n, "a", {"text": name}) for n, name in enumerate(["Bo", "Sid", "Ana"], 1)]
    found = list(graph.matchings(plan(*names), plan(*turned), label=lambda s: (s.tool, s.args["text"])))
    assert found == [{1: 2, 2: 3, 3: 1}]


def test_large_plans_with_steps_alike_are_compared_quickly() -> None:
    chains = plan(*(step(n, n - 1) if n % 4 else step(n) for n in range(4, 204)))
    other = plan(*(step(n, n - 1) if n % 4 and n != 203 else step(n) for n in range(4, 204)))
    began = time.perf_counter()
    assert graph.isomorphic(chains, chains)
    assert not graph.isomorphic(chains, other)
    assert time.perf_counter() - began < 5


def test_networkx_is_loaded_only_where_it_is_used() -> None:
    code = (
        "import sys; from tinyagent_cli.plan import graph, notation, jsonform, resolve, validation; "
        "from tinyagent_cli.plan.model import Plan; graph.waves(Plan()); sys.exit('networkx' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
