"""What a tool of one's own must keep to, so that plans, dialects and the policy can take it like any other."""

from __future__ import annotations

import keyword
import os
import re
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan.signature import Kind, Parameter, Tool
from tinyagent_cli.toolbox import Toolbox

RESERVED = frozenset({"join", "none", "plan"})
"""Words that plans and the servers use for themselves."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
WORD = re.compile(r"[a-z][a-z_]*")
TYPES = {"text": str, "list": tuple, "int": int, "bool": bool, "moment": str}


def open_to_others(path: Path) -> str:
    """Say how another user of this machine could put a program of theirs into this file or folder; "" where none can."""
    if not hasattr(os, "getuid"):
        return ""
    try:
        status = path.stat()
    except OSError:
        return ""
    if status.st_mode & 0o002:
        return f"every user of this machine may change {path}, so nothing of it is run; try: chmod o-w {path}"
    if status.st_uid not in {0, os.getuid()}:
        return f"{path} belongs to another user of this machine, so nothing of it is run"
    return ""


def checked(tool: Tool, taken: Toolbox | Collection[Tool]) -> Tool:
    """Return the tool as plans take it. Raises UsageError, naming the tool, where it breaks a rule.

    `taken` are the tools that are there already; no name, no word of the compact dialect and no app may come twice.
    """
    others = list(taken)
    _check_name(tool, others)
    for parameter in tool.parameters:
        _check_parameter(tool, parameter)
    keys = [p.key for p in tool.parameters]
    if len(set(keys)) < len(keys):
        raise _fault(tool, "two parameters have the same key")
    if tool.main not in {p.name for p in tool.parameters}:
        raise _fault(tool, f'its main parameter is "{tool.main}", and it has none of that name')
    word = tool.word if WORD.fullmatch(tool.word) else _as_word(tool.word)
    if word in RESERVED or any(word == other.word for other in others):
        raise _fault(tool, f'its word "{word}" is taken; give it another: word="..."')
    result = tool.result
    if result == "status" and tool.effect in {"read", "open"}:
        result = "result"  # a look-up is asked for what it finds, so that is always told
    return replace(tool, word=word, result=result)


def _check_name(tool: Tool, others: Collection[Tool]) -> None:
    if not NAME.fullmatch(tool.name) or keyword.iskeyword(tool.name):
        raise _fault(tool, "a name has letters, digits and _ only, and begins with a letter")
    if tool.name in RESERVED:
        raise _fault(tool, "this name means something else in plans; take another")
    if any(tool.name == other.name for other in others):
        raise _fault(tool, "there is a tool of this name already; take another")
    if tool.effect not in {"read", "open", "create", "send"}:
        raise _fault(tool, f'its effect is read, open, create or send, not "{tool.effect}"')
    if not tool.description.strip():
        raise _fault(tool, "a description that says what it does is missing")


def _check_parameter(tool: Tool, p: Parameter) -> None:
    if not NAME.fullmatch(p.name) or keyword.iskeyword(p.name):
        raise _fault(tool, f'"{p.name}" is no name for a parameter')
    if not NAME.fullmatch(p.key):
        raise _fault(tool, f'"{p.key}" is no key for a parameter: letters, digits and _ only')
    if not _fits(p.kind, p.default):
        raise _fault(tool, f"the default of {p.name} is not of its type, {p.kind}")
    if p.choices:
        if not all(_fits(p.kind, choice) for choice in p.choices):
            raise _fault(tool, f"a choice of {p.name} is not of its type, {p.kind}")
        if p.default not in p.choices:
            raise _fault(tool, f"{p.name} needs a default that is one of its choices")
    names = {other.name for other in tool.parameters}
    for other in filter(None, (p.end_of, p.all_day_of)):
        if other not in names:
            raise _fault(tool, f'{p.name} goes with "{other}", and there is no such parameter')


def _fits(kind: Kind, value: object) -> bool:
    if kind == "int":
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def _as_word(name: str) -> str:
    """The word of the compact dialect for a name; it has no digits, since those count its results."""
    return re.sub(r"_+", "_", re.sub(r"[^a-z]", "_", name.lower())).strip("_") or "own"


def _fault(tool: Tool, message: str) -> UsageError:
    return UsageError(f"tool {tool.name}: {message}")
