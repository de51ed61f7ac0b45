"""The graph of a plan as rails."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyagent_cli.view.rails import ASCII, UNICODE, rails


def drawn(edges: list[tuple[int, list[int]]], signs: dict[str, str] | None = None) -> str:
    lines = []
    for (step, _), rail in zip(edges, rails(edges, signs or UNICODE), strict=True):
        lines += [rail.joints] * bool(rail.joints) + [f"{rail.before}{step}{rail.after}"]
    return "\n".join(line.rstrip() for line in lines)


@pytest.mark.parametrize(
    ("edges", "picture"),
    [
        ([(1, []), (2, []), (3, [1, 2])], "1\n│ 2\n├─╯\n3"),
        ([(1, []), (2, [1]), (3, [1]), (4, [2, 3])], "1\n├─╮\n│ 2\n3 │\n├─╯\n4"),
        ([(1, []), (2, []), (3, []), (4, [1, 2, 3])], "1\n│ 2\n│ │ 3\n├─┴─╯\n4"),
        ([(1, []), (2, []), (3, []), (4, [1, 2, 3]), (5, [2])], "1\n│ 2\n│ │ 3\n├─┼─╯\n4 │\n  5"),
        ([(1, []), (2, [])], "1\n2"),
        ([(1, []), (2, [1])], "1\n2"),
    ],
)
def test_pictures(edges: list[tuple[int, list[int]]], picture: str) -> None:
    assert drawn(edges) == picture


@st.composite
def graphs(draw: st.DrawFn) -> list[tuple[int, list[int]]]:
    count = draw(st.integers(1, 12))
    return [
        (n, draw(st.lists(st.integers(1, n - 1), unique=True, max_size=4)) if n > 1 else [])
        for n in range(1, count + 1)
    ]


@given(graphs())
def test_every_part_of_a_drawing_has_one_width(edges: list[tuple[int, list[int]]]) -> None:
    found = rails(edges)
    widths = {len(r.before) + 1 + len(r.after) for r in found} | {len(r.below) for r in found}
    assert len(widths) == 1
    assert {len(r.joints) for r in found if r.joints} <= widths


@given(graphs())
def test_a_step_with_several_sources_has_its_joint_drawn(edges: list[tuple[int, list[int]]]) -> None:
    for (_, needs), rail in zip(edges, rails(edges), strict=True):
        assert bool(rail.joints) or len(needs) <= 1


@given(graphs())
def test_the_plain_drawing_is_plain(edges: list[tuple[int, list[int]]]) -> None:
    assert drawn(edges, dict(ASCII)).isascii()
