"""What was typed in conversations: the file that the prompt keeps, forgotten by age."""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

_ENTRY = re.compile(r"(?m)^# (.*)\n(?:\+.*(?:\n|\Z))*")
"""An entry of prompt_toolkit's FileHistory: a moment of local time, then the lines typed."""


def forget_typed(file: Path, before: dt.datetime) -> int:
    """Erase what was typed before that moment; returns how many entries. A file that cannot be written is left."""
    try:
        text = file.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return 0
    entries = list(_ENTRY.finditer(text))
    kept = [each[0] for each in entries if not _older(each[1], before)]
    gone = len(entries) - len(kept)
    if gone:
        part = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
        with suppress(OSError):
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with open(handle, "w", encoding="utf-8", errors="surrogateescape") as out:  # noqa: PTH123 (a descriptor)
                out.write("".join(f"\n{each}" for each in kept))
                out.flush()
                os.fsync(out.fileno())
            part.replace(file)
        part.unlink(missing_ok=True)
    return gone


def _older(moment: str, before: dt.datetime) -> bool:
    """Whether an entry is older; one whose moment cannot be read counts as old."""
    try:
        return dt.datetime.fromisoformat(moment).astimezone() < before
    except ValueError:
        return True
