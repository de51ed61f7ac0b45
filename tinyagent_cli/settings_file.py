"""The configuration file, read with every fault named."""

from __future__ import annotations

import dataclasses
import difflib
import os
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tinyagent_cli import settings, settings_values
from tinyagent_cli.errors import SettingsError

_HEADER = re.compile(r"\s*\[([^\[\]]+)\]")
_KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_PIECE = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


def read(file: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the values by `section.key`, and the file and line of each; both empty where there is no file.

    Raises SettingsError that names every fault, and where others may write the file.
    """
    try:
        if hasattr(os, "getuid") and file.stat().st_mode & 0o002:
            # Whoever may write there chooses the policy, the servers and the programs that are started.
            raise SettingsError(f"{file}: every user of this machine may change it; try: chmod o-w {file}")
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}, {}
    except OSError as fault:
        raise SettingsError(f"{file}: cannot be read ({fault.strerror})") from fault
    except UnicodeDecodeError as fault:
        raise SettingsError(f"{file}: not a text file in UTF-8 (byte {fault.start})") from fault
    return parse(text, file)


def parse(text: str, file: Path) -> tuple[dict[str, Any], dict[str, str]]:  # noqa: C901
    """Check the text of a configuration file; otherwise as `read`."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise SettingsError(f"{file}: {fault}") from fault
    except (ValueError, RecursionError) as fault:  # a number of thousands of digits, brackets in brackets
        raise SettingsError(f"{file}: cannot be read ({fault})") from fault
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    faults: list[str] = []

    def fault_at(path: str, message: str) -> None:
        line = line_of(text, path)
        faults.append(f"{file}" + (f", line {line}" if line else "") + f": {message}")

    for section, table in tables.items():
        if section not in settings.SECTIONS:
            fault_at(section, f"there is no section [{section}]" + suggestion(section, settings.SECTIONS))
            continue
        if not isinstance(table, dict):
            fault_at(section, f"[{section}] is a section, not a value")
            continue
        keys = {each.name for each in dataclasses.fields(settings.SECTIONS[section])}
        for key, value in table.items():
            name = f"{section}.{key}"
            if key not in keys:
                fault_at(name, f'[{section}] has no key "{key}"' + suggestion(key, keys))
                continue
            try:
                values[name] = settings_values.checked(settings_values.hint_of(name), value)
                line = line_of(text, name)
                origins[name] = str(file) + (f":{line}" if line else "")
            except ValueError as wanted:
                fault_at(name, f"[{section}] {key} takes {wanted}, not {value!r}")
    if faults:
        raise SettingsError("\n".join(faults))
    return values, origins


def suggestion(word: str, known: Iterable[str]) -> str:
    """Say which known word was probably meant."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, 1)
    return f'; did you mean "{near[0]}"?' if near else "; there are " + ", ".join(known)


def line_of(text: str, path: str) -> int | None:
    """Find the line, from 1, on which a dotted path stands as a key or as a table's header."""
    table: list[str] = []
    wanted = path.split(".")
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            table = [piece.strip("\"'") for piece in _PIECE.findall(header[1])]
            found = table
        elif key := _KEY.match(line):
            found = table + [piece.strip("\"'") for piece in _PIECE.findall(key[1])]
        else:
            continue
        if found[: len(wanted)] == wanted:
            return number
    return None


def known(name: str) -> str:
    """Return `section.key` if there is such a setting. Raises SettingsError with a suggestion."""
    every = [each for each, _ in settings.names()]
    if name not in every:
        raise SettingsError(f'there is no setting "{name}"' + suggestion(name, every))
    return name
