"""The options that several commands share, each declared once."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

ASKING, SHOWING = "Asking", "Output"

Words = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="COMMAND", help="The command, quoted or not; - reads standard input.", show_default=False
    ),
]
Yes = Annotated[
    bool, typer.Option("--yes", "-y", help="Agree beforehand; what the policy denies stays denied.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", "-n", help="Show what would be done, touch nothing.")]
Json = Annotated[bool, typer.Option("--json", help="Write one JSON object to standard output.")]
Now = Annotated[
    str | None,
    typer.Option(
        "--now", metavar="WHEN", help="Take this as now: 2026-03-04 09:30, local time.", show_default=False
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model", "-m", metavar="NAME", help="The model that plans, for this once.", show_default=False
    ),
]
Desktop = Annotated[
    Literal["auto", "open", "macos"] | None,
    typer.Option("--desktop", help="Who carries it out, for this once.", show_default=False),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say only what matters.")]
Verbose = Annotated[
    int,
    typer.Option("--verbose", "-v", count=True, help="Say more; twice, with tracebacks.", show_default=False),
]
NoInput = Annotated[bool, typer.Option("--no-input", help="Never ask anything.")]
