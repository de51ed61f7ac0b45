"""The program as typer sees it: finds its commands, and turns every failure into a message and an exit code."""

from __future__ import annotations

import difflib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from tinyagent_cli import commands
from tinyagent_cli.errors import UsageError
from tinyagent_cli.version import VERSION

INTERRUPTED = 130
FAILED = 7
MOST_WORDS_MISTYPED = 3
EXIT_CODES = (
    "Exit codes: 0 done · 2 wrong usage or settings · 3 refused, the tools cannot do it · 4 the plan is invalid · "
    "5 not confirmed · 6 partly done · 7 failed · 130 interrupted."
)


class Program(TyperGroup):
    """Loads a command when it is asked for, and not before."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Return every command's name."""
        return commands.names()

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        """Return a command, or None where there is none of that name."""
        if cmd_name not in commands.names():
            return None
        command = typer.main.get_command(commands.load(cmd_name).app)
        command.name = cmd_name
        return plain(command)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands, without loading any."""
        names = self.list_commands(ctx)
        room = formatter.width - 6 - max(map(len, names))
        with formatter.section("Commands"):
            formatter.write_dl([(name, short(name, room)) for name in names])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; words that are none are probably a command to the assistant."""
        word = args[0] if args else ""
        if word and not word.startswith("-") and word not in commands.names():
            near = difflib.get_close_matches(word, commands.names(), 1)
            if near and len(args) <= MOST_WORDS_MISTYPED:
                raise UsageError(f'there is no command "{word}"; did you mean "{near[0]}"?')
            raise UsageError(
                f'there is no command "{word}"; to have words carried out, say: tinyagent run "{" ".join(args)}"'
            )
        return super().resolve_command(ctx, args)


def short(name: str, room: int) -> str:
    """What a command does, in so many letters."""
    return TyperCommand(name, help=commands.summary(name)).get_short_help_str(room)


def plain(command: Any) -> Any:
    """Have a command's help written without rich, which would cost a fifth of a second at every --help."""
    command.rich_markup_mode = None
    for each in getattr(command, "commands", {}).values():
        plain(each)
    return command


program = typer.Typer(
    rich_markup_mode=None,
    cls=Program,
    name="tinyagent",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)


def _version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"tinyagent {VERSION}")
        raise typer.Exit


@program.callback()
def about(
    *,
    version: bool = typer.Option(
        False,
        "--version",
        "-V",
        callback=lambda v: _version(wanted=v),
        is_eager=True,
        help="Say the version.",
    ),
) -> None:
    """A command in words becomes a plan of tool calls: shown, agreed to, and carried out on your own machine."""


def run_program(arguments: Sequence[str]) -> int:
    """Run the program and return its exit code."""
    command = typer.main.get_command(program)
    try:
        code = command.main(list(arguments), prog_name="tinyagent", standalone_mode=False)
        sys.stdout.flush()
    except (KeyboardInterrupt, EOFError, typer.Abort):
        sys.stderr.write("\ninterrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
        return FAILED
    except Exception as fault:  # noqa: BLE001 (the last door: whatever it is becomes a message)
        return told(fault, arguments)
    return code if isinstance(code, int) else 0


def told(fault: Exception, arguments: Sequence[str]) -> int:
    """Tell a failure on standard error, and on standard output as JSON where that was asked for; return its exit code."""
    from tinyagent_cli.commands import _report

    if hasattr(fault, "format_message"):
        context = getattr(fault, "ctx", None)
        hint = f"Try: {context.command_path} --help" if context else "Try: tinyagent --help"
        if type(fault).__name__ == "NoArgsIsHelpError":
            sys.stderr.write(fault.format_message() + "\n")
            return UsageError.exit_code
        fault = UsageError(f"{fault.format_message()}\n{hint}")
    if debugging(arguments):
        traceback.print_exception(fault, file=sys.stderr)
    return _report.failure(fault, arguments)


def debugging(arguments: Sequence[str]) -> bool:
    """True where a traceback is wanted."""
    return bool(os.environ.get("TINYAGENT_DEBUG")) or "-vv" in arguments
