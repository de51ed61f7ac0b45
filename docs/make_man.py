"""Writes the man pages into docs/man/: one a command, and one of the settings file. The wheel puts them into share/man.

    python docs/make_man.py
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from interface import Command, Record, commands

from tinyagent_cli import settings, settings_edit, settings_values
from tinyagent_cli.version import VERSION

FOLDER = Path(__file__).parent / "man"
EXITS = {
    0: "done", 2: "wrong usage or settings", 3: "refused: the tools cannot do it", 4: "the plan is invalid", 5: "not confirmed",
    6: "partly done", 7: "failed", 130: "interrupted",
}  # fmt: skip
VARIABLES = {
    "TINYAGENT_HOME": "One folder for settings, data, state and cache.",
    "TINYAGENT_CONFIG": "The settings file.",
    "TINYAGENT_SECTION_KEY": "Any setting, over the file: TINYAGENT_PLANNER_MODEL for planner.model.",
    "TINYAGENT_DEBUG": "Show tracebacks.",
    "NO_COLOR": "Write without colours.",
    "VISUAL, EDITOR": "What edits plans and settings.",
}


def escaped(text: str) -> str:
    """Text as roff takes it."""
    made = text.replace("\\", "\\e").replace("-", "\\-")
    made = re.sub(r"([’‘“”‹›…–—])", lambda m: f"\\[u{ord(m[1]):04X}]", made)
    lines = textwrap.wrap(made, 78, break_long_words=False, break_on_hyphens=False) or [""]
    return "\n".join("\\&" + line if line[:1] in {".", "'"} else line for line in lines)


def paragraphs(text: str) -> Iterator[str]:
    """A text of several paragraphs; a line that is set apart stays a line."""
    for at, part in enumerate(re.split(r"\n\s*\n", text.strip())):
        if at:
            yield ".PP"
        yield escaped(" ".join(part.split()))


def records(found: Iterable[Record]) -> Iterator[str]:
    """Options or arguments, each with what it is for."""
    for head, about in found:
        yield ".TP"
        yield f".B {escaped(head)}"
        yield escaped(about or "See above.")


def section(title: str, lines: Sequence[str]) -> Iterator[str]:
    """A section, where there is anything in it."""
    if lines:
        yield f".SH {title}"
        yield from lines


def head(name: str, number: int, about: str) -> list[str]:
    """The head of a page."""
    title = escaped(name.upper())
    return [f'.TH {title} {number} "" "tinyagent {VERSION}" "tinyagent"', ".SH NAME", f"{escaped(name)} \\- {escaped(about.rstrip('.'))}"]


def page(command: Command, others: Sequence[Command]) -> str:
    """The page of one command."""
    out = head(command.name, 1, command.summary)
    out += section("SYNOPSIS", [f".B {escaped(command.words)}", escaped(command.usage)])
    out += section("DESCRIPTION", list(paragraphs(command.about or command.summary)))
    out += section("ARGUMENTS", list(records(command.arguments)))
    out += section("OPTIONS", list(records(command.options)))
    for below in command.below:
        out += [f".SH {escaped(below.words.upper())}", f".B {escaped(below.words)}", escaped(below.usage), ".PP"]
        out += paragraphs(f"{below.summary}\n\n{below.about}")
        out += records([*below.arguments, *below.options])
    if command.words == "tinyagent":
        out += section("COMMANDS", list(records((f"tinyagent-{c.words.split()[-1]}(1)", c.summary) for c in others)))
        out += section("ENVIRONMENT", list(records(VARIABLES.items())))
    out += section("EXIT STATUS", list(records((str(code), about) for code, about in EXITS.items())))
    see = ["tinyagent.toml(5)", *(f"{each.name}(1)" for each in others)] if others else ["tinyagent(1)", "tinyagent.toml(5)"]
    out += section("SEE ALSO", [f".BR {escaped(each[:-3])} {each[-3:]}{',' if each != see[-1] else ''}" for each in see])
    return "\n".join(out) + "\n"


def settings_page() -> str:
    """The page of the settings file."""
    out = head("tinyagent.toml", 5, "settings of tinyagent")
    out += section(
        "DESCRIPTION",
        [
            "TOML. The command",
            ".B tinyagent config path",
            "says where the file is, and the environment variable",
            ".B TINYAGENT_CONFIG",
            "names another one.",
            "An environment variable stands over the file, an option over both.",
            "A key that is not known is an error.",
        ],
    )
    for name, kind in settings.SECTIONS.items():
        out += [f".SH [{escaped(name)}]", escaped((kind.__doc__ or "").strip())]
        for full, each in settings.names():
            if full.partition(".")[0] == name:
                default = settings_edit.toml(settings.Settings().value(full))
                note = f"{each.metadata['help']} {settings_values.said(settings_values.hint_of(full)).capitalize()}; {default} if left out."
                out += [".TP", f".B {escaped(full.partition('.')[2])}", escaped(note)]
    out += section("SEE ALSO", [".BR tinyagent (1),", ".BR tinyagent\\-config (1)"])
    return "\n".join(out) + "\n"


def pages() -> dict[str, str]:
    """Every page by its file's name."""
    first, *others = commands()
    made = {"man1/tinyagent.1": page(first, others), "man5/tinyagent.toml.5": settings_page()}
    return made | {f"man1/{each.name}.1": page(each, []) for each in others}


def main() -> None:
    """Write every page, and take away those of commands that are no more."""
    made = pages()
    for path in FOLDER.glob("*/*"):
        if path.relative_to(FOLDER).as_posix() not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
