"""The program's entry. `--version` is answered before anything else is loaded."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Sequence

from tinyagent_cli.version import VERSION

PLANNING = frozenset({"plan", "run"})
"""Commands for whose plan the model is loaded beforehand."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program and return its exit code. No traceback gets out, unless TINYAGENT_DEBUG or -vv asks for it."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    if arguments and arguments[0] in {"--version", "-V"}:
        sys.stdout.write(f"tinyagent {VERSION}\n")
        return 0
    if not arguments and sys.stdin and sys.stdin.isatty() and sys.stderr.isatty():
        arguments = ["chat"]
    try:
        from tinyagent_cli.commands._program import run_program
    except ModuleNotFoundError as fault:
        sys.stderr.write(f"error: {fault.name} is missing: install tinyagent again\n")
        return 7
    return run_program(arguments)


def start() -> None:
    """The program as a process of its own."""
    gc.set_threshold(50_000)  # what is imported stays, and need not be looked through a hundred times meanwhile
    arguments = sys.argv[1:]
    if arguments and arguments[0] in PLANNING:
        from tinyagent_cli.commands import _early

        _early.begin(arguments[1:])
    end(main(arguments))


def end(code: int) -> None:
    """End the process; taking the interpreter apart would give back nothing but memory, in a tenth of a second."""
    threads = sys.modules.get("threading")
    if threads and any(not each.daemon and each is not threads.main_thread() for each in threads.enumerate()):
        raise SystemExit(code)
    try:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            stream.flush()
    except (OSError, ValueError):
        raise SystemExit(code) from None  # the interpreter says what could not be written
    atexit._run_exitfuncs()  # noqa: SLF001 (there is no other door)
    os._exit(code)
