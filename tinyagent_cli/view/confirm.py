"""The question before anything is done: yes, no, edit or explain, for the plan as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from rich.console import Console
from rich.text import Text

from tinyagent_cli.run.policy import Decision, Verdict
from tinyagent_cli.view.ask import MOST_TRIES, agreed, line
from tinyagent_cli.view.plan_view import Mark
from tinyagent_cli.view.text import visible

Answer = Literal["yes", "no", "edit"]
ANSWERS = {"y": "yes", "yes": "yes", "n": "no", "no": "no", "": "no", "e": "edit", "edit": "edit",
           "x": "explain", "explain": "explain", "?": "explain"}  # fmt: skip
STRONG = frozenset({"lookalike", "letters", "outside", "secret"})
OWN = frozenset({"outside", "secret"})


def confirm(console: Console, verdict: Verdict, explain: Callable[[], None]) -> Answer:
    """Ask once for the whole plan, then for what needs a yes of its own. Enter alone, or the end of input, is no."""
    question = Text("\nDo this?  ", "bold")
    for key, word in (("y", "es"), ("n", "o"), ("e", "dit")):
        question.append(key, "bold underline").append(word + "  ")
    question.append("e").append("x", "bold underline").append("plain  ").append("[no] ", "dim")
    for _ in range(MOST_TRIES):
        said = line(console, question)
        answer = ANSWERS.get((said or "").lower())
        if answer == "explain":
            explain()
        elif answer == "yes":
            return (
                "yes"
                if all(own(console, each) for each in verdict.own_yes) and typed(console, verdict)
                else "no"
            )
        elif answer is not None:
            return "edit" if answer == "edit" else "no"
        else:
            console.print(Text("Answer y, n, e or x.", "yellow"))
    return "no"


def own(console: Console, decision: Decision) -> bool:
    """Ask for the yes that one step needs by itself."""
    reasons = "; ".join(mark.text for mark in decision.marks if mark.kind in OWN) or decision.reason
    return agreed(console, f"Step {decision.step}: {visible(reasons)}. Do it?", default=False)


def typed(console: Console, verdict: Verdict) -> bool:
    """Have the person type a word where a yes is too easily said."""
    if not verdict.typed_word:
        return True
    said = line(console, Text.assemble("Type ", (verdict.typed_word, "bold"), " to go on: "))
    return said == verdict.typed_word


def marks_of(verdict: Verdict) -> dict[int, list[Mark]]:
    """Return what the policy has to say of each step, for the plan's view."""
    marks: dict[int, list[Mark]] = {}
    for number, decision in verdict.decisions.items():
        says = [
            Mark(visible(m.text), "bold yellow" if m.kind in STRONG else "yellow") for m in decision.marks
        ]
        if decision.rule == "deny":
            says.insert(0, Mark(f"forbidden: {visible(decision.reason)}", "bold red"))
        if says:
            marks[number] = says
    return marks
