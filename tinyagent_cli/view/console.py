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


TERMINAL = "/dev/tty"
"""The terminal itself, for answers where standard input has been used for something else."""


def screens(*, quiet: bool = False, ask: bool = True, piped: bool = False) -> Screens:
    """Open both consoles. A person is there where both ends of the conversation are a terminal and may be asked.

    `piped` says that the command or plan comes by standard input, as in `pbpaste | tinyagent run -`; the
    answers are then read from the terminal itself.
    """
    answers = is_terminal(sys.stdin) or (
        piped and os.access(TERMINAL, os.R_OK | os.W_OK) and _opens(TERMINAL)
    )
    person = ask and is_terminal(sys.stderr) and answers
    return Screens(console(sys.stdout), console(sys.stderr), person, quiet)


def is_terminal(stream: IO[str] | None) -> bool:
    """True where a person reads or types at the stream."""
    try:
        return bool(stream and stream.isatty())
    except ValueError:
        return False


def _opens(path: str) -> bool:
    """True where there is a terminal of this session at that path."""
    try:
        os.close(os.open(path, os.O_RDWR | getattr(os, "O_NOCTTY", 0)))
    except OSError:
        return False
    return True


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
