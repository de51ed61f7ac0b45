"""Drafts as RFC 5322 messages."""

from __future__ import annotations

import html.parser
import mimetypes
import re
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.desktops.once import uid_of
from tinyagent_cli.desktops.text import one_line, plain
from tinyagent_cli.errors import DesktopError, NotFoundError

if TYPE_CHECKING:
    from tinyagent_cli.desktops.places import Places

POLICY = EmailPolicy(linesep="\n", cte_type="7bit")
MOST_BYTES = 25_000_000
"""The most that common mail servers take in attachments."""
MOST_QUOTED = 20_000
"""The most characters of a message that are quoted below a reply."""


def empty(places: Places, call: Call, to: list[str], cc: list[str]) -> EmailMessage:
    """Return a draft with its addresses, date and Message-ID; the same call gets the same one."""
    draft = EmailMessage(policy=POLICY)
    if places.address:
        draft["From"] = address(places.address, places.name)
    if to:
        draft["To"] = [address(a) for a in to]
    if cc:
        draft["Cc"] = [address(a) for a in cc]
    draft["Date"] = format_datetime(call.now)
    draft["Message-ID"] = f"<{uid_of(call)}@tinyagent.invalid>"
    draft["X-Unsent"] = "1"
    return draft


def address(spec: str, name: str = "") -> Address:
    """Return a header address. Raises DesktopError where it cannot stand in a header."""
    user, _, domain = spec.rpartition("@")
    try:
        host = domain.encode("ascii").decode() if domain.isascii() else domain.encode("idna").decode()
        user.encode("ascii")
        return Address(one_line(name).strip(), user, host)
    except (ValueError, IndexError) as fault:
        raise DesktopError(
            f"{spec} cannot be written as an e-mail address: letters before the @ must be ASCII."
        ) from fault


def set_subject(draft: EmailMessage, subject: str) -> None:
    """Set the subject on one line. What a reader could take for an encoded word, or trim, is encoded as UTF-8."""
    line = one_line(subject)
    if not line:
        return
    if (
        line.isascii()
        and line.isprintable()
        and "=?" not in line
        and line == " ".join(line.split())
        and len(line) < 900
    ):
        draft["Subject"] = line
    else:
        # The modern header classes read encoded words in a given text and drop spaces between some of their own.
        draft.set_raw("Subject", Header(line, "utf-8", maxlinelen=76, header_name="Subject").encode())


def set_text(draft: EmailMessage, text: str) -> None:
    """Set the body."""
    draft.set_content(plain(text), charset="utf-8", cte="quoted-printable")


def attach(draft: EmailMessage, paths: list[str]) -> None:
    """Attach files, their types guessed by name. Raises DesktopError where one cannot be read or all are too large."""
    size = 0
    for given in paths:
        if not given.strip():
            continue
        path = Path(given).expanduser()
        if not path.exists():
            raise NotFoundError(f"{given} cannot be attached: there is no such file.")
        if not path.is_file():
            raise DesktopError(f"{path} cannot be attached: it is not a file.")
        with files.explained(path, "attached"):
            size += path.stat().st_size
        if size > MOST_BYTES:
            raise DesktopError(
                f"The attachments are larger than {MOST_BYTES // 1_000_000} MB; mail servers refuse that."
            )
        guessed, encoding = mimetypes.guess_type(path.name)
        kind, _, sub = (guessed if guessed and not encoding else "application/octet-stream").partition("/")
        if kind in {"message", "multipart"}:
            kind, sub = "application", "octet-stream"
        draft.add_attachment(files.read(path), maintype=kind, subtype=sub, filename=one_line(path.name))


def prefixed(prefix: str, subject: str) -> str:
    """Return the subject with its prefix, once."""
    line = one_line(subject).strip()
    same = re.match(r"re:" if prefix == "Re:" else r"(fwd?|wg):", line, re.IGNORECASE)
    return line if same else f"{prefix} {line}".strip()


def header(message: EmailMessage, name: str) -> str:
    """Return a header on one line; as it was sent where the library stumbles over it, empty where there is none."""
    try:
        text = str(message.get(name, ""))
    except Exception:  # noqa: BLE001 (the library raises IndexError, AttributeError, OverflowError and more)
        text = next((str(v) for k, v in message.raw_items() if k.lower() == name.lower()), "")
    return one_line(text).strip()


def body_of(message: EmailMessage) -> str:
    """Return a message's text, of its HTML where it has no other."""
    try:
        part = message.get_body(("plain", "html"))
        text = part.get_content() if part else ""
        html_text = part is not None and part.get_content_subtype() == "html"
    except Exception:  # noqa: BLE001 (as above)
        payload = message.get_payload(decode=True)
        return plain(payload.decode("utf-8", "replace")) if isinstance(payload, bytes) else ""
    if html_text:
        text = without_markup(str(text))
    return plain(str(text)).strip("\n")


def quotation(original: EmailMessage) -> str:
    """Return the text of a message as an answer quotes it."""
    who, when = header(original, "From") or "someone", header(original, "Date")
    lines = body_of(original)[:MOST_QUOTED].split("\n")
    return f"On {when}, {who} wrote:\n" + "\n".join(
        f">{line}" if line.startswith(">") else f"> {line}" for line in lines
    )


def original_text(original: EmailMessage) -> str:
    """Return the text of a message as a forward shows it."""
    names = ("From", "Date", "Subject", "To", "Cc")
    heads = "".join(f"{name}: {text}\n" for name in names if (text := header(original, name)))
    return f"---------- Forwarded message ----------\n{heads}\n{body_of(original)[:MOST_QUOTED]}"


def without_markup(page: str) -> str:
    """Return the text of an HTML page, a line a block."""

    class Reader(html.parser.HTMLParser):
        def __init__(self) -> None:
            super().__init__()
            self.parts: list[str] = []
            self.hidden = 0

        def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
            self.hidden += tag in {"style", "script", "title"}
            if tag in {"br", "p", "div", "tr", "li", "h1", "h2", "h3"}:
                self.parts.append("\n")

        def handle_endtag(self, tag: str) -> None:
            self.hidden -= tag in {"style", "script", "title"} and self.hidden > 0

        def handle_data(self, data: str) -> None:
            if not self.hidden:
                self.parts.append(re.sub(r"\s+", " ", data))

    reader = Reader()
    reader.feed(page)
    lines = (line.strip() for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
