"""What the name of a model may be: a known one, a path, `hf:owner/repo/file.gguf`, the URL of an endpoint."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models import known
from tinyagent_cli.models.known import Known

LEARNED, ADAPTER = "learned.json", "planner.gguf"
_HUB = re.compile(r"hf:(?P<repo>[\w.-]+/[\w.-]+)(?:@(?P<revision>[\w./-]+?))?/(?P<file>[^/@][^@]*)")
_UP = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")


@dataclass(frozen=True)
class Starter:
    """The model that comes with the program."""


@dataclass(frozen=True)
class Learned:
    """What `tinyagent learn` wrote: an adapter, of the dialect that it was taught, for the model named `base`."""

    folder: Path
    dialect: str
    base: str


@dataclass(frozen=True)
class LocalFile:
    """A file on this machine."""

    path: Path


@dataclass(frozen=True)
class HubFile:
    """Files of a model repository on the hub; every file of it where `files` is empty."""

    repo: str
    files: tuple[str, ...]
    revision: str = "main"
    known: Known | None = None

    @property
    def name(self) -> str:
        """The name that a person gives it."""
        if self.known:
            return self.known.name
        at = "" if self.revision == "main" else f"@{self.revision}"
        return f"hf:{self.repo}{at}/{self.files[0]}"


@dataclass(frozen=True)
class EndpointName:
    """An OpenAI-compatible server, `http://host:port/v1`, and the model on it (empty: whatever it serves)."""

    url: str
    model: str = ""


Source = Starter | Learned | LocalFile | HubFile | EndpointName


def source_of(name: str) -> Source:
    """Read the name of a model. Raises ModelError, with near names, where it is none."""
    name = name.strip()
    if urlsplit(name).scheme in {"http", "https"}:
        return endpoint_of(name)
    if name.startswith("hf:"):
        return _hub_file(name)
    if found := known.find(name):
        return HubFile(found.repo, found.files, known=found) if found.repo else Starter()
    path = Path(name).expanduser()
    if path.is_file():
        return LocalFile(path)
    if (path / LEARNED).is_file():
        return _learned(path)
    if path.suffix in {".gguf", ".bin"} or "/" in name:
        raise ModelError(f"{path}: there is no such file")
    near = get_close_matches(name.casefold(), [k.name for k in known.KNOWN], 1)
    meant = f'; did you mean "{near[0]}"?' if near else "; see: tinyagent models list"
    raise ModelError(
        f'there is no model "{name}"{meant} A path, hf:owner/repo/file.gguf or the URL of a server will do too.'
    )


def _learned(folder: Path) -> Learned:
    try:
        said = json.loads((folder / LEARNED).read_text(encoding="utf-8"))
        found = Learned(folder, str(said["dialect"]), str(said["base"]))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise ModelError(f"{folder / LEARNED} cannot be read ({fault})") from fault
    if found.dialect not in ("compact", "full") or not (folder / ADAPTER).is_file():
        raise ModelError(f"{folder} is no learned model: {ADAPTER} and a known dialect are due")
    return found


def endpoint_of(url: str) -> EndpointName:
    """Take `http://host:port/v1#model` apart. Raises ModelError where there is no host, or a password in it."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise ModelError(f"{url}: an endpoint is written http://host:port/v1#model")
    if parts.username or parts.password:
        raise ModelError(f"{parts.hostname}: a key does not belong in a URL; see [endpoint] key_variable")
    return EndpointName(urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), parts.query, "")), parts.fragment)


def _hub_file(name: str) -> HubFile:
    match = _HUB.fullmatch(name)
    if match is None or _UP.search(match["file"]):
        raise ModelError(f"{name}: a file on the hub is written hf:owner/repo/file.gguf, or hf:owner/repo@revision/file.gguf")
    return HubFile(match["repo"], (match["file"],), match["revision"] or "main")
