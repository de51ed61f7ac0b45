"""The settings: what they are, what each is for, and which source has the last word.

A value comes from the first of these that has it: a command-line option, an environment variable
(`TINYAGENT_PLANNER_MODEL` for `[planner] model`), the configuration file, the default written here.
Every value knows which one it was.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from tinyagent_cli.errors import SettingsError

Rule = Literal["allow", "ask", "deny"]
HOME, CONFIG, PREFIX = "TINYAGENT_HOME", "TINYAGENT_CONFIG", "TINYAGENT_"
NOT_SETTINGS = frozenset({HOME, CONFIG, "TINYAGENT_DEBUG", "TINYAGENT_CACHE_DIR"})


def about(text: str, default: Any = "", *, secret: bool = False) -> Any:
    """Make a field with its explanation; a secret one is never shown."""
    metadata = {"help": text, "secret": secret}
    if isinstance(default, dict):
        return field(default_factory=dict, metadata=metadata)
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class PlannerSettings:
    """What turns a command into a plan."""

    model: str = about("The model that plans; `tinyagent models` lists them.", "starter")
    threads: int = about("Threads the model computes with; 0 takes as many as were measured to be best here.", 0)
    instructions: str = about(
        'What models other than the starter are always told, such as "Always cc Nick and Sid".'
    )
    retriever: str = about(
        "What chooses tools for models other than the starter: starter, toolrag, all (no choice) or a server's URL.", "starter"
    )
    rounds: int = about(
        "How often a model other than the starter may plan anew after a step has failed, each time asked about; 0 never.", 0
    )


@dataclass(frozen=True)
class EndpointSettings:
    """How a server is spoken to whose URL is a model's name."""

    key_variable: str = about("Environment variable that holds its key; otherwise the keyring is asked.")
    timeout: int = about("Seconds without an answer after which it counts as lost.", 60)
    structured: Literal["auto", "grammar", "json", "none"] = about(
        "How the model is held to the form of plans: grammar (GBNF), json (a schema), none (only checked); auto: as the server can.",
        "auto",
    )


@dataclass(frozen=True)
class WriterSettings:
    """What writes summaries, and texts where that is wanted."""

    model: str = about("The model that writes, a name as for planner.model; the starter's base model if empty.")
    instructions: str = about('What it is always told, such as "Write in Spanish".')
    words: tuple[str, ...] = about(
        "Apps whose texts it words, of mail, messages and notes; elsewhere what you say goes out as you say it.", ()
    )


@dataclass(frozen=True)
class DesktopSettings:
    """Who carries the calls out."""

    kind: Literal["auto", "open", "macos"] = about(
        "open: files in open formats; macos: the system's apps; auto: macos on a Mac, open elsewhere.", "auto"
    )


@dataclass(frozen=True)
class AppsSettings:
    """Which apps' tools are on offer."""

    off: tuple[str, ...] = about("Apps whose tools are never offered to the planner.", ())


@dataclass(frozen=True)
class PolicySettings:
    """What may be done without a question, what needs one, what is never done."""

    read: Rule = about("Finding things out.", "allow")
    open: Rule = about("Opening files, notes and maps.", "allow")
    create: Rule = about("Making events, reminders, notes and drafts.", "ask")
    send: Rule = about("Sending messages.", "ask")
    max_sends: int = about("A plan that sends more messages than this asks for a typed word; 0 never does.", 5)
    apps: Mapping[str, Rule] = about("A rule for one app, over those above.", {})
    recipients: Mapping[str, Rule] = about("A rule for one address or number, over all others.", {})


@dataclass(frozen=True)
class OpenSettings:
    """Where the open desktop keeps things. What is empty is found by khal's, khard's and the system's own settings."""

    home: str = about("Folder that the others are found from; your home if empty.")
    events: str = about("Calendar that new events go to, a folder of .ics files (vdir).")
    calendars: tuple[str, ...] = about(
        "Other calendars that a command may name; * and ? stand for names.", ()
    )
    reminders: str = about("List that new reminders go to, a folder of .ics files (vdir).")
    lists: tuple[str, ...] = about("Other lists that a command may name.", ())
    contacts: tuple[str, ...] = about("Address books, folders of .vcf files (vdir).", ())
    notes: str = about("Folder of notes, Markdown files in folders.")
    mail: str = about("Maildir, or folder of Maildirs, that drafts are put in.")
    selected_mail: str = about("The message that a reply answers; the newest in the inbox if empty.")
    outbox: str = about("Folder of texts that could not be handed to a phone.")
    search: tuple[str, ...] = about("Folders in which files are looked for.", ())
    name: str = about("Your name, as it stands in mail and invitations.")
    address: str = about("Your e-mail address.")
    launch: bool = about("Show what was made or found in the program for it.", default=True)


@dataclass(frozen=True)
class ZoomSettings:
    """Credentials of a Zoom server-to-server OAuth app (marketplace.zoom.us, Develop, Build App)."""

    account_id: str = about("Account ID of the app.")
    client_id: str = about("Client ID of the app.")
    client_secret: str = about("Client secret of the app.", secret=True)


@dataclass(frozen=True)
class JournalSettings:
    """The record of what was done."""

    keep_days: int = about("Days after which what was done is forgotten, and can be undone no more; 0 keeps it.", 365)


@dataclass(frozen=True)
class HelperSettings:
    """A process that keeps the starter model loaded, so that a plan need not wait for that (`tinyagent serve`)."""

    use: Literal["off", "auto", "on"] = about(
        "off: never; auto: one that runs is asked; on: it is started, too, when it is first wanted.", "auto"
    )
    idle_minutes: int = about("Minutes without a command after which it ends; 0 never.", 10)


