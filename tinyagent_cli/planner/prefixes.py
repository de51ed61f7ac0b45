"""Evaluated beginnings of prompts, kept on disk: what a model has read once, no process has to read again.

A saved state is of exactly one model file, adapter, build of llama.cpp and sequence of tokens; its name is their hash
and the checksum of what it holds. Only what the program itself tells a model is kept, never a command.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zlib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinyagent_cli.planner.engine import Engine

LEAST = 128
"""Tokens under which evaluating costs hardly more than loading."""
MOST_BYTES = 1_000_000_000
"""Of all states together; the one unused for longest goes first. A state takes 23 kB a token with the starter's base."""
SUFFIX = ".state"


class Prefixes:
    """The states in a folder; `folder` need not be there."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self.folder, self.most_bytes = folder, most_bytes

    def evaluate(self, engine: Engine, prefix: Sequence[int]) -> None:
        """Bring the engine to `prefix`, or beyond it, by what is evaluated, else by what is saved; save what is new.

        Whatever goes wrong with a file costs no more than evaluating. Raises ModelError where the tokens do not fit.
        """
        if len(prefix) < LEAST or engine.shared(prefix) == len(prefix):
            return
        key = _key(engine, prefix)
        if not self._load(engine, prefix, key):
            engine.evaluate(prefix)
            self._save(engine, key)

    def _load(self, engine: Engine, prefix: Sequence[int], key: str) -> bool:
        for file in self.folder.glob(f"{key}.*{SUFFIX}"):
            if file.suffixes[-2:-1] == [f".{_checksum(file)}"] and engine.load(file, prefix):
                with suppress(OSError):
                    os.utime(file)
                return True
            with suppress(OSError):
                file.unlink(missing_ok=True)  # it is not whole
        return False

    def _save(self, engine: Engine, key: str) -> None:
        part = self.folder / f"{key}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            size = engine.state_size()
            if size > min(self.most_bytes, shutil.disk_usage(self.folder).free // 4):
                return
            self._make_room(size)
            part.touch(mode=0o600)
            if engine.save(part):
                part.replace(self.folder / f"{key}.{_checksum(part)}{SUFFIX}")
        except OSError:
            pass  # it is evaluated again next time
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _make_room(self, size: int) -> None:
        """Remove what was unused for longest, until that many bytes more are within the bound."""
        found = [(file.stat(), file) for file in self.folder.glob(f"*{SUFFIX}")]
        total = sum(stat.st_size for stat, _ in found) + size
        for stat, file in sorted(found, key=lambda each: each[0].st_mtime_ns):
            if total <= self.most_bytes:
                break
            file.unlink(missing_ok=True)
            total -= stat.st_size


def usual() -> Prefixes:
    """Those in the program's cache."""
    from tinyagent_cli.settings import Folders

    return Prefixes(Folders.find(os.environ).cache / "prefixes")


def _key(engine: Engine, prefix: Sequence[int]) -> str:
    from tinyagent_cli.planner.guard import library_version

    files = [_identity(file) for file in (engine.model_file, engine.adapter_file) if file is not None]
    parts = (files, library_version(), engine.adapter_on, list(prefix))
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _identity(file: Path) -> tuple[str, int, int]:
    stat = file.stat()
    return str(file), stat.st_size, stat.st_mtime_ns


def _checksum(file: Path) -> str:
    value = 0
    try:
        with file.open("rb") as opened:
            while block := opened.read(1 << 20):
                value = zlib.crc32(block, value)
    except OSError:
        return ""
    return f"{value:08x}"
