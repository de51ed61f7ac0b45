"""What other programs' configuration says of where things are: khal, todoman, khard, vdirsyncer, git.

Files that cannot be read are passed over: another program's mistake is not ours to report.
"""

from __future__ import annotations

import ast
import glob
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Sections = Mapping[tuple[str, ...], Mapping[str, str]]


@dataclass(frozen=True)
class Collection:
    """A vdir collection: a directory of items, and the name that a program knows it by."""

    path: Path
    name: str

    @property
    def title(self) -> str:
        """The name shown to people: vdir's `displayname` where there is one."""
        try:
            return (self.path / "displayname").read_text("utf-8").strip() or self.name
        except (OSError, UnicodeDecodeError):
            return self.name


@dataclass(frozen=True)
class Calendars:
    """What a program's configuration says: its writable collections, and the default one's name."""

    collections: tuple[Collection, ...] = ()
    default: str = ""


@dataclass(frozen=True)
class Surroundings:
    """Where the person's configuration is, and how `~` and `$VAR` in it are to be read."""

    home: Path
    env: Mapping[str, str]

    @property
    def config(self) -> Path:
        """`$XDG_CONFIG_HOME`."""
        return self.base("XDG_CONFIG_HOME", ".config")

    def base(self, variable: str, default: str) -> Path:
        """A base directory; a relative one is to be ignored (XDG Base Directory Specification)."""
        value = Path(self.env.get(variable, ""))
        return value if value.is_absolute() else self.home / default

    def path(self, text: str) -> Path:
        """Read a path as people write it: `~`, `$VAR`; relative ones stand in the home directory."""
        text = re.sub(
            r"\$(\w+)|\$\{(\w+)\}",
            lambda m: str(self.home) if (m[1] or m[2]) == "HOME" else self.env.get(m[1] or m[2], m[0]),
            text.strip(),
        )
        if text == "~" or text.startswith("~/"):
            text = str(self.home) + text[1:]
        return Path(os.path.normpath(self.home / text))

    def directories(self, pattern: str) -> list[Path]:
        """The directories a path with wildcards stands for; one without wildcards need not exist."""
        whole = str(self.path(pattern))
        if not glob.has_magic(whole):
            return [Path(whole)]
        found = (Path(p) for p in sorted(glob.glob(whole, recursive=True)))  # noqa: PTH207
        return [p for p in found if p.is_dir()]


def sections(path: Path) -> Sections:
    """Read an INI-like file with nested sections (`[a]`, `[[b]]`), as configobj writes them."""
    found: dict[tuple[str, ...], dict[str, str]] = {(): {}}
    here: tuple[str, ...] = ()
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return found
    for line in map(str.strip, lines):
        if head := re.match(r"(\[+)\s*(.*?)\s*\]+\s*(?:[#;].*)?$", line):
            here = (*here[: len(head[1]) - 1], head[2].strip("\"'"))
            found.setdefault(here, {})
        elif "=" in line and not line.startswith(("#", ";")):
            key, _, value = line.partition("=")
            found[here][key.strip().lower()] = unquoted(value.strip())
    return found


def unquoted(value: str) -> str:
    """Take the quotation marks or the trailing comment off a value."""
    if value.startswith(('"', "'")) and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return re.split(r"\s#", value, maxsplit=1)[0].strip()


def khal(around: Surroundings) -> Calendars:
    """Calendars that khal is configured with, those marked read-only left out."""
    read = sections(around.config / "khal" / "config")
    collections = tuple(
        Collection(path, name[1] if values.get("type") != "discover" and "*" not in values["path"] else path.name)
        for name, values in read.items()
        if len(name) == 2 and name[0] == "calendars" and values.get("path")
        and values.get("readonly", "").lower() not in {"true", "1", "yes", "on"}
        for path in around.directories(values["path"])
    )  # fmt: skip
    return Calendars(collections, read.get(("default",), {}).get("default_calendar", ""))


def todoman(around: Surroundings) -> Calendars:
    """Lists that todoman is configured with: `config.py`, read as literals and never run, or the older INI form."""
    values = dict(literals(around.config / "todoman" / "config.py"))
    if not values:
        values = {**sections(around.config / "todoman" / "todoman.conf").get(("main",), {})}
    if not values.get("path"):
        return Calendars()
    paths = around.directories(values["path"])
    return Calendars(tuple(Collection(p, p.name) for p in paths), values.get("default_list", ""))


def literals(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the names that a Python file sets to plain strings."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
        return
    for node in tree.body:
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value.value


def vdirsyncer(around: Surroundings, suffix: str) -> tuple[Collection, ...]:
    """Collections that vdirsyncer keeps on this machine with items of that suffix (`.ics`, `.vcf`)."""
    named = around.env.get("VDIRSYNCER_CONFIG", "")
    candidates = (
        [around.path(named)]
        if named
        else [around.config / "vdirsyncer/config", around.path("~/.vdirsyncer/config")]
    )
    for candidate in candidates:
        found = []
        for name, values in sections(candidate).items():
            if not (name and name[0].startswith("storage ")):
                continue
            if json_text(values.get("type")) == "filesystem" and json_text(values.get("fileext")) == suffix:
                root = around.path(json_text(values.get("path")))
                # Collections are the directories below; with `collections = null` it is the path itself.
                below = (
                    sorted(p for p in root.iterdir() if p.is_dir() and p.name[0] != ".")
                    if root.is_dir()
                    else []
                )
                found += [Collection(p, p.name) for p in below or [root]]
        if found:
            return tuple(found)
    return ()


def json_text(value: str | None) -> str:
    """Read a vdirsyncer value, which is JSON, quotation marks possibly gone already."""
    try:
        read = json.loads(value or '""')
    except ValueError:
        read = value
    return str(read)


def khard(around: Surroundings) -> tuple[Path, ...]:
    """Address books that khard is configured with."""
    named = around.env.get("KHARD_CONFIG", "")
    read = sections(around.path(named) if named else around.config / "khard" / "khard.conf")
    return tuple(
        path
        for name, values in read.items()
        if len(name) == 2 and name[0] == "addressbooks" and values.get("path")
        for path in around.directories(values["path"])
    )


def git_user(around: Surroundings) -> tuple[str, str]:
    """Name and address that the person gave git."""
    name = address = ""
    for path in (around.config / "git" / "config", around.home / ".gitconfig"):
        user = sections(path).get(("user",), {})
        name, address = user.get("name", name), user.get("email", address)
    return name, address


def user_directory(around: Surroundings, which: str, default: str) -> Path:
    """A directory of xdg-user-dirs, `DOCUMENTS` say."""
    value = sections(around.config / "user-dirs.dirs").get((), {}).get(f"xdg_{which}_dir".lower(), "")
    return around.path(value) if value else around.home / default
