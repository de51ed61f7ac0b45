"""The Maildir: where drafts go, and which message is the selected one.

A Maildir has no selection of its own. The message acted on is the one that a mail program hands over
(`selected_mail`), else the newest flagged one in the inbox, else the newest in the inbox.
"""

from __future__ import annotations

import os
import re
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.addresses import is_address
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import DesktopError, NotFoundError

from .draft import header

if TYPE_CHECKING:
    from tinyagent_cli.desktops.places import Places

DRAFTS = (".Drafts", "Drafts", "[Gmail]/Drafts", ".INBOX.Drafts", "INBOX.Drafts", "drafts")
MOST_BYTES = 60_000_000


def inbox(root: Path) -> Path | None:
    """Return the Maildir of incoming mail: the root itself, or its folder INBOX."""
    for folder in (root, *(root / name for name in ("INBOX", "Inbox", "inbox"))):
        if (folder / "cur").is_dir() or (folder / "new").is_dir():
            return folder
    return None


def drafts(root: Path) -> Path:
    """Return the Maildir of drafts: one that is there, else a new one, named as the layout has it."""
    for name in DRAFTS:
        if (root / name / "cur").is_dir():
            return root / name
    return root / (".Drafts" if (root / "cur").is_dir() or not root.is_dir() else "Drafts")


def selected(places: Places) -> EmailMessage:
    """Return the selected message. Raises NotFoundError where there is none, DesktopError where it cannot be read."""
    path = places.selected_mail or newest(places)
    with files.explained(path, "read"):
        if path.stat().st_size > MOST_BYTES:
            raise DesktopError(
                f"The selected message {path} is too large: {path.stat().st_size // 1_000_000} MB."
            )
    message = message_from_bytes(files.read(path), policy=policy.default)
    assert isinstance(message, EmailMessage)
    if not message.keys():
        raise DesktopError(f"The selected message {path} is no e-mail: it has no headers.")
    return message


def newest(places: Places) -> Path:
    """Return the newest flagged message of the inbox, else the newest one."""
    folder = inbox(places.mail)
    found = [p for name in ("cur", "new") for p in messages(folder / name)] if folder else []
    if not found:
        raise NotFoundError(
            f"No e-mail is selected: there is none in {folder or places.mail}. "
            "Name the Maildir in the configuration (mail), or the message itself (selected_mail)."
        )
    flagged = [p for p in found if "F" in flags(p)]
    return max(flagged or found, key=delivered)


def messages(folder: Path) -> list[Path]:
    """The messages of a Maildir's folder that are neither hidden nor thrown away."""
    try:
        return [
            Path(e.path)
            for e in os.scandir(folder)
            if not e.name.startswith(".") and "T" not in flags(Path(e.path))
        ]
    except OSError:
        return []


def flags(path: Path) -> str:
    """The flags in a message's file name."""
    return path.name.rpartition(":2,")[2] if ":2," in path.name else ""


def delivered(path: Path) -> tuple[float, str]:
    """When a message arrived: by its name, which begins with the second, else by its file."""
    if begins := re.match(r"(\d{9,11})\.", path.name):
        return float(begins[1]), path.name
    try:
        return path.stat().st_mtime, path.name
    except OSError:
        return 0.0, path.name


def sender(original: EmailMessage) -> str:
    """Return the address that an answer goes to. Raises DesktopError."""
    for name in ("Reply-To", "From"):
        try:
            given = original[name]
            found = [a.addr_spec for a in given.addresses] if given is not None else []
        except (HeaderParseError, AttributeError, ValueError, IndexError, TypeError):
            continue
        if found and is_address(found[0]):
            return str(found[0])
    raise DesktopError("The selected e-mail has no readable sender to reply to.")


def reference(original: EmailMessage) -> list[str]:
    """Return the Message-IDs that an answer refers to, the original's own last (RFC 5322, section 3.6.4)."""
    known = re.findall(r"<[^<>\s]+>", header(original, "References") or header(original, "In-Reply-To"))
    own = re.findall(r"<[^<>\s]+>", header(original, "Message-ID"))[:1]
    return [*[k for k in known if k not in own][-20:], *own] if own else []


def save(places: Places, call: Call, uid: str, draft: EmailMessage) -> tuple[Path, bytes, list[Path]]:
    """Write the draft into `cur`, flagged as such; one that this call wrote before is left as it is."""
    folder = drafts(places.mail)
    data = encoded(draft)
    with files.locked(places.state, folder):
        made = [d for name in ("cur", "new", "tmp") for d in files.make_directory(folder / name)]
        for path in (folder / "cur").glob(f"*.{uid}.tinyagent*"):
            return path, data, made
        # The host part of the name is fixed: with the second and the identifier before it, it is unique already.
        path = folder / "cur" / f"{int(call.now.timestamp())}.{uid}.tinyagent:2,DS"
        files.create(path, data)
    return path, data, made


def encoded(draft: EmailMessage) -> bytes:
    """Return the bytes of a draft. Boundaries are counted, not drawn, so that the same call gives the same file."""
    parts = [
        part for part in draft.walk() if part.is_multipart() and part.get_content_maintype() == "multipart"
    ]
    for number, part in enumerate(parts):
        if part.get_boundary() is None:
            part.set_boundary(f"=_{draft['Message-ID'].strip('<>').partition('@')[0]}_{number}_=")
    try:
        return draft.as_bytes()
    except (ValueError, LookupError, UnicodeError, AttributeError, TypeError, OverflowError) as fault:
        raise DesktopError(f"The draft cannot be written as an e-mail: {fault}.") from fault
