"""What `tinyagent doctor` looks at: each check says what it found and, where something is wrong, the remedy."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

from tinyagent_cli import settings
from tinyagent_cli.commands._desktop import kind_of, on_macos, places_of
from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.finding import Finding, Health
from tinyagent_cli.settings import Settings
from tinyagent_cli.version import VERSION
from tinyagent_cli.view.text import counted

DISTRIBUTION = "tinyagent-cli"
EXTRAS = ("voice", "mcp", "learn", "keyring")


def findings(read: Settings | None, wrong: str = "") -> Iterator[Finding]:
    """Yield every finding. `read` is None where the settings are `wrong`."""
    yield Finding(
        "tinyagent", "good", f"{VERSION}, Python {platform.python_version()}, {platform.platform(terse=True)}"
    )
    yield configuration(read, wrong)
    yield guarded("tools", tools_there)
    yield guarded("dependencies", dependencies)
    yield guarded("llama.cpp", llama)
    yield guarded("processor", processor)
    yield guarded("model", model)
    given = read or Settings(file=settings.path_of(), folders=settings.Folders.find(os.environ))
    for name in ("data", "state", "cache"):
        yield writable(f"{name} folder", getattr(given.folders, name))
    yield Finding("desktop", "good", kind_of(given))
    if kind_of(given) == "open":
        yield from desktop_open(given)
    elif on_macos():
        yield from permitted()
    else:
        yield Finding("apps", "bad", "the desktop macos needs macOS", "tinyagent config set desktop.kind open")
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


def dependencies() -> Finding:
    """Every package that the program needs, each in a version that fits."""
    try:
        needed, lacking = required()
    except metadata.PackageNotFoundError:
        return Finding("dependencies", "note", "run from a folder: what it needs is not known", "pip install .")
    if lacking:
        return Finding("dependencies", "bad", "; ".join(lacking), "install tinyagent again")
    return Finding("dependencies", "good", f"all {len(needed)} packages, in versions that fit")


def required(extra: str = "") -> tuple[list[str], list[str]]:
    """The packages that the program needs, those of an extra alone where one is named; and what is wrong with them.

    Raises importlib.metadata.PackageNotFoundError where the program is not installed.
    """
    from packaging.requirements import Requirement

    names, lacking = [], []
    for text in metadata.requires(DISTRIBUTION) or ():
        each = Requirement(text)
        always = each.marker is None or each.marker.evaluate({"extra": ""})
        if always == bool(extra) or (each.marker and not each.marker.evaluate({"extra": extra})):
            continue
        names.append(each.name)
        try:
            version = metadata.version(each.name)
        except metadata.PackageNotFoundError:
            lacking.append(f"{each.name} is missing")
            continue
        if not each.specifier.contains(version, prereleases=True):
            lacking.append(f"{each.name} {version} is there, {each.specifier} is needed")
    return names, lacking


def llama() -> Finding:
    """The library that runs models."""
    version = metadata.version("llama-cpp-python")
    return Finding("llama.cpp", "good", f"llama-cpp-python {version}")


def processor() -> Finding:
    """Cores, and the trap that AMX is."""
    from tinyagent_cli.planner.library import has_amx

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    kind = f"{counted(cores or 1, 'core')}, {platform.machine()}"
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


def permitted() -> Iterator[Finding]:
    """What macOS allows; looking is what makes macOS ask the person."""
    from tinyagent_cli.desktops.applescript import default_runner
    from tinyagent_cli.desktops.permissions import permissions
    from tinyagent_cli.toolbox import built_in_directory

    for each in permissions(default_runner(), built_in_directory()):
        health: Health = "good" if each.allowed else "bad"
        yield Finding(each.app, health, "may be used from here" if each.allowed else each.said, each.remedy)
    yield Finding("mail, messages", "good", "macOS asks when they are first needed")


def listening(read: Settings) -> Iterator[Finding]:
    """The way from a mouth to a command."""
    from tinyagent_cli.voice import checks

    try:
        yield from checks.findings(read.voice.model, read.voice.device)
    except Exception as fault:  # noqa: BLE001 (a doctor reports, whatever it is)
        yield Finding("voice", "bad", str(fault) or type(fault).__name__, "install the extra voice again")


def extras() -> Iterator[Finding]:
    """Which optional parts are installed, whole or in part."""
    there, missing, partly = [], [], []
    try:
        for extra in EXTRAS:
            names, lacking = required(extra)
            if not lacking:
                there.append(extra)
            elif len(lacking) == len(names):
                missing.append(extra)
            else:
                partly.append(f"{extra}, but {', '.join(lacking)}")
    except metadata.PackageNotFoundError:
        return
    found = f"installed: {', '.join(there) or 'none'}" + (f"; not: {', '.join(missing)}" if missing else "")
    if partly:
        remedy = f"pip install '{DISTRIBUTION}[{','.join(each.partition(',')[0] for each in partly)}]'"
        yield Finding("extras", "note", "; ".join([found, *partly]), remedy)
    else:
        yield Finding("extras", "good", found)
