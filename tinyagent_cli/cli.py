"""The program's entry. `--version` is answered before anything else is loaded."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tinyagent_cli.version import VERSION


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
