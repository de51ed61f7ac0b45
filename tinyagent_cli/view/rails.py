"""The graph of a plan as rails beside its steps, the way version histories are drawn.

    ○    1  get_email_address
    │ ○  2  get_email_address
    ├─╯
    ●    3  create_calendar_event

A lane carries one step's result down to the last step that uses it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

UNICODE: Mapping[str, str] = dict(zip("|-/L^+<*\\r~", "│─╯╰┴├┤┼╮╭┬", strict=True))
ASCII: Mapping[str, str] = dict(zip("|-/L^+<*\\r~", "|-''++++..+", strict=True))


@dataclass(frozen=True)
class Rail:
    """What stands beside one step: the joints above it, the lane of its mark, the lanes beside its details."""

    joints: str
    before: str
    after: str
    below: str


def rails(edges: Sequence[tuple[int, Sequence[int]]], signs: Mapping[str, str] = UNICODE) -> list[Rail]:
    """Draw a plan, given every step's number, in order, and the steps it needs.

    Each rail's `before` + one character + `after` is as wide as every other part.
    """
    last_use: dict[int, int] = {}
    for step, needs in edges:
        for need in needs:
            last_use[need] = step
    lanes: list[int | None] = []
    drawn: list[tuple[str, int, list[int | None], list[int | None]]] = []
    for step, needs in edges:
        sources = sorted(lanes.index(need) for need in needs if need in lanes)
        ending = [lane for lane in sources if last_use[lanes[lane] or 0] == step]
        free = next((i for i, held in enumerate(lanes) if held is None), len(lanes))
        at = ending[0] if ending else free
        joints = _joints(lanes, at, [s for s in sources if s != at], ending) if set(sources) - {at} else ""
        for lane in ending:
            lanes[lane] = None
        if at == len(lanes):
            lanes.append(None)
        beside = list(lanes)
        lanes[at] = step if step in last_use else None
        drawn.append((joints, at, beside, list(lanes)))
        while lanes and lanes[-1] is None:
            lanes.pop()
    width = max((len(after) for *_, after in drawn), default=0)

    def row(held: Sequence[int | None]) -> str:
        return " ".join("|" if i < len(held) and held[i] is not None else " " for i in range(width))

    def signed(text: str) -> str:
        return "".join(signs.get(char, char) for char in text.ljust(2 * width - 1))

    return [
        Rail(
            signed(joints) if joints else "",
            "".join(signs.get(char, char) for char in row(beside)[: 2 * at]),
            "".join(signs.get(char, char) for char in row(beside)[2 * at + 1 :]),
            signed(row(after)),
        )
        for joints, at, beside, after in drawn
    ]


def _joints(lanes: Sequence[int | None], at: int, sources: Sequence[int], ending: Sequence[int]) -> str:
    """Draw the line that brings every source lane over to lane `at`; a lane that goes on crosses or branches off it."""
    low, high = min(at, *sources), max(at, *sources)
    row = []
    for lane in range(max(len(lanes), at + 1)):
        held = lane < len(lanes) and lanes[lane] is not None
        inside = low <= lane <= high
        if lane == at:
            sign = _landing(held=held, left=low < at, right=high > at)
        elif lane in sources:
            ends = lane in ending
            if lane in {low, high}:
                sign = "/" if ends and lane == high else "L" if ends else "<" if lane == high else "+"
            else:
                sign = "^" if ends else "*"
        elif inside:
            sign = "|" if held else "-"  # a lane that only passes by is not joined
        else:
            sign = "|" if held else " "
        row.append(sign)
        row.append("-" if low <= lane < high else " ")
    return "".join(row).rstrip()


def _landing(*, held: bool, left: bool, right: bool) -> str:
    """The sign above a step's mark: lines from the left or right, or both, turn down into it."""
    if left and right:
        return "*" if held else "~"
    if held:
        return "<" if left else "+"
    return "\\" if left else "r"
