"""Where the steps of a plan stand in a picture: in layers from left to right, each after all that it needs.

The method is Sugiyama's, in small: longest-path layers, bends where an edge passes a layer by, an order by barycentres that keeps
edges from crossing (Sugiyama, Tagawa, Toda: Methods for visual understanding of hierarchical system structures, 1981).
Steps without any edge stand in rows below. Units are pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

BETWEEN_LAYERS, BETWEEN_BOXES, BEND = 72.0, 24.0, 6.0
SWEEPS = 8
Key = tuple[int, int]
"""A step's number and 0, or a step's number and the layer that an edge of it passes by."""


@dataclass(frozen=True)
class Box:
    """One step's place: its upper left corner and its size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The height at which edges meet it."""
        return self.y + self.height / 2


@dataclass(frozen=True)
class Picture:
    """The places of all steps, the points that each edge goes through, and the size of the whole."""

    boxes: Mapping[int, Box]
    edges: Sequence[Sequence[tuple[float, float]]]
    width: float
    height: float


def arrange(needs: Mapping[int, Sequence[int]], heights: Mapping[int, float], width: float) -> Picture:
    """Arrange the steps, given what each needs and how high it is; all are `width` wide. Steps come in order."""
    needs = {step: [n for n in dict.fromkeys(before) if n in heights] for step, before in needs.items()}
    used = {need for before in needs.values() for need in before}
    single = [step for step in needs if not needs[step] and step not in used]
    joined = {step: before for step, before in needs.items() if step not in single}
    graph = Graph(joined, heights, width) if joined else None
    boxes = graph.boxes() if graph else {}
    right = max((box.x + box.width for box in boxes.values()), default=0.0)
    bottom = graph.bottom() if graph else 0.0
    below = bottom + BETWEEN_BOXES if graph else 0.0
    boxes.update(in_rows(single, heights, width, below, columns_for(len(single), right, width)))
    return Picture(
        boxes,
        graph.edges(boxes) if graph else [],
        max(box.x + box.width for box in boxes.values()),
        max(bottom, *(box.y + box.height for box in boxes.values())),
    )


def columns_for(count: int, right: float, width: float) -> int:
    """How many boxes stand in a row: as many as fit below the graph, and without one what comes near a slide's shape."""
    if right:
        return max(1, int((right + BETWEEN_BOXES) // (width + BETWEEN_BOXES)))
    return next(n for n in range(1, count + 2) if n * n * 1.6 >= count)


def in_rows(steps: Sequence[int], heights: Mapping[int, float], width: float, top: float, columns: int) -> dict[int, Box]:
    """Put boxes in rows, from left to right."""
    boxes: dict[int, Box] = {}
    for at in range(0, len(steps), columns):
        row = steps[at : at + columns]
        for column, step in enumerate(row):
            boxes[step] = Box(column * (width + BETWEEN_BOXES), top, width, heights[step])
        top += max(heights[step] for step in row) + BETWEEN_BOXES
    return boxes


class Graph:
    """The steps that have edges, in layers; a bend is a thin box of its own where an edge passes by."""

    def __init__(self, needs: Mapping[int, Sequence[int]], heights: Mapping[int, float], width: float) -> None:
        self.needs, self.width = needs, width
        self.layer: dict[int, int] = {}
        for step, before in needs.items():
            self.layer[step] = 1 + max((self.layer[n] for n in before), default=-1)
        self.pull_close()
        self.layers: list[list[Key]] = [[] for _ in range(1 + max(self.layer.values()))]
        self.height: dict[Key, float] = {}
        for step, at in self.layer.items():
            self.layers[at].append((step, 0))
            self.height[step, 0] = heights[step]
        self.paths = [self.path(need, step) for step, before in needs.items() for need in before]
        self.beside: dict[Key, list[Key]] = {key: [] for key in self.height}
        for path in self.paths:
            for one, other in pairwise(path):
                if other not in self.beside[one]:
                    self.beside[one].append(other)
                    self.beside[other].append(one)

    def pull_close(self) -> None:
        """Move what needs nothing next to the first step that uses it, which shortens edges."""
        for step, before in self.needs.items():
            uses = [self.layer[other] for other, needed in self.needs.items() if step in needed]
            if not before and uses:
                self.layer[step] = min(uses) - 1

    def path(self, source: int, target: int) -> list[Key]:
        """The keys that an edge goes through, with a bend in every layer between; a step's edges share theirs."""
        path: list[Key] = [(source, 0)]
        for at in range(self.layer[source] + 1, self.layer[target]):
            bend = (source, at)
            if bend not in self.height:
                self.layers[at].append(bend)
                self.height[bend] = BEND
            path.append(bend)
        return [*path, (target, 0)]

    def places(self) -> dict[Key, float]:
        """The upper edge of every box and bend, ordered and spread so that edges run as straight as they can."""
        top: dict[Key, float] = {}
        for layer in self.layers:
            self.stack(layer, {}, top)
        for sweep in range(SWEEPS):
            for layer in self.layers if sweep % 2 else reversed(self.layers):
                wanted = {key: self.pull(key, top) for key in layer}
                layer.sort(key=lambda key: wanted[key])
                self.stack(layer, wanted, top)
        least = min(top.values())
        return {key: at - least for key, at in top.items()}

    def pull(self, key: Key, top: Mapping[Key, float]) -> float:
        """The middle of what a box is joined to, which is where its own middle wants to be."""
        beside = self.beside[key]
        return sum(top[other] + self.height[other] / 2 for other in beside) / len(beside)

    def stack(self, layer: Sequence[Key], wanted: Mapping[Key, float], top: dict[Key, float]) -> None:
        """Put a layer's boxes one below the other, as near as can be to where they want to be, none over another."""
        free = -float("inf")
        at: list[float] = []
        for key in layer:
            y = max(free, wanted.get(key, 0.0) - self.height[key] / 2)
            at.append(y)
            free = y + self.height[key] + BETWEEN_BOXES
        pushed = [y - (wanted.get(key, 0.0) - self.height[key] / 2) for key, y in zip(layer, at, strict=True)]
        back = sum(pushed) / len(pushed)
        for key, y in zip(layer, at, strict=True):
            top[key] = y - back

    def boxes(self) -> dict[int, Box]:
        """The place of every step."""
        self.top = self.places()
        return {
            step: Box(at * (self.width + BETWEEN_LAYERS), self.top[step, 0], self.width, self.height[step, 0])
            for step, at in self.layer.items()
        }

    def bottom(self) -> float:
        """The lower end of the lowest box or bend."""
        return max(at + self.height[key] for key, at in self.top.items())

    def edges(self, boxes: Mapping[int, Box]) -> list[list[tuple[float, float]]]:
        """The points of every edge: out of the right side, past each bend, into the left side.

        Edges into one box end beside each other, in the order in which they come.
        """
        drawn = []
        for path in self.paths:
            source, target = boxes[path[0][0]], boxes[path[-1][0]]
            points = [(source.x + source.width, source.middle)]
            for bend in path[1:-1]:
                x = bend[1] * (self.width + BETWEEN_LAYERS)
                y = self.top[bend] + BEND / 2
                points += [(x, y), (x + self.width, y)]
            arriving = sorted(
                (each for each in self.paths if each[-1] == path[-1]), key=lambda each: self.top[each[-2]]
            )
            share = (arriving.index(path) + 1) / (len(arriving) + 1)
            drawn.append([*points, (target.x, target.y + target.height * (0.3 + 0.4 * share))])
        return drawn
