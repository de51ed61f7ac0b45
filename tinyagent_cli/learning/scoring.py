"""How a plan is measured against the gold one.

*Plan success*: the graphs are isomorphic, a node being its tool (the published metric, arXiv 2409.00608).
*Full success*: plan success, and every argument right under some such matching of the steps: exact, ignoring
case and the order of lists, but for free text, where the F1 of the words must reach 0.6.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tinyagent_cli.plan import references
from tinyagent_cli.plan.graph import matchings
from tinyagent_cli.plan.model import Moment, Plan, Step, Value

FREE_TEXT = frozenset({
    ("create_calendar_event", "title"), ("create_calendar_event", "notes"), ("create_calendar_event", "location"),
    ("compose_new_email", "subject"), ("compose_new_email", "context"), ("reply_to_email", "context"),
    ("forward_email", "context"), ("maps_open_location", "location"), ("create_note", "name"),
    ("create_note", "content"), ("open_note", "name"), ("append_note_content", "name"),
    ("append_note_content", "content"), ("create_reminder", "name"), ("create_reminder", "notes"),
    ("send_sms", "message"), ("get_zoom_meeting_link", "topic"), ("maps_show_directions", "start_location"),
    ("maps_show_directions", "end_location"),
})  # fmt: skip
ENOUGH = 0.6
_WORD = re.compile(r"\w+|\$\d+")


def f1(a: str, b: str) -> float:
    """Token F1 of two texts, ignoring case; 1 where both are empty."""
    one, two = Counter(_WORD.findall(a.lower())), Counter(_WORD.findall(b.lower()))
    if not one or not two:
        return float(one == two)
    common = sum((one & two).values())
    return 2 * common / (one.total() + two.total())


@dataclass(frozen=True)
class Score:
    """What one plan was worth. `wrong` names the arguments that were not right, as `tool.argument`."""

    plan: bool
    full: bool
    moments: tuple[int, int] = (0, 0)
    names: tuple[int, int] = (0, 0)
    wrong: tuple[str, ...] = ()


def score(plan: Plan, gold: Plan) -> Score:
    """Measure a plan, moments resolved, against the gold one. Pairs are (right, of)."""
    if plan.refused or gold.refused:
        same = plan.refused == gold.refused
        return Score(same, same)
    best: Score | None = None
    for matching in matchings(plan, gold):
        found = _under(plan, gold, matching)
        if best is None or len(found.wrong) < len(best.wrong):
            best = found
        if found.full:
            break
    return best or Score(False, False)


def _under(plan: Plan, gold: Plan, matching: Mapping[int, int]) -> Score:
    moments, names, wrong = [0, 0], [0, 0], []
    for step in plan.steps:
        other = gold.step(matching[step.id])
        for name, value in other.args.items():
            right = same(step, name, step.args[name], value, matching)
            if not right:
                wrong.append(f"{step.tool}.{name}")
            if isinstance(value, Moment):
                moments = [moments[0] + right, moments[1] + 1]
            if step.tool in ("get_phone_number", "get_email_address"):
                names = [names[0] + right, names[1] + 1]
    return Score(True, not wrong, (moments[0], moments[1]), (names[0], names[1]), tuple(wrong))


def same(step: Step, name: str, value: Value, gold: Value, matching: Mapping[int, int]) -> bool:
    """True where an argument is right."""
    if isinstance(gold, Moment) or isinstance(value, Moment):
        return _iso(value) == _iso(gold)
    if isinstance(value, str) and isinstance(gold, str):
        mine = references.renumber(value, lambda n: matching.get(n, n))
        if (step.tool, name) in FREE_TEXT:
            return f1(mine, gold) >= ENOUGH
        return mine.casefold().strip() == gold.casefold().strip()
    if isinstance(value, tuple) and isinstance(gold, tuple):
        mine_list = [references.renumber(v, lambda n: matching.get(n, n)).casefold() for v in value]
        return sorted(mine_list) == sorted(v.casefold() for v in gold)
    return value == gold


def _iso(value: Value) -> str:
    return value.iso if isinstance(value, Moment) else str(value)
