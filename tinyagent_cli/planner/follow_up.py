"""A follow-up ("make it 3pm instead", "add Nick") put into the command before it, so that the model plans one command as ever.

Whether it is a request of its own is the model's to say: it plans the follow-up alone. What it refuses is a fragment of the
last command; what it plans with another tool is one more thing to do; what it plans with the same tool corrects that one.
What the fragment changes is read off facts: words of time by the grammar of moments, people by the address book.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tinyagent_cli.plan import moments
from tinyagent_cli.plan.model import Moment, Plan, Step
from tinyagent_cli.plan.moments.reading import Reading
from tinyagent_cli.toolbox import Toolbox

_WORD = re.compile(r"[\w'’.@:/-]*\w")
MOST_TIME = 8
"""Words of a time that are looked for."""
Span = tuple[int, int]


@dataclass(frozen=True)
class Said:
    """Words of time in a text: where they stand, and what they settle."""

    span: Span
    reading: Reading

    @property
    def tells(self) -> tuple[bool, bool]:
        """Whether they tell a day, and a time of day."""
        return self.reading.says_day, bool(self.reading.clock or self.reading.part)


def whole(command: str, last: Plan, text: str, alone: Plan | None, toolbox: Toolbox, people: Iterable[str]) -> str:
    """The command that is meant by `text` after `command`, whose plan is `last`.

    `alone` is the plan of the follow-up by itself, None where the model refuses it; `people` are the known names.
    """
    another = f"{command}, {text}"
    if alone is not None:
        if not _acting(alone, toolbox) <= _acting(last, toolbox):
            return another
        if (corrected := _corrected(command, last, alone)) != command:
            return corrected
    if any(_find(text, name) for name in _parameters(last, toolbox)):
        return another
    changed = _with_people(_with_time(command, last, text), last, text, people)
    return another if changed == command else changed


def _acting(plan: Plan, toolbox: Toolbox) -> set[str]:
    """The tools of a plan that do more than find something out."""
    return {s.tool for s in plan.steps if (tool := toolbox.get(s.tool)) is None or tool.effect != "read"}


def _parameters(plan: Plan, toolbox: Toolbox) -> Iterator[str]:
    """What the arguments of the plan's own tools are called: who says "cc Nick" names one."""
    for step in plan.steps:
        tool = toolbox.get(step.tool)
        if tool is not None and tool.effect != "read":
            yield from (p.name for p in tool.parameters if "_" not in p.name)


def _corrected(command: str, last: Plan, alone: Plan) -> str:
    """Put the texts that the follow-up has otherwise in the place of the old ones, where those stand in the command."""
    for new in alone.steps:
        old = next((s for s in last.steps if s.tool == new.tool and not _people(last)), None)
        for name, value in new.args.items():
            before = old.args.get(name) if old else None
            if isinstance(value, str) and isinstance(before, str) and value and before and value.lower() != before.lower():
                command = _put(command, _find(command, before), value)
    return command


def _people(plan: Plan) -> list[str]:
    """The names that a plan looks up, in order."""
    return [str(s.args["name"]) for s in plan.steps if s.tool in {"get_email_address", "get_phone_number"} and s.args.get("name")]


def _with_people(command: str, last: Plan, text: str, known: Iterable[str]) -> str:
    """Put people of the follow-up beside the last one of the command, or in the place of one that both name."""
    standing = [(span, name) for name in _people(last) if (span := _find(command, name))]
    new = [name for name in _named(text, known) if not _find(command, name)]
    if not standing or not new:
        return command
    gone = [span for span, name in standing if _find(text, name)]
    if gone:
        return _put(command, gone[0], " and ".join(new))
    start, end = max(span for span, _ in standing)
    return _put(command, (start, end), " and ".join([command[start:end], *new]))


def _named(text: str, known: Iterable[str]) -> list[str]:
    """The people of the address book that a text names, by their whole name or one word of it, as the text has it."""
    found: dict[Span, str] = {}
    for full in known:
        for name in (full, *full.split()):
            span = _find(text, name) if len(name) > 2 else None
            if span and not any(a <= span[0] and span[1] <= b for a, b in found):
                found = {s: n for s, n in found.items() if not (span[0] <= s[0] and s[1] <= span[1])}
                found[span] = text[span[0] : span[1]]
    return [found[span] for span in sorted(found)]


def _with_time(command: str, last: Plan, text: str) -> str:
    """Put the follow-up's words of time in the place of the last plan's, as far as they tell the same part of it."""
    new = _time_in(text)
    old = next((span for step in last.steps for said in _moments(step) if (span := _find(command, said))), None)
    if new is None or old is None:
        return command
    words = text[new.span[0] : new.span[1]]
    if all(new.tells):
        return _put(command, old, words)
    held = command[old[0] : old[1]]
    same = next((s for s in _times(held) if s.tells == new.tells), None)
    if same is None or not (new.tells[1] or new.reading.says_other_than("week")):  # next week: the same day of it
        return _put(command, old, f"{held} {words}")
    return _put(command, old, _put(held, same.span, words))


def _moments(step: Step) -> Iterator[str]:
    """The words that said a step's moments."""
    yield from (value.said for value in step.args.values() if isinstance(value, Moment) and value.said)


def _time_in(text: str) -> Said | None:
    """The longest words of time in a text that tell a day or a time of day, and are not part of a length of time."""
    found = _times(text)
    whole = [s for s in found if not any(_within(s.span, o.span) for o in found)]
    return next((s for s in whole if any(s.tells)), None)


def _times(text: str) -> list[Said]:
    """All words of time in a text, the longest first; where words add nothing to fewer of them, only the fewer."""
    words = [match.span() for match in _WORD.finditer(text)]
    found: list[Said] = []
    for first in range(len(words)):
        for last in range(first, min(first + MOST_TIME, len(words))):
            span = words[first][0], words[last][1]
            if reading := moments.reading_of(text[span[0] : span[1]]):
                found.append(Said(span, reading))
    least = [s for s in found if not any(_within(o.span, s.span) and o.reading == s.reading for o in found)]
    return sorted(least, key=lambda s: s.span[1] - s.span[0], reverse=True)


def _within(inner: Span, outer: Span) -> bool:
    return outer != inner and outer[0] <= inner[0] and inner[1] <= outer[1]


def _find(text: str, words: str) -> Span | None:
    """Where whole words stand in a text, whatever their capitals."""
    match = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE)
    return match.span() if match else None


def _put(text: str, span: Span | None, words: str) -> str:
    """Put words in the place of others."""
    return text[: span[0]] + words + text[span[1] :] if span else text
