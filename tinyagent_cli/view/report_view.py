"""What was done, on a terminal."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from tinyagent_cli.run.joiner import Ending
from tinyagent_cli.run.report import Report
from tinyagent_cli.view.columns import Columns
from tinyagent_cli.view.console import signs_fit
from tinyagent_cli.view.text import visible

DONE, NOT_DONE = ("✓", "*", "green"), ("✗", "x", "red")


def show_report(out: Console, err: Console, report: Report, ending: Ending, *, back: str, quiet: bool = False) -> None:
    """Write what came of a plan to standard output, and how to take it `back` to standard error.

    With `quiet`, only the answer and what was not done.
    """
    fits = signs_fit(out)

    def row(signs: tuple[str, str, str], sentence: str) -> list[Text]:
        sign, plain, style = signs
        return [Text(sign if fits else plain, style), Text(visible(sentence, breaks="\n"))]

    if ending.answer:
        out.print(Text(visible(ending.answer, breaks="\n")))
    rows = [] if quiet else [row(DONE, sentence) for sentence in ending.done]
    rows += [row(NOT_DONE, sentence) for sentence in ending.not_done]
    if rows:
        out.print(Columns(rows, gap=1, indent=0))
    for warning in ending.warnings:
        err.print(Text(f"note: {visible(warning)}", "yellow"))
    undoable = any(step.outcome is not None and step.outcome.undo for step in report)
    if undoable and report.agreement_id and not quiet:
        err.print(Text(f"To take it back: {back}", "dim"))
