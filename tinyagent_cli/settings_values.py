"""The types a setting may have: how a value is checked, read from text, and described in JSON Schema."""

from __future__ import annotations

import contextlib
import tomllib
import typing
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from tinyagent_cli import settings

TRUE, FALSE = frozenset({"true", "yes", "on", "1"}), frozenset({"false", "no", "off", "0"})


@lru_cache(maxsize=64)
def hint_of(name: str) -> Any:
    """Return the type of `section.key`."""
    section, _, key = name.partition(".")
    return typing.get_type_hints(settings.SECTIONS[section])[key]


def said(hint: Any) -> str:
    """Name a type for a person."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in typing.get_args(hint))
    if origin is tuple:
        return "a list of texts"
    if origin in {dict, Mapping}:
        return "a table whose values are " + said(typing.get_args(hint)[1])
    return {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}[hint]


def checked(hint: Any, value: object) -> Any:
    """Return the value as that type. Raises ValueError, whose message names the type wanted."""
    origin = typing.get_origin(hint)
    if origin is tuple and isinstance(value, list) and all(isinstance(v, str) for v in value):
        return tuple(value)
    if origin in {dict, Mapping} and isinstance(value, dict):
        with contextlib.suppress(ValueError):
            return {str(k): checked(typing.get_args(hint)[1], v) for k, v in value.items()}
    if origin is Literal and value in typing.get_args(hint):
        return value
    if hint is int and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if hint is float and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if hint in {str, bool} and isinstance(value, hint):
        return value
    raise ValueError(said(hint))


def from_text(hint: Any, text: str) -> Any:
    """Read a value from an environment variable or an argument: lists by commas, tables as in TOML.

    Raises ValueError, whose message names the type wanted.
    """
    origin = typing.get_origin(hint)
    if origin is tuple:
        bare = text.strip().removeprefix("[").removesuffix("]")
        return tuple(part.strip().strip("\"'") for part in bare.split(",") if part.strip())
    if origin in {dict, Mapping}:
        try:
            return checked(hint, tomllib.loads("value = " + text.strip())["value"])
        except (ValueError, RecursionError) as fault:
            raise ValueError(said(hint) + ', written { name = "value" }') from fault
    if hint is bool:
        word = text.strip().lower()
        return checked(hint, True if word in TRUE else False if word in FALSE else text)
    if hint in {int, float}:
        try:
            return checked(hint, hint(text))
        except ValueError as fault:
            raise ValueError(said(hint)) from fault
    return checked(hint, text)


def schema_of(hint: Any) -> dict[str, Any]:
    """Describe a type in JSON Schema."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        return {"type": "string", "enum": list(typing.get_args(hint))}
    if origin is tuple:
        return {"type": "array", "items": {"type": "string"}}
    if origin in {dict, Mapping}:
        return {"type": "object", "additionalProperties": schema_of(typing.get_args(hint)[1])}
    if hint is int:
        return {"type": "integer", "minimum": 0}
    return {"type": {str: "string", float: "number", bool: "boolean"}[hint]}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the configuration file."""
    import dataclasses

    sections: dict[str, Any] = {}
    for section, kind in settings.SECTIONS.items():
        sections[section] = {
            "type": "object",
            "description": (kind.__doc__ or "").strip(),
            "additionalProperties": False,
            "properties": {},
        }
        empty = kind()
        for each in dataclasses.fields(kind):
            default = getattr(empty, each.name)
            sections[section]["properties"][each.name] = {
                **schema_of(hint_of(f"{section}.{each.name}")),
                "description": each.metadata["help"],
                "default": list(default) if isinstance(default, tuple) else default,
            }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "tinyagent configuration",
        "type": "object",
        "additionalProperties": False,
        "properties": sections,
    }
