"""The command line as data, read from the program itself, for the man pages and the reference."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import typer

from tinyagent_cli.commands._program import program

ROOT = Path(__file__).parents[1]
Record = tuple[str, str]
"""An option or argument as the help writes it, and what it is for."""

LIST = re.compile(r" <(?:list\[str\]|str|text)>")
"""How typer writes that an argument is a text, or several; the usage says so already."""


@dataclass(frozen=True)
class Command:
    """One command: its words, what it is for (first line, then the rest), arguments, options, the commands below it."""

    words: str
    usage: str
    summary: str
    about: str
    arguments: tuple[Record, ...]
    options: tuple[Record, ...]
    below: tuple[Command, ...] = ()

    @property
    def name(self) -> str:
        """The words with hyphens, as a page is called."""
        return self.words.replace(" ", "-")


def commands() -> Iterator[Command]:
    """Every command, in the order of `tinyagent --help`, the program itself first."""
    group = typer.main.get_command(program)
    context = group.make_context("tinyagent", [], resilient_parsing=True)
    yield read(group, context)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if not getattr(command, "hidden", False):
            yield read(command, within(command, name, context))


def within(command: Any, name: str, context: Any) -> Any:
    """The context that a command's help is written in."""
    return type(context)(command, info_name=name, parent=context, resilient_parsing=True)


def read(command: Any, context: Any) -> Command:
    """Read one command."""
    summary, _, about = (command.help or "").strip().partition("\n")
    arguments, options = [], []
    for each in command.get_params(context):
        record = each.get_help_record(context)
        if record and not getattr(each, "hidden", False):
            (options if each.opts[0].startswith("-") else arguments).append((LIST.sub("", record[0]).strip(), " ".join(record[1].split())))
    below: list[Command] = []
    if hasattr(command, "commands"):
        below = [read(inner, within(inner, name, context)) for name, inner in command.commands.items()]
    return Command(
        context.command_path,
        " ".join(command.collect_usage_pieces(context)),
        summary.strip(),
        "\n".join(line.strip() for line in about.strip().splitlines()),
        tuple(arguments),
        tuple(options),
        tuple(below),
    )
