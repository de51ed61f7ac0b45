"""Mail as drafts in a Maildir: they are shown, never sent."""

from __future__ import annotations

from email.message import EmailMessage
from typing import TYPE_CHECKING

from tinyagent_cli.desktops.addresses import addresses
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.once import uid_of
from tinyagent_cli.desktops.text import counted, quoted

from . import maildir
from .draft import attach, empty, header, original_text, prefixed, quotation, set_subject, set_text

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop


def compose_new_email(
    desk: OpenDesktop,
    call: Call,
    *,
    recipients: list[str],
    cc: list[str],
    subject: str,
    context: str,
    attachments: list[str],
) -> Outcome:
    """Draft a new message."""
    draft = empty(desk.places, call, addresses(recipients), addresses(cc))
    set_subject(draft, subject)
    set_text(draft, context)
    attach(draft, attachments)
    return saved(desk, call, draft, subject, "message")


def reply_to_email(
    desk: OpenDesktop, call: Call, *, cc: list[str], context: str, attachments: list[str]
) -> Outcome:
    """Draft an answer to the selected message, its text quoted below."""
    original = maildir.selected(desk.places)
    to = maildir.sender(original)
    draft = empty(desk.places, call, [to], [a for a in addresses(cc) if a.lower() != to.lower()])
    subject = prefixed("Re:", header(original, "Subject"))
    set_subject(draft, subject)
    answers = maildir.reference(original)
    if answers:
        draft["In-Reply-To"] = answers[-1]
        draft["References"] = " ".join(answers)
    set_text(draft, f"{context}\n\n{quotation(original)}")
    attach(draft, attachments)
    return saved(desk, call, draft, subject, "reply")


def forward_email(
    desk: OpenDesktop,
    call: Call,
    *,
    recipients: list[str],
    cc: list[str],
    context: str,
    attachments: list[str],
) -> Outcome:
    """Draft a forward of the selected message: its text inline, and the whole of it attached."""
    original = maildir.selected(desk.places)
    draft = empty(desk.places, call, addresses(recipients), addresses(cc))
    subject = prefixed("Fwd:", header(original, "Subject"))
    set_subject(draft, subject)
    set_text(draft, f"{context}\n\n{original_text(original)}".lstrip("\n"))
    draft.add_attachment(original)
    attach(draft, attachments)
    return saved(desk, call, draft, subject, "forward")


def saved(desk: OpenDesktop, call: Call, draft: EmailMessage, subject: str, what: str) -> Outcome:
    """Write the draft, show it, and say that it has not been sent."""
    path, data, made = maildir.save(desk.places, call, uid_of(call), draft)
    to = ", ".join(str(draft[h]) for h in ("To", "Cc") if draft[h]) or "nobody yet"
    files = sum(1 for part in draft.iter_attachments() if part.get_content_type() != "message/rfc822")
    with_files = f" with {counted(files, 'attachment')}" if files else ""
    opened = " and opened it" if desk.show(path, call) else ""
    done = f"Saved a draft of the {what} {quoted(subject)} to {to}{with_files}{opened}; it has not been sent."
    return Outcome(str(path), done, desk.undo_of_new(path, data, made), details={"path": str(path)})
