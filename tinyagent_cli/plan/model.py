"""The plan: steps, and the edges that references make."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tinyagent_cli.plan import references


@dataclass(frozen=True)
class Moment:
    """Words of time as they were said, and what they mean: `YYYY-MM-DD[ HH:MM:SS]`, local time."""

    said: str
    iso: str

    @property
    def day_only(self) -> bool:
        """True where only a day is meant."""
        return len(self.iso) == len("2026-03-05")


Value = str | int | bool | tuple[str, ...] | Moment


@dataclass(frozen=True)
class Step:
    """One call: its number (from 1), the tool's name and every argument by name, in the tool's order.

    A moment is a plain text as long as it is only words, and a `Moment` once it is resolved. `places` says where
    the step (""), its call ("()") and its arguments (by name) stand in the text that it was read from, if it
    was read from any: line and column, from 1.
    """

    id: int
    tool: str
    args: Mapping[str, Value]
    places: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def depends_on(self) -> tuple[int, ...]:
        """The steps whose results stand in the arguments, ascending."""
        return tuple(sorted({n for text in self.texts() for n in references.find(text)}))

    def texts(self) -> Iterator[str]:
        """Yield every text of the arguments, those inside lists too."""
        for value in self.args.values():
            if isinstance(value, str):
                yield value
            elif isinstance(value, tuple):
                yield from value


@dataclass(frozen=True)
class Plan:
    """The steps of a plan, numbered upwards. A plan without steps is a refusal."""

    steps: tuple[Step, ...] = ()
    thoughts: tuple[str, ...] = field(default=(), compare=False)

    @property
    def refused(self) -> bool:
        """True where the tools cannot do what was asked."""
        return not self.steps

    def step(self, number: int) -> Step:
        """Return the step of that number. Raises KeyError."""
        for step in self.steps:
            if step.id == number:
                return step
        raise KeyError(number)
