"""What a crash left half done: said, and finished, taken back or left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tinyagent_cli.errors import NotConfirmedError
from tinyagent_cli.view.text import shortened, visible

if TYPE_CHECKING:
    from tinyagent_cli.commands._house import House
    from tinyagent_cli.run.recovery import Left
    from tinyagent_cli.run.report import Report

WAYS = (("Do the rest", "finish"), ("Take back what was done", "take-back"), ("Leave it as it is", "leave"))


def offer(house: House, *, ask: bool) -> None:
    """Say what was left half done; with `ask`, have the person decide, once in the life of a program.

    Without, or where nothing is chosen, it stays as it is and is spoken of again at the next start.
    """
    from tinyagent_cli.run.recovery import left

    if house.told_left:
        return
    house.told_left = True
    for each in left(house.journal):
        chosen = None
        if ask:
            tell(house, each)
            chosen = picked(house, "What is to become of it? (Enter: later)")
        if chosen:
            settle(house, each, chosen)
        else:
            about = visible(shortened(each.entry.command or "a saved plan", 60))
            house.screens.err.print(
                f"note: “{about}” was cut short, some of it may not be done: tinyagent recover", style="yellow"
            )


def tell(house: House, each: Left) -> None:
    """Say what was done, what was under way and what was never begun."""
    from rich.text import Text

    for sentence in each.sentences():
        house.screens.err.print(Text(visible(sentence)))


def picked(house: House, question: str) -> str | None:
    """Ask what is to become of it; None where nothing is chosen."""
    from tinyagent_cli.view.ask import pick

    try:
        return pick(house.screens.err, question, WAYS, values=False)
    except NotConfirmedError:
        return None


def settle(house: House, each: Left, way: str) -> None:
    """Finish it, take it back or leave it, and say what came of it. Raises TinyAgentError."""
    from rich.text import Text

    from tinyagent_cli.run import recovery
    from tinyagent_cli.view.undo_view import asking, show_undone

    out = house.screens.out
    if way == "finish":
        for step in finish(house, each):
            why = f": {step.error or step.reason}" if step.error or step.reason else ""
            out.print(Text(visible(f"{step.step.id} {step.step.tool}: {step.state}{why}")))
    elif way == "take-back":
        ask = asking(house.screens.err) if house.screens.person else None
        show_undone(out, recovery.take_back(each, house.journal, house.desktop, agreed=ask))
    else:
        recovery.leave(each, house.journal)


def finish(house: House, each: Left) -> Report:
    """Do the rest as it was agreed to."""
    from tinyagent_cli.run import recovery
    from tinyagent_cli.run.agreed import Agreed

    known = house.journal.known_addresses()
    guard = Agreed(house.policy, house.toolbox)
    args = recovery.agreed_args(each.entry, house.toolbox)
    guard.given(house.policy.verdict(each.entry.plan, house.toolbox, args, known), "asked", known)
    return recovery.finish(
        each, house.journal, house.toolbox, house.desktop, guard=guard, summarize=house.summarize
    )
