"""Asks a helper. Whatever keeps it from answering is one exception, on which the caller does the work itself."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinyagent_cli.resident import messages
from tinyagent_cli.resident.places import is_own_socket

CONNECTING = 1.0
ANSWERING = 120.0
"""Seconds to wait for a helper: many may be before us, and one command can take it several."""


class Unreachable(Exception):  # noqa: N818 (it is a state, told to nobody)
    """No helper answers."""


def ask(path: Path, message: Mapping[str, Any], *, seconds: float = ANSWERING) -> dict[str, Any]:
    """Return what the helper answers. Raises Unreachable; UsageError or PlanError where that is the answer."""
    if not is_own_socket(path):
        raise Unreachable(path)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(CONNECTING)
            connection.connect(str(path))
            if messages.user_of(connection) != os.getuid():
                raise Unreachable("it is another user's")
            connection.settimeout(seconds)
            connection.sendall(messages.line(message))
            given = messages.read(_line(connection, time.monotonic() + seconds))
    except (OSError, messages.MessageError) as fault:
        raise Unreachable(str(fault)) from fault
    if isinstance(ok := given.get("ok"), dict):
        return ok
    failure = messages.raised(given.get("error"))
    raise Unreachable(str(failure)) if isinstance(failure, messages.MessageError) else failure


def _line(connection: socket.socket, until: float) -> bytes:
    parts: list[bytes] = []
    length = 0
    while not (parts and parts[-1].endswith(b"\n")):
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(1 << 16)
        length += len(part)
        if not part or length > messages.MOST_ANSWERED:
            raise messages.MessageError("the answer has no end")
        parts.append(part)
    return b"".join(parts)
