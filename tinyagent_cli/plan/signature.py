"""What a planner knows of a tool: its name, its typed parameters, what it is for, what it does to the world."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "list", "int", "bool", "moment"]
Effect = Literal["read", "open", "create", "send"]

PUBLISHED_TYPES: Mapping[Kind, str] = {
    "text": "str", "list": "list[str]", "int": "int", "bool": "bool", "moment": "str",
}  # fmt: skip
STATUS = "status"
"""The result of a tool that says only that something was done."""
EMPTY: Mapping[Kind, object] = {"text": "", "list": (), "int": 0, "bool": False, "moment": ""}


@dataclass(frozen=True)
class Parameter:
    """One parameter of a tool.

    `key` is its word in the compact dialect, empty where the dialect leaves it out. `look_up` names the
    tool that finds a value of this kind (an address for a name). `end_of` names the parameter whose
    moment this one ends. `all_day_of` names the moment that settles this flag. `choices` lists the only
    values allowed, if any. `copied` says that a value is always words of the command, as a name that somebody gave is.
    """

    name: str
    kind: Kind
    description: str
    default: object
    key: str = ""
    look_up: str | None = None
    end_of: str | None = None
    all_day_of: str | None = None
    choices: tuple[object, ...] = ()
    copied: bool = False


@dataclass(frozen=True)
class Tool:
    """A function that the planner may call.

    `word` names it in the compact dialect, where its `main` parameter needs no key.
    """

    name: str
    app: str
    effect: Effect
    description: str
    parameters: tuple[Parameter, ...]
    word: str
    main: str
    result: str

    def parameter(self, name: str) -> Parameter:
        """Return the parameter of that name. Raises KeyError."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    @property
    def hands_on(self) -> bool:
        """True where a later step can use the result; that something was done is nothing to use."""
        return self.result != STATUS

    @property
    def signature(self) -> str:
        """The published prompt form (TinyAgent, arXiv 2409.00608): `name(arg: type, ...) -> str`."""
        inner = ", ".join(f"{p.name}: {PUBLISHED_TYPES[p.kind]}" for p in self.parameters)
        return f"{self.name}({inner}) -> str"

    @property
    def schema(self) -> dict[str, object]:
        """The JSON Schema of the tool's arguments, as function-calling interfaces take it."""
        properties: dict[str, object] = {}
        for p in self.parameters:
            shape: dict[str, object] = {
                "text": {"type": "string"},
                "list": {"type": "array", "items": {"type": "string"}},
                "int": {"type": "integer"},
                "bool": {"type": "boolean"},
                "moment": {"type": "string"},
            }[p.kind]  # type: ignore[assignment]
            properties[p.name] = {
                **shape,
                "description": p.description,
                **({"enum": list(p.choices)} if p.choices else {}),
            }
        return {
            "type": "object",
            "properties": properties,
            "required": [p.name for p in self.parameters],
            "additionalProperties": False,
        }
