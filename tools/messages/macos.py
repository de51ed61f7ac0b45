"""Messages on macOS: texts by SMS or iMessage."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop
from tinyagent_cli.errors import DesktopError

# Spaces, brackets, dots, dashes, and the invisible direction marks that Contacts keeps around numbers.
DRESSING = re.compile(r"[\s().\-/\u00a0\u2010-\u2015\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def send_sms(desk: MacDesktop, call: Call, recipients: Sequence[str], message: str) -> Outcome:
    """Send a text to each recipient, one after the other, and say exactly who got it."""
    del call
    if not message.strip():
        raise DesktopError("the text is empty: nothing was sent")
    handles = list(dict.fromkeys(handle(recipient) for recipient in recipients))
    if not handles:
        raise DesktopError("the text has no recipient: nothing was sent")
    sent: list[str] = []
    for one in handles:
        try:
            status, answer = desk.script("messages", "send_text", one, message)
            if status != "ok":
                raise DesktopError(
                    "Messages has no account to send from: sign in, or turn on text forwarding"
                )
        except DesktopError as fault:
            if sent:
                raise DesktopError(f"sent to {', '.join(sent)}, but not to {one}: {fault}") from fault
            raise
        sent.append(one if answer[0] == "conversation" else f"{one} by {answer[0]}")
    done = f"Gave the text to Messages for {', '.join(sent)}; whether it arrives shows there."
    return Outcome(result=done, done=done, beyond_recall=True, details={"recipients": handles})


def handle(recipient: str) -> str:
    """A number without its dressing, or an e-mail address; no country code is guessed.

    Raises DesktopError for anything else.
    """
    bare = DRESSING.sub("", recipient)
    if re.fullmatch(r"\+?[0-9*#]{3,20}", bare):
        return bare
    if re.fullmatch(r"[^\s@,;<>]+@[^\s@,;<>]+", recipient.strip()):
        return recipient.strip()
    raise DesktopError(f'"{recipient}" is neither a phone number nor an e-mail address: nothing was sent')
