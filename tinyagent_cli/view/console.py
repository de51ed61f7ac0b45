"""Where things are shown: results on standard output, everything else on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

MOST_COLUMNS = 110
"""Text wider than this is hard to read; wider terminals keep the rest free."""


@dataclass(frozen=True)
class Screens:
    """The two consoles, and whether a person sits at them."""

    out: Console
    err: Console
    person: bool
    quiet: bool = False


def screens(*, quiet: bool = False, ask: bool = True) -> Screens:
    """Open both consoles. A person is there where both ends of the conversation are a terminal and may be asked."""
    person = ask and is_terminal(sys.stderr) and is_terminal(sys.stdin)
    return Screens(console(sys.stdout), console(sys.stderr), person, quiet)


def is_terminal(stream: IO[str] | None) -> bool:
    """True where a person reads or types at the stream."""
    try:
        return bool(stream and stream.isatty())
    except ValueError:
        return False


def console(stream: IO[str], environ: Mapping[str, str] | None = None) -> Console:
    """A console that is plain where colour is not wanted (NO_COLOR, TERM=dumb) or nobody is there to see it."""
    from rich.console import Console

    environ = os.environ if environ is None else environ
    terminal = is_terminal(stream)
    dumb = environ.get("TERM") == "dumb"
    plain = not terminal or dumb or bool(environ.get("NO_COLOR"))
    made = Console(
        file=stream,
        force_terminal=terminal and not dumb,
        no_color=plain,
        color_system=None if plain else "auto",
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=False,
    )
    if made.width > MOST_COLUMNS or not (terminal or environ.get("COLUMNS")):
        made.width = MOST_COLUMNS
    return made


def signs_fit(target: Console) -> bool:
    """True where the console can show the signs of `rails.UNICODE`."""
    return not target.legacy_windows and (target.encoding or "ascii").lower().replace("-", "").startswith(
        "utf"
    )
