"""Writes a tool of one's own that works as it stands, to be changed."""

from __future__ import annotations

from pathlib import Path

from tinyagent_cli.errors import UsageError
from tinyagent_cli.own import rules

PYTHON = '''\
"""{title}: a tool of one's own."""

from typing import Annotated

from tinyagent_cli.toolbox import Param, tool


@tool(effect="read")
def {name}(
    text: Annotated[str, Param("What it is to work on.")],
    times: Annotated[int, Param("How often.")] = 1,
) -> Annotated[str, "what it found"]:
    """Say what {title} does, in one sentence; commands are compared with these words.

    Examples:
    - {title} of something
    """
    return " ".join([text] * times)
'''
DESCRIPTION = """\
description = "Say what {title} does, in one sentence; commands are compared with these words."
effect = "read"      # read: finds out; open: shows; create: makes something; send: leaves the machine, always asks
timeout = 30         # seconds
examples = ["{title} of something"]

[parameters.text]
type = "text"        # or list, int, bool, moment
description = "What it is to work on."

[parameters.times]
type = "int"
description = "How often."
default = 1
"""
SCRIPT = '''\
#!/usr/bin/env python3
"""{title}: arguments as JSON on standard input, the result on standard output; exit status 0 where all went well."""

import json
import sys

arguments = json.load(sys.stdin)
print(" ".join([arguments["text"]] * arguments["times"]))
'''


def new(folder: Path, name: str, *, executable: bool = False) -> list[Path]:
    """Write a Python file, or an executable with its TOML, into the folder; returns the files.

    Raises UsageError where the name cannot be a tool's or a file of it is there.
    """
    if not rules.NAME.fullmatch(name) or name in rules.RESERVED:
        raise UsageError(f'"{name}" cannot be a tool\'s name: letters, digits and _ only, a letter first')
    wanted = {folder / f"{name}.py": PYTHON}
    if executable:
        wanted = {folder / f"{name}.toml": DESCRIPTION, folder / name: SCRIPT}
    for path in (folder / name, folder / f"{name}.py", folder / f"{name}.toml"):
        if path.exists():
            raise UsageError(f"{path} is there already")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, text in wanted.items():
            path.write_text(text.format(name=name, title=name.replace("_", " ")), encoding="utf-8")
        if executable:
            (folder / name).chmod(0o755)
    except OSError as fault:
        raise UsageError(f"{fault.filename or folder}: cannot be written ({fault.strerror})") from fault
    return list(wanted)
