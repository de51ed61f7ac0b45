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
    """Write a message to standard error, whatever is in it made safe."""
    from tinyagent_cli.view.text import visible

    lines = [visible(line) for line in message.splitlines()] or [""]
    red, plain = ("\x1b[1;31m", "\x1b[0m") if _coloured() else ("", "")
    text = f"{red}{word}:{plain} {lines[0]}\n" + "".join(f"  {line}\n" for line in lines[1:])
    encoding = sys.stderr.encoding or "utf-8"
    sys.stderr.write(text.encode(encoding, "backslashreplace").decode(encoding))
    sys.stderr.flush()


def _coloured() -> bool:
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and not sys.stderr.closed and sys.stderr.isatty()
