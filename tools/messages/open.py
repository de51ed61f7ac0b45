"""Texts: through KDE Connect where a phone is in reach, otherwise kept in an outbox, which is said.

Each text is one file in the outbox, written before anything is sent. It tells after a crash which
recipients have had it; a recipient of whom that is not known is never written to a second time.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.addresses import numbers
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.once import uid_of
from tinyagent_cli.desktops.text import plain
from tinyagent_cli.errors import DesktopError

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop

PROGRAM = "kdeconnect-cli"
PATIENCE = 20
"""Seconds that KDE Connect may take."""


def send_sms(desk: OpenDesktop, call: Call, *, recipients: list[str], message: str) -> Outcome:
    """Send the text to each recipient, or keep it. Raises DesktopError where some have it and others do not."""
    to = numbers(recipients)
    text = plain(message)
    if not to:
        raise DesktopError("A text needs a phone number to go to; none was given.")
    if not text.strip():
        raise DesktopError("The text is empty: there is nothing to send.")
    path = desk.places.outbox / f"{uid_of(call)}.json"
    with files.locked(desk.places.state, path.parent):
        entry = entry_at(path) or {
            "id": uid_of(call), "made": call.now.isoformat(), "text": text, "recipients": dict.fromkeys(to, "waiting"),
        }  # fmt: skip
        states: dict[str, str] = entry["recipients"]
        made = files.make_directory(path.parent)
        device = phone()
        if device is None and set(states.values()) == {"waiting"}:
            data = encoded(entry)
            files.replace(path, data)
            return Outcome(
                "not sent",
                f"Kept the text to {', '.join(states)} in the outbox {path}. It has NOT been sent: "
                "no phone is connected (KDE Connect).",
                desk.undo_of_new(path, data, made), details={"path": str(path), "sent": []},
            )  # fmt: skip
        fault = deliver(path, entry, device)
    sent = [n for n, state in states.items() if state == "sent"]
    if fault:
        rest = ", ".join(n for n in states if n not in sent)
        has = f"It was sent to {', '.join(sent)}. " if sent else ""
        raise DesktopError(f"The text was not sent to {rest}: {fault} {has}It is kept in {path}.")
    return Outcome(
        "sent", f"Handed the text to {', '.join(sent)} to the phone, which sends it.",
        beyond_recall=True, details={"path": str(path), "sent": sent},
    )  # fmt: skip


def deliver(path: Path, entry: dict[str, Any], device: str | None) -> str:
    """Send to those still waiting, each state written before and after; returns what went wrong, or nothing."""
    states: dict[str, str] = entry["recipients"]
    for number, state in states.items():
        if state == "sending":
            return f"an earlier try for {number} was interrupted; look on the phone whether it went out."
        if state == "sent":
            continue
        if device is None:
            return "no phone is connected (KDE Connect)."
        states[number] = "sending"
        files.replace(path, encoded(entry))
        # Values are joined to their options: a text that begins with a dash would else be taken for one.
        result = run(f"--device={device}", f"--destination={number}", f"--send-sms={entry['text']}")
        if result is None or result.returncode:
            states[number] = "sending" if result is None else "waiting"
            files.replace(path, encoded(entry))
            reason = (
                result.stderr.strip().partition("\n")[0] if result else f"no answer in {PATIENCE} seconds."
            )
            return f"{PROGRAM}: {reason or 'it failed.'}"
        states[number] = "sent"
        files.replace(path, encoded(entry))
    return ""


def phone() -> str | None:
    """The identifier of the first phone in reach, None without KDE Connect or a phone."""
    listed = run("--list-available", "--id-only") if shutil.which(PROGRAM) else None
    if listed is None or listed.returncode:
        return None
    return next((line for line in listed.stdout.split() if re.fullmatch(r"[\w-]{4,}", line)), None)


def run(*arguments: str) -> subprocess.CompletedProcess[str] | None:
    """Run KDE Connect's program with an argument vector; None where it does not answer in time."""
    program = shutil.which(PROGRAM)
    if program is None:
        return None
    try:
        return subprocess.run(
            [program, *arguments], capture_output=True, text=True, errors="replace", timeout=PATIENCE,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None


def entry_at(path: Path) -> dict[str, Any] | None:
    """Read what an earlier try of this call left in the outbox."""
    try:
        entry = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("recipients"), dict) else None


def encoded(entry: dict[str, Any]) -> bytes:
    """Return the file of an outbox entry."""
    return (json.dumps(entry, ensure_ascii=False, indent=2) + "\n").encode()
