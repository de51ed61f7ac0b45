"""Reads the tools: every folder of a tools directory is an app, every `@tool` function in it a tool.

The one declaration of a tool is a typed, documented Python function; the prompt signature, the JSON
Schema, the grammar and the confirmation are all read off it:

    @tool(effect="create", word="note", main="name")
    def create_note(
        name: Annotated[str, Param("Title of the note.")],
        content: Annotated[str, Param("Its text.", key="say")] = "",
    ) -> Annotated[str, "what was done"]:
        "Create a note."
"""

from __future__ import annotations

import importlib.util
import inspect
import sys
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, NewType, TypeVar

from tinyagent_cli.errors import UsageError
from tinyagent_cli.plan.signature import EMPTY, STATUS, Effect, Kind, Parameter, Tool

Moment = NewType("Moment", str)
"""The type of a parameter that takes words of time."""

KINDS: Mapping[object, Kind] = {str: "text", list[str]: "list", int: "int", bool: "bool", Moment: "moment"}
BUILT_IN = "tinyagent_tools"
F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Param:
    """What `Annotated` adds to a parameter's type; the fields are those of `plan.signature.Parameter`."""

    description: str
    key: str = ""
    look_up: str | None = None
    end_of: str | None = None
    all_day_of: str | None = None
    choices: tuple[object, ...] = ()
    copied: bool = False


def tool(*, effect: Effect, word: str = "", main: str = "") -> Callable[[F], F]:
    """Mark a function as a tool.

    `effect` says what it does to the world. `word` names it in the compact dialect (the function's own
    name where it is left out) and `main` is the parameter that needs no key there (the first one).
    """

    def mark(function: F) -> F:
        function.__tool__ = (effect, word, main)  # type: ignore[attr-defined]
        return function

    return mark


def declared(function: Callable[..., Any], app: str) -> Tool:
    """Read a tool off its declaration. Raises UsageError where a type or the description is missing."""
    effect, word, main = function.__tool__  # type: ignore[attr-defined]
    name = function.__name__
    hints = typing.get_type_hints(function, include_extras=True)
    parameters = []
    for parameter in inspect.signature(function).parameters.values():
        hint = hints.get(parameter.name)
        args = typing.get_args(hint) if hasattr(hint, "__metadata__") else (hint, Param(""))
        kind = KINDS.get(args[0])
        if kind is None:
            raise UsageError(
                f"tool {name}: parameter {parameter.name} needs a type: str, int, bool, list[str] or Moment"
            )
        note = args[1] if isinstance(args[1], Param) else Param(str(args[1]))
        given = parameter.default is not inspect.Parameter.empty
        default: Any = parameter.default if given else EMPTY[kind]
        if kind == "list":
            default = tuple(default)
        parameters.append(
            Parameter(
                parameter.name, kind, note.description, default, note.key or parameter.name, note.look_up, note.end_of, note.all_day_of, note.choices,
                note.copied,
            )
        )  # fmt: skip
    if not (function.__doc__ or "").strip():
        raise UsageError(f"tool {name}: needs a docstring that says what it does")
    if not parameters:
        raise UsageError(f"tool {name}: needs at least one parameter")
    returns = typing.get_args(hints.get("return"))
    return Tool(
        name, app, effect, inspect.cleandoc(function.__doc__ or ""), tuple(parameters),
        word or name, main or parameters[0].name, str(returns[1]) if len(returns) > 1 else STATUS,
    )  # fmt: skip


@dataclass(frozen=True)
class Toolbox:
    """The tools on offer, in their order, and the functions that declare them."""

    tools: tuple[Tool, ...]
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict, compare=False, repr=False)

    def __iter__(self) -> Iterator[Tool]:
        return iter(self.tools)

    def __contains__(self, name: object) -> bool:
        return any(tool.name == name for tool in self.tools)

    def __len__(self) -> int:
        return len(self.tools)

    def get(self, name: str) -> Tool | None:
        """Return the tool of that name, or None."""
        return next((tool for tool in self.tools if tool.name == name), None)

    def __getitem__(self, name: str) -> Tool:
        found = self.get(name)
        if found is None:
            raise KeyError(name)
        return found

    def only(self, names: Iterable[str]) -> Toolbox:
        """Return the toolbox with just these tools, in its own order."""
        kept = set(names)
        return Toolbox(tuple(t for t in self.tools if t.name in kept), self.functions)

    def without_apps(self, apps: Iterable[str]) -> Toolbox:
        """Return the toolbox without the tools of switched-off apps."""
        off = set(apps)
        return Toolbox(tuple(t for t in self.tools if t.app not in off), self.functions)


def built_in_directory() -> Path:
    """The built-in `tools/`: inside the wheel beside this module, in a checkout at the top."""
    inside = Path(__file__).parent / "tools"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "tools"


def load_app(folder: Path, package: str = BUILT_IN) -> ModuleType:
    """Import a tool folder (or file) as `package.<name>`, once. Raises UsageError where it cannot be read."""
    name = f"{package}.{folder.stem}"
    if name in sys.modules:
        return sys.modules[name]
    if package not in sys.modules:
        parent = ModuleType(package)
        parent.__path__ = [str(folder.parent)]
        sys.modules[package] = parent
    path = folder / "__init__.py" if folder.is_dir() else folder
    spec = importlib.util.spec_from_file_location(
        name, path, submodule_search_locations=[str(folder)] if folder.is_dir() else None
    )
    if spec is None or spec.loader is None:
        raise UsageError(f"{path}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except Exception as fault:
        del sys.modules[name]
        raise UsageError(f"{path}: {type(fault).__name__}: {fault}") from fault
    return module


def read(directory: Path, package: str = BUILT_IN) -> Toolbox:
    """Read every app of a tools directory. Raises UsageError, naming the file."""
    apps = [read_app(folder, package) for folder in folders(directory)]
    tools = tuple(tool for app in apps for tool in app)
    return Toolbox(tools, {name: function for app in apps for name, function in app.functions.items()})


def folders(directory: Path) -> list[Path]:
    """The apps of a tools directory, by name: packages and Python files."""
    return [
        folder
        for folder in (sorted(directory.iterdir()) if directory.is_dir() else [])
        if not folder.name.startswith(("_", "."))
        and ((folder / "__init__.py").is_file() or folder.suffix == ".py")
    ]


def read_app(folder: Path, package: str = BUILT_IN) -> Toolbox:
    """Read the tools of one app. Raises UsageError, naming the file."""
    return tools_of(load_app(folder, package), folder.stem)


def tools_of(module: ModuleType, app: str) -> Toolbox:
    """Read the tools that a module declares. Raises UsageError."""
    functions = {
        function.__name__: function
        for function in vars(module).values()
        if callable(function) and hasattr(function, "__tool__") and function.__module__ == module.__name__
    }
    return Toolbox(tuple(declared(function, app) for function in functions.values()), functions)


def built_in() -> Toolbox:
    """The sixteen tools."""
    return read(built_in_directory())
