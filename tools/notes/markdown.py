"""The form of a note: a title as heading, an empty line, the text."""

from __future__ import annotations

import re

from tinyagent_cli.desktops.text import one_line, plain

SPECIAL = re.compile(r"([\\`*_\[\]<>#&!~|])")
ITEM = re.compile(r"[ \t]*([-*+] (?:\[[ xX]\] )?)\S")


def heading(title: str) -> str:
    """Return the heading, its title escaped so that it shows and reads back as it is."""
    return "# " + SPECIAL.sub(r"\\\1", one_line(title).strip())


def title_of(text: str) -> str:
    """Return the title that a note's heading gives it, empty where it has none."""
    first = text.partition("\n")[0].rstrip("\r")
    return re.sub(r"\\([\\`*_\[\]<>#&!~|])", r"\1", first[2:].strip()) if first.startswith("# ") else ""


def note(title: str, content: str) -> str:
    """Return the file of a new note. The content is the person's own Markdown and stays as it is."""
    return f"{heading(title)}\n" + (f"\n{plain(content)}\n" if content else "")


def body(text: str, title: str) -> str:
    """Return the text without the heading that only repeats the title, and without the final line break."""
    if title_of(text) and title_of(text) == title:
        text = text.partition("\n")[2].removeprefix("\n")
    return text.removesuffix("\n")


def addition(text: str, content: str) -> str:
    """Return what to put at the end of a note to add the content: a list goes on as a list."""
    content = plain(content)
    lines = [line for line in text.splitlines() if line.strip()]
    mark = ITEM.match(lines[-1]) if lines else None
    if mark and "\n" not in content and not ITEM.match(content):
        content = mark[1].replace("x", " ").replace("X", " ") + content
    start = "" if not text or text.endswith("\n") else "\n"
    if len(lines) == 1 and lines[0].startswith("# "):
        start += "\n" if not text.endswith("\n\n") else ""
    return f"{start}{content}\n"
