"""The line in which a person types: with history and completion where the terminal can, plain where it cannot."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.view.completing import Names
from tinyagent_cli.view.console import Screens, is_terminal

if TYPE_CHECKING:
    from prompt_toolkit.completion import Completer

SIGN = "› "
Read = Callable[[], "str | None"]
"""Returns what was typed, None at the end of the input. Raises KeyboardInterrupt."""


def open_prompt(screens: Screens, names: Names, history: Path) -> Read:
    """Open the prompt that this terminal can show."""
    if not (is_terminal(sys.stdin) and is_terminal(sys.stderr)):
        return lambda: _line("")
    if os.environ.get("TERM", "dumb") in {"dumb", "unknown"} or (screens.err.encoding or "").lower() == "ascii":
        return lambda: _line("> ")
    return _rich(names, history)


def _line(sign: str) -> str | None:
    if sign:
        sys.stderr.write(sign)
        sys.stderr.flush()
    line = sys.stdin.readline()
    return line.rstrip("\r\n") if line else None


def _rich(names: Names, history: Path) -> Read:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.history import FileHistory, InMemoryHistory
    from prompt_toolkit.key_binding import KeyBindings
    from prompt_toolkit.output import create_output

    # Asking the terminal where its cursor is gains nothing for one line, and some never answer.
    os.environ.setdefault("PROMPT_TOOLKIT_NO_CPR", "1")
    keys = KeyBindings()

    @keys.add("escape", "enter")
    def _(event: object) -> None:
        event.current_buffer.insert_text("\n")  # type: ignore[attr-defined]

    try:
        history.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        history.touch(mode=0o600)
        kept: FileHistory | InMemoryHistory = FileHistory(str(history))
    except OSError:
        kept = InMemoryHistory()
    session: PromptSession[str] = PromptSession(
        SIGN, history=kept, completer=_completer(names), complete_while_typing=False, key_bindings=keys,
        auto_suggest=AutoSuggestFromHistory(), prompt_continuation="  ", output=create_output(sys.stderr),
    )  # fmt: skip

    def read() -> str | None:
        try:
            return session.prompt()
        except EOFError:
            return None

    return read


def _completer(names: Names) -> Completer:
    from collections.abc import Iterable

    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document

    class Completing(Completer):
        """Completes from the names."""

        def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:  # noqa: ARG002
            """Yield what the text before the cursor may become."""
            for name, kind, taken in names.starting(document.text_before_cursor):
                yield Completion(name, start_position=-taken, display_meta=kind)

    return Completing()
