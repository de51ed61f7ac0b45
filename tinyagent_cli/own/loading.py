"""Finds the tools of one's own: in the configuration directory, in packages, at servers."""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tinyagent_cli import toolbox
from tinyagent_cli.errors import TinyAgentError, UsageError
from tinyagent_cli.own import Fault, Own, OwnTool, Run, executables, rules
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.desktops.base import Call
    from tinyagent_cli.settings import Settings

GROUP = "tinyagent.tools"
Found = tuple[str, "list[OwnTool] | TinyAgentError"]


def read_own(settings: Settings, built_in: Toolbox, *, fresh: bool = False) -> Own:
    """Read all of them. `fresh` asks the servers, where otherwise their last answer is good for a day."""
    found = [*in_folder(tools_folder(settings)), *in_packages()]
    if settings.mcp.servers:
        from tinyagent_cli.own import servers

        found += servers.lent(settings.mcp.servers, settings.folders.cache / "mcp", fresh=fresh)
    return gathered(found, built_in)


def tools_folder(settings: Settings) -> Path:
    """Where one's own tools are kept."""
    return settings.folders.config / "tools"


def gathered(found: Iterable[Found], built_in: Toolbox) -> Own:
    """Check what was found, each against the built-in tools and those before it."""
    tools: list[OwnTool] = []
    faults: list[Fault] = []
    apps = {tool.app for tool in built_in}
    for origin, each in found:
        if isinstance(each, TinyAgentError):
            faults.append(Fault(origin, str(each)))
            continue
        for own in each:
            try:
                if own.tool.app in apps:
                    raise UsageError(f'"{own.tool.app}" is the name of a built-in app; give the file another')
                taken = [*built_in, *(other.tool for other in tools)]
                tools.append(replace(own, tool=rules.checked(own.tool, taken)))
            except UsageError as fault:
                faults.append(Fault(own.origin, str(fault)))
    return Own(tuple(tools), tuple(faults))


def in_folder(folder: Path) -> Iterator[Found]:
    """Yield what every file of a folder declares, or why it cannot be read.

    What another user of the machine may change is not run.
    """
    if folder.is_dir() and (why := rules.open_to_others(folder) or rules.open_to_others(folder.parent)):
        yield str(folder), UsageError(why)
        return
    described = sorted(folder.glob("[!._]*.toml"))
    stems = {file.stem for file in described}
    for path in toolbox.folders(folder):
        if path.stem not in stems:
            yield in_python(path)
    for file in described:
        yield in_toml(file)


def in_file(path: Path) -> Found:
    """Read one file or folder, whichever kind it is."""
    if path.suffix == ".toml":
        return in_toml(path)
    if (beside := path.with_suffix(".toml")).is_file():
        return in_toml(beside)
    if path.suffix == ".py" or (path / "__init__.py").is_file():
        return in_python(path)
    return str(path), UsageError("neither a Python file, nor a folder with an __init__.py, nor a TOML")


def in_python(path: Path) -> Found:
    """Read a Python file or package folder."""
    # The package's name tells folders apart, so that a module of one is never taken for another's.
    package = f"tinyagent_own_{hashlib.sha256(str(path.parent).encode()).hexdigest()[:12]}"
    try:
        if why := rules.open_to_others(path) or rules.open_to_others(path / "__init__.py"):
            raise UsageError(why)
        read = toolbox.read_app(path.absolute(), package)
        if not read.tools:
            raise UsageError("no function in it is marked with @tool(effect=...)")
    except SystemExit as fault:
        return str(path), UsageError(f"it ends the program when it is loaded (exit status {fault.code})")
    except UsageError as fault:
        return str(path), UsageError(str(fault).removeprefix(f"{path}: "))
    return str(path), _of(read, str(path))


def in_toml(file: Path) -> Found:
    """Read an executable's TOML."""
    try:
        return str(file), [executables.read(file)]
    except UsageError as fault:
        return str(file), fault


def in_packages() -> Iterator[Found]:
    """Yield the tools of installed packages: an entry point is a module, or one function, marked as in a file."""
    if not any(_lends(Path(folder)) for folder in sys.path):
        return
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        origin = f"{point.dist.name if point.dist else 'package'} ({point.value})"
        try:
            loaded = point.load()
            if isinstance(loaded, ModuleType):
                read = toolbox.tools_of(loaded, point.name)
            elif hasattr(loaded, "__tool__"):
                read = Toolbox((toolbox.declared(loaded, point.name),), {loaded.__name__: loaded})
            else:
                raise UsageError("neither a module nor a function marked with @tool(effect=...)")
            yield origin, _of(read, origin)
        except TinyAgentError as fault:
            yield origin, fault
        except Exception as fault:  # noqa: BLE001 (a package's own code)
            yield origin, UsageError(f"{type(fault).__name__}: {fault}")


def _lends(folder: Path) -> bool:
    """True where some package there has tools; asking `importlib.metadata` reads every package's, and takes longer."""
    try:
        packages = [each for each in folder.iterdir() if each.suffix in {".dist-info", ".egg-info"}]
    except OSError:
        return not folder.is_dir() and folder.exists()  # an archive: who knows
    for package in packages:
        try:
            if GROUP.encode() in (package / "entry_points.txt").read_bytes():
                return True
        except OSError:
            continue
    return False


def _of(read: Toolbox, origin: str) -> list[OwnTool]:
    return [OwnTool(tool, _runner(read.functions[tool.name]), origin) for tool in read]


def _runner(function: Any) -> Run:
    def run(args: Any, _call: Call) -> object:
        result = function(**args)
        if inspect.iscoroutine(result):
            import asyncio

            return asyncio.run(result)
        return result

    return run
