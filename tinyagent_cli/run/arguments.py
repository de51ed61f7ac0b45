"""Arguments on their way from a plan to a desktop: results put in for references, moments made dates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Any

from tinyagent_cli.errors import DesktopError
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Value
from tinyagent_cli.plan.moments import MomentError, resolve
from tinyagent_cli.plan.signature import Parameter, Tool

Result = Callable[[int], str | None]
"""The result of a step by its number, None where it is not known."""

_ADDRESS = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
_NUMBER = re.compile(r"\+?(?:[\s()./*#-]*\d){3,}[\s*#]*")


def put_in(value: Value, result: Result) -> Value:
    """Put results in for the references of one argument, in one pass; `$k` stays where none is known.

    An item of a list that is nothing but a reference to several addresses becomes as many items.
    """
    if isinstance(value, str):
        return references.substitute(value, lambda number: _known(result, number))
    if isinstance(value, tuple):
        return _items(value, result)
    return value


def members(result: str) -> list[str]:
    """Take the addresses of a group apart: `a@x.org, b@x.org`. Any other text is one item, commas and all."""
    parts = [part.strip() for part in result.split(",")]
    apart = len(parts) > 1 and all(_ADDRESS.fullmatch(p) or _NUMBER.fullmatch(p) for p in parts)
    return parts if apart else [result]


def prepared(tool: Tool, args: Mapping[str, Value], now: dt.datetime) -> dict[str, Any]:
    """Return the arguments as a desktop gets them (`Desktop.call`): every parameter by name.

    Raises DesktopError where a moment or a number is none.
    """
    out: dict[str, Any] = {}
    for parameter in tool.parameters:
        value: Any = args.get(parameter.name, parameter.default)
        out[parameter.name] = _as_kind(tool, parameter, value, now, out.get(parameter.end_of or ""))
    return out


def _known(result: Result, number: int) -> str:
    known = result(number)
    return f"${number}" if known is None else known


def _items(items: tuple[str, ...], result: Result) -> tuple[str, ...]:
    out: list[str] = []
    grouped = False
    for item in items:
        number = references.whole(item)
        known = None if number is None else result(number)
        if known is None:
            out.append(references.substitute(item, lambda n: _known(result, n)))
            continue
        several = members(known)
        grouped = grouped or len(several) > 1
        out += several
    # Somebody who is named beside a group that they belong to gets one message, not two.
    return tuple(dict.fromkeys(out)) if grouped else tuple(out)


def _as_kind(tool: Tool, parameter: Parameter, value: Any, now: dt.datetime, start: Any) -> Any:
    if isinstance(value, Moment):
        value = value.iso
    if parameter.kind == "list":
        return [str(item) for item in ((value,) if isinstance(value, str) and value else value or ())]
    if parameter.kind == "moment":
        return _moment(tool, parameter, value, now, start)
    if parameter.kind == "int" and isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            raise DesktopError(
                f"{tool.name} needs a whole number for {parameter.name}, not {value!r}"
            ) from None
    return value


def _moment(tool: Tool, parameter: Parameter, value: Any, now: dt.datetime, start: Any) -> dt.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, dt.date):
        return value
    try:
        return resolve(str(value), now, start=start if isinstance(start, dt.date) else None)
    except MomentError as fault:
        raise DesktopError(f"{tool.name}, {parameter.name}: {fault}") from fault
