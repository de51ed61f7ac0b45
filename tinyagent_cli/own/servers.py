"""Tools that Model Context Protocol servers lend: what the settings name in `[mcp.servers.NAME]`.

    [mcp.servers.time]
    command = ["mcp-server-time"]
    env = ["TZ=Europe/Rome"]

A tool is called `<server>_<tool>` here and its app is `mcp-<server>`. Its effect comes from the server's hints: what
says that it only reads is `read`; what says that it is closed to the world outside and destroys nothing is `create`;
all else is `send`, which asks. Hints are a server's word, nothing more: `[policy.apps]` has the last one.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyagent_cli.errors import DesktopError, TinyAgentError, UsageError
from tinyagent_cli.own import OwnTool
from tinyagent_cli.own.session import Session
from tinyagent_cli.plan.signature import EMPTY, Effect, Kind, Parameter, Tool

FRESH = 24 * 3600
"""Seconds for which a server's list of tools is not asked for again."""
MOST_TOOLS = 64
NOTHING = "request"
"""The parameter that stands in for none: plans have no calls without arguments. It is never sent."""


@dataclass(frozen=True)
class Borrowed:
    """Calls one tool of a server."""

    session: Session
    name: str
    required: frozenset[str]
    numbers: frozenset[str]
    sent: Mapping[str, object]

    def __call__(self, args: Mapping[str, Any], _call: object) -> str:
        """Call it; what is left empty and not required is not sent. Raises DesktopError."""
        given = {}
        for name, default in self.sent.items():
            value = args.get(name)
            value = list(value) if isinstance(value, tuple) else value
            if name not in self.required and value in (default, None, "", []):
                continue
            if name in self.numbers:
                try:
                    value = float(str(value))
                except ValueError:
                    raise DesktopError(f"{self.name} needs a number for {name}, not {value!r}") from None
            given[name] = value
        return self.session.call(self.name, given)


def lent(
    servers: Mapping[str, Mapping[str, tuple[str, ...]]], cache: Path, *, fresh: bool = False
) -> Iterator[tuple[str, list[OwnTool] | TinyAgentError]]:
    """Yield each server's tools, and what could not be had. `cache` keeps their lists."""
    for name, table in servers.items():
        origin = f"[mcp.servers.{name}]"
        try:
            session = opened(name, table)
            listed = _listed(session, cache, fresh=fresh)
        except TinyAgentError as fault:
            yield origin, fault
            continue
        for each in listed[:MOST_TOOLS]:
            try:
                yield origin, [OwnTool(*read(name, each, session), origin)]
            except TinyAgentError as fault:
                yield origin, fault


def opened(name: str, table: Mapping[str, tuple[str, ...]]) -> Session:
    """Make a session with a server, which begins at its first use. Raises UsageError."""
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,30}", name):
        raise UsageError("a server's name has letters, digits, - and _ only, and begins with a letter")
    if strange := sorted(set(table) - {"command", "env"}):
        raise UsageError(f'there is no key "{strange[0]}"; there are command and env')
    if not table.get("command"):
        raise UsageError('command is missing, as in: command = ["mcp-server-time"]')
    pairs = [each.partition("=") for each in table.get("env", ())]
    if any(not sign for _, sign, _ in pairs):
        raise UsageError('env is a list of NAME=value, as in: env = ["TZ=Europe/Rome"]')
    return Session(name, tuple(table["command"]), {key: value for key, _, value in pairs})


def _listed(session: Session, cache: Path, *, fresh: bool) -> list[dict[str, Any]]:
    key = json.dumps([session.command, sorted(session.env.items())])
    file = cache / f"{hashlib.sha256(key.encode()).hexdigest()[:24]}.json"
    with suppress(OSError, ValueError, TypeError, KeyError):
        if not fresh and time.time() - file.stat().st_mtime < FRESH:
            return [dict(each) for each in json.loads(file.read_text(encoding="utf-8"))]
    listed = session.tools()
    with suppress(OSError):  # a list that cannot be kept is asked for again
        cache.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(".part")
        part.write_text(json.dumps(listed), encoding="utf-8")
        part.replace(file)
    return listed


def read(server: str, listed: Mapping[str, Any], session: Session) -> tuple[Tool, Borrowed]:
    """Make a tool of what a server says of it, whatever that is. Raises UsageError."""
    try:
        return _tool(server, listed, session)
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as fault:
        raise UsageError(f"a tool's description cannot be read ({type(fault).__name__}: {fault})"[:300]) from fault


def _tool(server: str, listed: Mapping[str, Any], session: Session) -> tuple[Tool, Borrowed]:
    theirs = str(listed["name"])
    name = re.sub(r"\W", "_", f"{server}_{theirs}", flags=re.ASCII)
    schema = listed.get("inputSchema") or {}
    required = frozenset(schema.get("required") or ())
    parameters: list[Parameter] = []
    numbers = set()
    for key, shape in (schema.get("properties") or {}).items():
        made = _parameter(key, shape if isinstance(shape, dict) else {})
        if made is None:
            if key in required:
                raise UsageError(f"tool {theirs}: its parameter {key} is of a kind that plans do not have")
            continue
        parameters.append(made)
        if _type(shape) == "number":
            numbers.add(key)
    sent = {p.name: p.default for p in parameters}
    parameters.sort(key=lambda p: p.name not in required)
    if not parameters:
        parameters = [Parameter(NOTHING, "text", "What is asked, in a few words.", "", NOTHING)]
    text = str(listed.get("description") or listed.get("title") or theirs.replace("_", " ")).strip()
    effect = effect_of(listed.get("annotations") or {})
    result = "status" if effect in {"create", "send"} else "result"
    tool = Tool(name, f"mcp-{server}", effect, text, tuple(parameters), name, parameters[0].name, result)
    return tool, Borrowed(session, theirs, required, frozenset(numbers), sent)


def effect_of(hints: Mapping[str, Any]) -> Effect:
    """Read the effect off a server's hints; what says nothing may do anything."""
    if hints.get("readOnlyHint") is True:
        return "read"
    if hints.get("destructiveHint") is False and hints.get("openWorldHint") is False:
        return "create"
    return "send"


def _type(shape: object) -> str:
    """The type of a property; of "this or nothing", this."""
    if not isinstance(shape, dict):
        return ""
    several = shape.get("anyOf") or shape.get("oneOf")
    if several:
        types = {_type(each) for each in several} - {"null"}
        return types.pop() if len(types) == 1 else ""
    said = shape.get("type", "string" if "enum" in shape else "")
    if isinstance(said, list):
        left = [each for each in said if each != "null"]
        return str(left[0]) if len(left) == 1 else ""
    return str(said)


def _parameter(key: str, shape: Mapping[str, Any]) -> Parameter | None:
    kinds: Mapping[str, Kind] = {
        "string": "text", "number": "text", "integer": "int", "boolean": "bool", "array": "list",
    }  # fmt: skip
    kind = kinds.get(_type(shape))
    if kind is None or (kind == "list" and _type(shape.get("items", {"type": "string"})) != "string"):
        return None
    about = " ".join(str(shape.get("description") or key.replace("_", " ")).split())
    if choices := shape.get("enum"):
        about += " One of " + ", ".join(map(str, choices)) + "."
    default = shape.get("default")
    if kind == "list" and isinstance(default, list):
        default = tuple(default)
    if type(default) is not type(EMPTY[kind]):
        default = EMPTY[kind]
    return Parameter(key, kind, about, default, key)
