"""Writes docs/reference/: the commands, the tools and the settings, read from the program itself.

    python docs/make_reference.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from interface import Command, Record, commands
from make_man import EXITS, VARIABLES

from tinyagent_cli import settings, settings_edit, settings_values
from tinyagent_cli.toolbox import built_in

FOLDER = Path(__file__).parent / "reference"
NOTE = "\n*Written by `docs/make_reference.py`; change the program instead.*\n"


def cell(text: str) -> str:
    """A text that fits a table's cell."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def code(text: str) -> str:
    """Code in a table's cell."""
    return f"`{text}`".replace("|", "\\|")


def table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """A table; nothing where there are no rows."""
    found = list(rows)
    if found:
        yield ""
        yield f"| {' | '.join(heads)} |"
        yield f"|{' --- |' * len(heads)}"
        yield from (f"| {' | '.join(row)} |" for row in found)


def records(found: Iterable[Record]) -> Iterator[tuple[str, str]]:
    """Options and arguments as rows, without what every command has."""
    return ((code(head), cell(about)) for head, about in found if "--help" not in head)


def of_command(command: Command, level: str) -> Iterator[str]:
    """A section."""
    yield f"\n{level} {command.words}\n"
    yield f"{command.summary}\n"
    if command.about:
        yield f"{command.about}\n"
    yield f"```text\n{command.words} {command.usage}\n```"
    yield from table(("", ""), records([*command.arguments, *command.options]))
    for below in command.below:
        yield from of_command(below, level + "#")


def commands_page() -> str:
    """Every command."""
    lines = ["# Commands", NOTE]
    for each in commands():
        lines += of_command(each, "##")
    lines += ["\n## Exit codes", *table(("code", ""), ((str(n), about) for n, about in EXITS.items()))]
    lines += ["\n## Environment", *table(("variable", ""), ((code(n), cell(about)) for n, about in VARIABLES.items()))]
    return "\n".join(lines) + "\n"


def tools_page() -> str:
    """Every tool."""
    lines = ["# Tools", NOTE, "What the planner may call, by app. `tinyagent tools show NAME` shows one, with its JSON Schema."]
    app = ""
    for tool in built_in():
        if tool.app != app:
            app = tool.app
            lines.append(f"\n## {app}")
        lines += [f"\n### {tool.name}\n", f"{tool.description} Effect: `{tool.effect}`.\n", f"```text\n{tool.signature}\n```"]
        rows = ((code(p.name), cell(p.description + (f" One of {', '.join(map(str, p.choices))}." if p.choices else ""))) for p in tool.parameters)
        lines += table(("parameter", ""), rows)
        lines.append(f"\nResult: {tool.result}.")
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    """Every setting."""
    lines = [
        "# Settings",
        NOTE,
        "`tinyagent config path` says where the file is, `tinyagent config edit` opens it, `tinyagent config show --origin`",
        "says where each value comes from: an option, an environment variable, the file, or the default.",
        "`TINYAGENT_PLANNER_MODEL` stands for `planner.model`, and so on. A key that is not known is an error.",
    ]
    for name, kind in settings.SECTIONS.items():
        lines += [f"\n## [{name}]\n", (kind.__doc__ or "").strip()]
        rows = []
        for full, each in settings.names():
            if full.partition(".")[0] == name:
                default = settings_edit.toml(settings.Settings().value(full))
                takes = settings_values.said(settings_values.hint_of(full))
                rows.append((code(full), cell(each.metadata["help"]), cell(takes), code(default)))
        lines += table(("setting", "", "takes", "if left out"), rows)
    return "\n".join(lines) + "\n"


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    return {"commands.md": commands_page(), "tools.md": tools_page(), "settings.md": settings_page()}


def main() -> None:
    """Write every page."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
