"""What a command says of itself: the JSON envelope, and failures in words."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from tinyagent_cli.errors import TinyAgentError

UNSEEN = re.compile("[\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]")
"""What a terminal may act on, or that hides or reorders what is shown, as far as JSON itself leaves it as it is."""
ENVELOPE = 1
"""The version of the envelope; it changes when a field is taken away or comes to mean something else."""


def envelope(
    command: str,
    status: str,
    exit_code: int,
    data: Mapping[str, Any],
    errors: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Put what a command did in the form that every `--json` shares."""
    return {
        "version": ENVELOPE,
        "command": command,
        "status": status,
        "exit_code": exit_code,
        "data": dict(data),
        "errors": [dict(error) for error in errors],
    }


def emit(value: object, *, indent: int | None = 2) -> None:
    """Write one JSON value to standard output; what is not ASCII stays readable, what cannot be seen is escaped."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    sys.stdout.write(UNSEEN.sub(_escaped, text) + "\n")
    sys.stdout.flush()


def _escaped(found: re.Match[str]) -> str:
    """A character as JSON escapes it: it reads back as the same."""
    return json.dumps(found[0])[1:-1]


def error_of(fault: Exception) -> dict[str, Any]:
    """One failure as data: a stable code, a message, and where in a plan, if that is known."""
    if not isinstance(fault, TinyAgentError):
        return {"code": "internal", "message": internal(fault)}
    place = {key: value for key in ("line", "column") if (value := getattr(fault, key, None)) is not None}
    return {"code": fault.code, "message": str(fault), **place}


def internal(fault: Exception) -> str:
    """Say a failure that nobody foresaw."""
    if isinstance(fault, OSError):
        where = f"{fault.filename}: " if fault.filename else ""
        return f"{where}{fault.strerror or fault}"
    if isinstance(fault, MemoryError):
        return "there is not enough memory"
    return f"something is wrong inside tinyagent ({type(fault).__name__}: {fault}); -vv shows where"


def failure(fault: Exception, arguments: Sequence[str]) -> int:
    """Tell a failure: in words on standard error, as an envelope on standard output with `--json`."""
    options = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    error = error_of(fault)
    code = fault.exit_code if isinstance(fault, TinyAgentError) else TinyAgentError.exit_code
    if "--json" in options:
        command = next((word for word in options if not word.startswith("-")), "tinyagent")
        emit(envelope(command, error["code"], code, {}, [error]))
    say(error["message"])
    return code


def say(message: str, *, word: str = "error") -> None:
    """Write a message to standard error, whatever is in it made safe. At a terminal, lines break between words."""
    from tinyagent_cli.view.text import visible

    head = f"{word}: "
    lines = [(head if at == 0 else "  ", visible(line)) for at, line in enumerate(message.splitlines() or [""])]
    whole = sys.stderr.closed or not sys.stderr.isatty()
    text = "".join(f"{indent}{line}\n" if whole else f"{broken(indent, line)}\n" for indent, line in lines)
    if _coloured():
        text = f"\x1b[1;31m{head.rstrip()}\x1b[0m {text.removeprefix(head)}"
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stderr.flush()


def broken(indent: str, line: str) -> str:
    """A line as the terminal has room for it; what has no room by itself (a path) stays whole."""
    import shutil
    import textwrap

    from tinyagent_cli.view.console import MOST_COLUMNS

    columns = min(shutil.get_terminal_size().columns, MOST_COLUMNS)
    wrap = textwrap.TextWrapper(columns, indent, "  ", break_long_words=False, break_on_hyphens=False)
    return wrap.fill(line) or indent


def _coloured() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and not sys.stderr.closed and sys.stderr.isatty()
