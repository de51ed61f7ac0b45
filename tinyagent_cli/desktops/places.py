"""Where the desktop `open` keeps and finds things."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from tinyagent_cli.desktops import programs
from tinyagent_cli.desktops.programs import Collection, Surroundings
from tinyagent_cli.errors import SettingsError

LIST_NAMES = ("reminders", "tasks", "todo", "todos")
MAILDIRS = ("Maildir", "Mail", ".mail", "mail")


@dataclass(frozen=True)
class Places:
    """Directories, and who the person is. Nothing is made here; what is missing is made when first written to.

    `events` and `reminders` are the default collections, `calendars` and `lists` all that a name may pick.
    `mail` is a Maildir or a directory of Maildirs; `selected_mail` the message that a reply answers, where
    a mail program hands one over. `state` holds locks and the ledger of calls, `cache` what can be made anew.
    """

    home: Path
    events: Path
    calendars: tuple[Collection, ...]
    reminders: Path
    lists: tuple[Collection, ...]
    contacts: tuple[Path, ...]
    notes: Path
    mail: Path
    selected_mail: Path | None
    outbox: Path
    search: tuple[Path, ...]
    state: Path
    cache: Path
    name: str = ""
    address: str = ""

    @classmethod
    def found(cls, overrides: Mapping[str, str], env: Mapping[str, str]) -> Places:
        """Find the places: overrides, then what other programs are configured with, then the XDG base directories.

        Overrides go by the names of the fields; several directories in one are parted by `os.pathsep`, and
        an empty value counts as none. Raises SettingsError on an unknown name.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(overrides) - known):
            raise SettingsError(
                f"No place is called {', '.join(map(repr, unknown))}. The places are: {', '.join(sorted(known))}."
            )
        given = {key: value for key, value in overrides.items() if value}
        home = Path(given.get("home") or env.get("HOME") or Path.home())
        around = Surroundings(home, env)
        data = around.base("XDG_DATA_HOME", ".local/share")
        documents = programs.user_directory(around, "DOCUMENTS", "Documents")
        events, calendars = default_events(given, around, data)
        reminders, lists = default_reminders(given, around, data, calendars)
        name, address = identity(given, around)

        def place(key: str, default: Path) -> Path:
            return around.path(given[key]) if key in given else default

        def several(key: str, default: tuple[Path, ...]) -> tuple[Path, ...]:
            patterns = [p for p in given.get(key, "").split(os.pathsep) if p]
            return tuple(d for p in patterns for d in around.directories(p)) if patterns else default

        return cls(
            home=home,
            events=events,
            calendars=calendars,
            reminders=reminders,
            lists=lists,
            contacts=several("contacts", address_books(around, data)),
            notes=place("notes", documents / "Notes"),
            mail=place("mail", maildir(around, data)),
            selected_mail=around.path(given["selected_mail"]) if "selected_mail" in given else None,
            outbox=place("outbox", data / "tinyagent" / "outbox"),
            search=several(
                "search",
                (
                    documents,
                    programs.user_directory(around, "DESKTOP", "Desktop"),
                    programs.user_directory(around, "DOWNLOAD", "Downloads"),
                    home,
                ),
            ),
            state=place("state", around.base("XDG_STATE_HOME", ".local/state") / "tinyagent"),
            cache=place("cache", around.base("XDG_CACHE_HOME", ".cache") / "tinyagent"),
            name=name,
            address=address,
        )


def default_events(
    given: Mapping[str, str], around: Surroundings, data: Path
) -> tuple[Path, tuple[Collection, ...]]:
    """The collection new events go to, and all calendars."""
    if "events" in given:
        events = around.path(given["events"])
        others = chosen("calendars", given, around)
        return events, with_default(events, others) if others else with_siblings(events)
    khal = programs.khal(around)
    calendars = chosen("calendars", given, around) or khal.collections or programs.vdirsyncer(around, ".ics")
    if not calendars:
        events = data / "calendars" / "personal"
        return events, with_siblings(events)
    default = [c for c in calendars if c.name == khal.default]
    # A collection named like a list of things to do is nobody's default calendar.
    likely = [c for c in calendars if c.name.lower() not in LIST_NAMES]
    return (default or likely or list(calendars))[0].path, calendars


def default_reminders(
    given: Mapping[str, str], around: Surroundings, data: Path, calendars: tuple[Collection, ...]
) -> tuple[Path, tuple[Collection, ...]]:
    """The collection new reminders go to, and all lists. Where no list is configured, calendars serve as lists too."""
    if "reminders" in given:
        reminders = around.path(given["reminders"])
        others = chosen("lists", given, around)
        return reminders, with_default(reminders, others) if others else with_siblings(reminders)
    todoman = programs.todoman(around)
    lists = chosen("lists", given, around) or todoman.collections or calendars
    default = [c for c in lists if c.name == todoman.default] or [
        c for c in lists if c.name.lower() in LIST_NAMES
    ]
    if not default and todoman.collections:
        default = list(todoman.collections)
    if default:
        return default[0].path, lists
    reminders = data / "calendars" / "reminders"
    return reminders, (
        *lists,
        *(c for c in with_siblings(reminders) if c.path not in {x.path for x in lists}),
    )


def chosen(key: str, given: Mapping[str, str], around: Surroundings) -> tuple[Collection, ...]:
    """Collections named in an override."""
    patterns = [p for p in given.get(key, "").split(os.pathsep) if p]
    return tuple(Collection(d, d.name) for p in patterns for d in around.directories(p))


def with_default(path: Path, others: tuple[Collection, ...]) -> tuple[Collection, ...]:
    """The default collection, then the others."""
    return (Collection(path, path.name), *(c for c in others if c.path != path))


def with_siblings(path: Path) -> tuple[Collection, ...]:
    """A collection and those that stand beside it."""
    try:
        beside = sorted(p for p in path.parent.iterdir() if p.is_dir() and not p.name.startswith("."))
    except OSError:
        beside = []
    return tuple(Collection(p, p.name) for p in (path, *(p for p in beside if p != path)))


def address_books(around: Surroundings, data: Path) -> tuple[Path, ...]:
    """Directories of vCards."""
    return (
        programs.khard(around)
        or tuple(c.path for c in programs.vdirsyncer(around, ".vcf"))
        or (data / "contacts",)
    )


def maildir(around: Surroundings, data: Path) -> Path:
    """`$MAILDIR`, else the first usual place that holds a Maildir, else one among the person's data."""
    if around.env.get("MAILDIR"):
        return around.path(around.env["MAILDIR"])
    for name in MAILDIRS:
        path = around.home / name
        if any((path / inbox / "cur").is_dir() for inbox in ("", "INBOX", "Inbox", "inbox")):
            return path
    return data / "mail"


def identity(given: Mapping[str, str], around: Surroundings) -> tuple[str, str]:
    """The person's own name and e-mail address, empty where nobody has said."""
    name, address = programs.git_user(around)
    return given.get("name") or around.env.get("NAME", "") or name, (
        given.get("address") or around.env.get("EMAIL", "") or address
    )