@dataclass(frozen=True)
class McpSettings:
    """Other programs' tools, by the Model Context Protocol."""

    servers: Mapping[str, Mapping[str, tuple[str, ...]]] = about(
        "Servers that lend their tools, by name: command, and env as NAME=value.", {}
    )


@dataclass(frozen=True)
class VoiceSettings:
    """How `tinyagent listen` hears."""

    model: str = about(
        "The speech model: a name such as small.en, or a file; tiny.en, base.en or small.en by the machine if empty."
    )
    device: str = about("The microphone: a part of its name, or its number; the system's default if empty.")
    max_seconds: float = about("Seconds that a spoken command lasts at most.", 30.0)
    silence: float = about("Seconds of silence that end a command.", 0.9)


OPTIONS: Mapping[str, str] = {
    "planner.model": "--model", "desktop.kind": "--desktop", "voice.model": "--whisper-model", "voice.device": "--device",
    "voice.max_seconds": "--max-seconds",
}  # fmt: skip


@dataclass(frozen=True)
class Folders:
    """Where the program keeps what is its own."""

    config: Path
    data: Path
    state: Path
    cache: Path

    @classmethod
    def find(cls, environ: Mapping[str, str]) -> Folders:
        """All in the one folder that `TINYAGENT_HOME` names, or in the platform's usual places."""
        if home := environ.get(HOME):
            root = Path(home).expanduser().absolute()
            return cls(root, root / "data", root / "state", root / "cache")
        from platformdirs import PlatformDirs

        dirs = PlatformDirs("tinyagent", appauthor=False)
        return cls(dirs.user_config_path, dirs.user_data_path, dirs.user_state_path, dirs.user_cache_path)


@dataclass(frozen=True)
class Settings:
    """Every setting, and where each comes from."""

    planner: PlannerSettings = PlannerSettings()
    endpoint: EndpointSettings = EndpointSettings()
    writer: WriterSettings = WriterSettings()
    desktop: DesktopSettings = DesktopSettings()
    apps: AppsSettings = AppsSettings()
    policy: PolicySettings = PolicySettings()
    open: OpenSettings = OpenSettings()
    zoom: ZoomSettings = ZoomSettings()
    journal: JournalSettings = JournalSettings()
    helper: HelperSettings = HelperSettings()
    mcp: McpSettings = McpSettings()
    voice: VoiceSettings = VoiceSettings()
    file: Path = Path()
    folders: Folders = Folders(Path(), Path(), Path(), Path())
    origins: Mapping[str, str] = field(default_factory=dict)
    strangers: tuple[str, ...] = ()

    def value(self, name: str) -> Any:
        """Return the value of `section.key`."""
        section, _, key = name.partition(".")
        return getattr(getattr(self, section), key)

    def origin(self, name: str) -> str:
        """Say where the value of `section.key` comes from."""
        return self.origins.get(name, "default")


SECTIONS: Mapping[str, type] = {
    "planner": PlannerSettings, "endpoint": EndpointSettings, "writer": WriterSettings, "desktop": DesktopSettings, "apps": AppsSettings,
    "policy": PolicySettings, "open": OpenSettings, "zoom": ZoomSettings, "journal": JournalSettings, "helper": HelperSettings, "mcp": McpSettings,
    "voice": VoiceSettings,
}  # fmt: skip


def names() -> Iterator[tuple[str, dataclasses.Field[Any]]]:
    """Yield every `section.key` with its field, in order."""
    for section, kind in SECTIONS.items():
        for each in dataclasses.fields(kind):
            yield f"{section}.{each.name}", each


def variable(name: str) -> str:
    """Return the environment variable of `section.key`."""
    return PREFIX + name.replace(".", "_").upper()


def path_of(environ: Mapping[str, str] | None = None) -> Path:
    """Return the path of the configuration file, whether it is there or not."""
    environ = os.environ if environ is None else environ
    if given := environ.get(CONFIG):
        return Path(given).expanduser().absolute()
    return Folders.find(environ).config / "config.toml"


def load(options: Mapping[str, Any] | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings. `options` are those given on the command line: `{"planner.model": "starter"}`.

    Raises SettingsError, with every fault found, its line and a suggestion.
    """
    from tinyagent_cli import settings_file, settings_values

    environ = os.environ if environ is None else environ
    file = path_of(environ)
    if CONFIG in environ and not file.is_file():
        raise SettingsError(f"{file}: there is no such file; {CONFIG} names it")
    values, origins = settings_file.read(file)
    faults = []
    for name, each in names():
        given = environ.get(variable(name))
        if given is None:
            continue
        try:
            values[name] = settings_values.from_text(settings_values.hint_of(name), given)
            origins[name] = variable(name)
        except ValueError as fault:
            faults.append(f"{variable(name)}: {each.name} takes {fault}, not {given!r}")
    if faults:
        raise SettingsError("\n".join(faults))
    for name, value in (options or {}).items():
        if value is not None:
            values[name] = value
            origins[name] = OPTIONS.get(name, "option")
    known = {variable(name) for name, _ in names()} | NOT_SETTINGS
    strangers = tuple(sorted(v for v in environ if v.startswith(PREFIX) and v not in known))
    sections = {
        section: kind(**{n.partition(".")[2]: v for n, v in values.items() if n.partition(".")[0] == section})
        for section, kind in SECTIONS.items()
    }
    return Settings(
        **sections, file=file, folders=Folders.find(environ), origins=origins, strangers=strangers
    )
