"""The configuration file, changed with every comment kept."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinyagent_cli import settings, settings_values
from tinyagent_cli.errors import SettingsError
from tinyagent_cli.settings_file import known, line_of, parse, read


def set_value(file: Path, name: str, text: str) -> Any:
    """Write one value, given as text, into the file, made where it is missing; comments stay.

    Returns the value. Raises SettingsError, with nothing written, where the name, the value or the file is wrong.
    """
    try:
        value = settings_values.from_text(settings_values.hint_of(known(name)), text)
    except ValueError as wanted:
        raise SettingsError(f"{name} takes {wanted}, not {text!r}") from wanted
    read(file)
    changed = changed_text(file.read_text(encoding="utf-8") if file.is_file() else template(), name, value)
    parse(changed, file)
    write(file, changed)
    return value


def changed_text(text: str, name: str, value: Any) -> str:
    """Put a value into the text of a configuration file: over the old one, over its commented default, or as a new line."""
    import tomlkit

    section, _, key = name.partition(".")
    lines = text.splitlines(keepends=True)
    start = line_of(text, section)
    if line_of(text, name) is None and start is not None:
        for at in range(start, len(lines)):
            if lines[at].startswith("["):
                break
            if lines[at].startswith(f"# {key} = "):
                return "".join([*lines[:at], f"{key} = {toml(value)}\n", *lines[at + 1 :]])
    document = tomlkit.parse(text)
    if section not in document:
        document[section] = tomlkit.table()
    table: Any = document[section]
    table[key] = tomlkit.value(toml(value))
    return tomlkit.dumps(document)


def write(file: Path, text: str) -> None:
    """Replace a file as a whole or not at all. Raises SettingsError where that fails."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with open(handle, "w", encoding="utf-8") as out:  # noqa: PTH123 (a descriptor, not a path)
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            Path(temporary).replace(file)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as fault:
        raise SettingsError(f"{file}: cannot be written ({fault.strerror})") from fault


def template() -> str:
    """Return a configuration file in which every setting stands explained, as a comment, with its default."""
    lines = ["# Settings of tinyagent. What is commented out shows the default.", ""]
    for section, kind in settings.SECTIONS.items():
        lines += [f"[{section}]", f"# {(kind.__doc__ or '').strip()}", ""]
        empty = kind()
        for each in dataclasses.fields(kind):
            lines += [f"# {each.metadata['help']}", f"# {each.name} = {toml(getattr(empty, each.name))}"]
        lines.append("")
    return "\n".join(lines)


def toml(value: Any) -> str:
    """Write a value as TOML does."""
    import tomlkit

    if isinstance(value, Mapping):
        inner = ", ".join(f"{tomlkit.item(str(k)).as_string()} = {toml(v)}" for k, v in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return str(tomlkit.item(list(value) if isinstance(value, tuple) else value).as_string())
