"""What `tinyagent doctor` looks at: each check says what it found and, where something is wrong, the remedy."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from tinyagent_cli import settings
from tinyagent_cli.commands._desktop import kind_of, places_of
from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.settings import Settings
from tinyagent_cli.version import VERSION

Health = Literal["good", "note", "bad"]
EXTRAS = {"voice": ("sounddevice", "pywhispercpp"), "learn": ("torch", "transformers"), "mcp": ("mcp",)}


@dataclass(frozen=True)
class Finding:
    """One check's outcome. A note is worth knowing; only a bad one keeps something from working."""

    name: str
    health: Health
    found: str
    remedy: str = ""


def findings(read: Settings | None, wrong: str = "") -> Iterator[Finding]:
    """Yield every finding. `read` is None where the settings are `wrong`."""
    yield Finding(
        "tinyagent", "good", f"{VERSION}, Python {platform.python_version()}, {platform.platform(terse=True)}"
    )
    yield configuration(read, wrong)
    yield guarded("tools", tools_there)
    yield guarded("llama.cpp", llama)
    yield guarded("processor", processor)
    yield guarded("model", model)
    given = read or Settings(file=settings.path_of(), folders=settings.Folders.find(os.environ))
    for name in ("data", "state", "cache"):
        yield writable(f"{name} folder", getattr(given.folders, name))
    yield Finding("desktop", "good", kind_of(given))
    if kind_of(given) == "open":
        yield from desktop_open(given)
    yield from listening(given)
    yield from extras()


def guarded(name: str, check: Callable[[], Finding]) -> Finding:
    """Run one check; what goes wrong in it is its finding."""
    try:
        return check()
    except Exception as fault:  # noqa: BLE001 (a doctor reports, whatever it is)
        head, _, rest = str(fault).partition("\n")
        return Finding(name, "bad", head or type(fault).__name__, rest.strip())


def configuration(read: Settings | None, wrong: str) -> Finding:
    """The configuration file."""
    if read is None:
        return Finding("settings", "bad", wrong, "mend it with: tinyagent config edit")
    if read.strangers:
        return Finding(
            "settings",
            "note",
            f"no setting is called {', '.join(read.strangers)}",
            "unset it in the environment",
        )
    if secret := told_to_others(read):
        return Finding(
            "settings", "bad", f"{read.file} holds {secret}, and other users may read it", f"chmod 600 {read.file}"
        )
    there = "" if read.file.is_file() else " (not there: every setting has its default)"
    return Finding("settings", "good", f"{read.file}{there}")


def told_to_others(read: Settings) -> str:
    """The secret setting in a file that others may read; "" where there is none."""
    if not (hasattr(os, "getuid") and read.file.is_file() and read.file.stat().st_mode & 0o044):
        return ""
    secret = [name for name, each in settings.names() if each.metadata.get("secret") and read.value(name)]
    secret += ["mcp.servers"] if any(table.get("env") for table in read.mcp.servers.values()) else []
    return next((name for name in secret if read.origin(name).startswith(str(read.file))), "")


def tools_there() -> Finding:
    """The built-in tools."""
    from tinyagent_cli.toolbox import built_in, built_in_directory

    count = len(built_in())
    if not count:
        return Finding("tools", "bad", f"none in {built_in_directory()}", "install tinyagent again")
    return Finding("tools", "good", f"{count} in {built_in_directory()}")


def llama() -> Finding:
    """The library that runs models."""
    version = metadata.version("llama-cpp-python")
    return Finding("llama.cpp", "good", f"llama-cpp-python {version}")


def processor() -> Finding:
    """Cores, and the trap that AMX is."""
    from tinyagent_cli.planner.library import has_amx

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    kind = f"{cores} cores, {platform.machine()}"
    if has_amx():
        return Finding(
            "processor",
            "note",
            f"{kind}, with AMX: llama.cpp's repacked kernels are left out, since they can crash",
        )
    return Finding("processor", "good", kind)


def model() -> Finding:
    """The starter model's files, tried out in a process of its own, where a crash is only a finding."""
    from tinyagent_cli.planner import guard, starter

    base, adapter = starter.base(), starter.adapter()
    if adapter is None:
        return Finding("model", "bad", f"{starter.ADAPTER.name} is missing", "install tinyagent again")
    threads = guard.tried_out(base, adapter)
    computes = f"; threads: {threads.write} to write, {threads.read} to read" if threads.write else ""
    return Finding("model", "good", f"starter: {base.name} with {adapter.name}, tried out{computes}")


def writable(name: str, folder: Path) -> Finding:
    """A folder of the program's own, or the nearest one above it that is there."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    try:
        with tempfile.TemporaryFile(dir=there):
            pass
    except OSError as fault:
        return Finding(
            name,
            "bad",
            f"{folder}: cannot be written ({fault.strerror})",
            f"make it yours: chown -R $USER {there}",
        )
    return Finding(name, "good", str(folder))


def desktop_open(read: Settings) -> Iterator[Finding]:
    """The places of the open desktop, and the programs that it hands things to."""
    try:
        places = places_of(read, os.environ)
    except TinyAgentError as fault:
        yield Finding("places", "bad", str(fault), "mend [open] with: tinyagent config edit")
        return
    cards = sum(1 for book in places.contacts if book.is_dir() for _ in book.glob("*.vcf"))
    books = ", ".join(map(str, places.contacts))
    if cards:
        yield Finding("contacts", "good", f"{cards} in {books}")
    else:
        yield Finding(
            "contacts",
            "note",
            f"none in {books}",
            "name your address book: tinyagent config set open.contacts FOLDER",
        )
    yield writable("calendar", places.events)
    yield writable("reminders", places.reminders)
    yield writable("mail drafts", places.mail)
    yield writable("notes", places.notes)
    if shutil.which("open" if sys.platform == "darwin" else "xdg-open"):
        yield Finding("opener", "good", "files and maps are shown in their programs")
    else:
        yield Finding(
            "opener", "note", "xdg-open is not there: files are found, not shown", "install xdg-utils"
        )
    if shutil.which("kdeconnect-cli"):
        yield Finding("texts", "good", "KDE Connect")
    else:
        yield Finding(
            "texts", "note", f"no KDE Connect: texts are kept in {places.outbox}", "install kdeconnect"
        )
    if not (read.zoom.account_id and read.zoom.client_id):
        yield Finding(
            "zoom", "note", "no credentials", "set zoom.account_id, zoom.client_id and zoom.client_secret"
        )


def listening(read: Settings) -> Iterator[Finding]:
    """The way from a mouth to a command."""
    from tinyagent_cli.voice import checks

    try:
        for each in checks.findings(read.voice.model, read.voice.device):
            yield Finding(each.name, each.health, each.found, each.remedy)
    except Exception as fault:  # noqa: BLE001 (a doctor reports, whatever it is)
        yield Finding("voice", "bad", str(fault) or type(fault).__name__, "install the extra voice again")


def extras() -> Iterator[Finding]:
    """Which optional parts are installed."""
    from importlib.util import find_spec

    missing = [extra for extra, modules in EXTRAS.items() if not all(find_spec(module) for module in modules)]
    there = [extra for extra in EXTRAS if extra not in missing]
    found = f"installed: {', '.join(there) or 'none'}"
    yield Finding("extras", "good", found + (f"; not: {', '.join(missing)}" if missing else ""))
