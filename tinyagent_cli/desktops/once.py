"""What makes a call happen once: an identifier that reaches the file written, and a ledger for what has no room for it.

The ledger holds one small file a call under the state directory, written before the effect. A call that is
repeated after a crash finds there what it was about to do, and can see whether that has happened.
It holds paths and digests, never contents.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.base import Call

KEPT = 30 * 24 * 3600
"""Seconds for which the ledger remembers a call."""


def uid_of(call: Call) -> str:
    """Return the identifier of a call as file names and UIDs take it; the same call has the same one always."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{7,63}", call.id):
        return call.id
    return "tinyagent-" + files.digest(call.id.encode("utf-8", "surrogatepass"))[:32]


class Ledger:
    """What calls set out to do."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "calls"

    def get(self, uid: str) -> dict[str, Any] | None:
        """Return what the call set out to do, None where nothing is known of it."""
        try:
            entry = json.loads((self.folder / f"{uid}.json").read_bytes())
        except (OSError, ValueError):
            return None
        return entry if isinstance(entry, dict) else None

    def put(self, uid: str, entry: Mapping[str, Any]) -> None:
        """Write down what the call is about to do. Raises DesktopError."""
        with files.explained(self.folder, "made"):
            files.make_private(self.folder.parent)
        files.replace(self.folder / f"{uid}.json", json.dumps(entry, ensure_ascii=True).encode())
        self.forget_old()

    def forget_old(self) -> None:
        """Drop entries from before the last month."""
        before = time.time() - KEPT
        with suppress(OSError):
            for path in self.folder.glob("*.json"):
                with suppress(OSError):
                    if path.stat().st_mtime < before:
                        path.unlink()
