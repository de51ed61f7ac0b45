"""Mail on macOS: drafts in the Mail app, shown and not sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop
from tinyagent_cli.errors import DesktopError, NotFoundError

SHOWN = "it is open in Mail and has not been sent"


def compose_new_email(
    desk: MacDesktop,
    call: Call,
    recipients: Sequence[str],
    cc: Sequence[str],
    subject: str,
    context: str,
    attachments: Sequence[str],
) -> Outcome:
    """Open a draft of a new message."""
    del call
    people, copies, files = addresses(recipients), addresses(cc), paths(attachments)
    _, answer = desk.script("mail", "compose_draft", people, copies, one_line(subject), context, files)
    to = ", ".join(people) or "nobody yet"
    return drafted(f'Drafted the e-mail "{one_line(subject)}" to {to}; {SHOWN}.', answer[0])


def reply_to_email(
    desk: MacDesktop, call: Call, cc: Sequence[str], context: str, attachments: Sequence[str]
) -> Outcome:
    """Open a draft that answers the message selected in Mail."""
    del call
    answer = selected(*desk.script("mail", "reply_draft", addresses(cc), context, paths(attachments)))
    return drafted(f'Drafted a reply to {answer[1]}, "{answer[2]}"; {SHOWN}.', answer[0])


def forward_email(
    desk: MacDesktop,
    call: Call,
    recipients: Sequence[str],
    cc: Sequence[str],
    context: str,
    attachments: Sequence[str],
) -> Outcome:
    """Open a draft that passes on the message selected in Mail."""
    del call
    people, copies, files = addresses(recipients), addresses(cc), paths(attachments)
    answer = selected(*desk.script("mail", "forward_draft", people, copies, context, files))
    to = ", ".join(people) or "nobody yet"
    done = f'Drafted a forward of "{answer[2]}" by {answer[1]} to {to}; {SHOWN}.'
    if context and int(answer[3]):
        done += f" The message had {answer[3]} attached: check that they are in the draft."
    return drafted(done, answer[0])


def undo(desk: MacDesktop, undo: Mapping[str, Any], *, force: bool) -> str:
    """Close the draft: kept among Mail's drafts, or thrown away by force.

    Mail does not let scripts see what was typed into a draft's window: nobody can know that it is unchanged.
    """
    status, _ = desk.script("mail", "close_draft", undo["id"], not force)
    if status == "missing":
        raise DesktopError("the draft is not open any more: sent, saved or closed. Look in Mail's drafts")
    if force:
        return "Closed the draft and threw it away."
    return "Closed the draft. A copy is among Mail's drafts, in case you wrote in it; delete it there."


def drafted(done: str, identifier: str) -> Outcome:
    """The outcome of a draft."""
    return Outcome(result=done, done=done, undo={"id": identifier}, details={"id": identifier})


def selected(status: str, rows: list[str]) -> list[str]:
    """The script's answer. Raises NotFoundError and DesktopError unless exactly one message is selected."""
    if status == "missing":
        raise NotFoundError("no message is selected in Mail: select the one that is meant, then try again")
    if status == "several":
        raise DesktopError(f"{rows[0]} messages are selected in Mail: select only the one that is meant")
    return rows


def addresses(people: Sequence[str]) -> list[str]:
    """E-mail addresses, each once; several in one text are taken apart.

    Raises DesktopError for what is none.
    """
    found: dict[str, None] = {}
    for text in people:
        for part in map(str.strip, re.split(r"[,;\n]", text)):
            inner = re.fullmatch(r".*<([^<>]+)>", part)
            address = inner[1].strip() if inner else part
            if address and not re.fullmatch(r"[^\s@<>]+@[^\s@<>]+", address):
                raise DesktopError(f'"{part}" is not an e-mail address: no draft was made')
            if address:
                found[address] = None
    return list(found)


def one_line(subject: str) -> str:
    """A subject has no line breaks."""
    return " ".join(subject.split()) if re.search(r"[\r\n\u2028\u2029]", subject) else subject


def paths(attachments: Sequence[str]) -> list[str]:
    """Whole paths of the files to attach. Raises NotFoundError before anything is made."""
    whole = []
    for attachment in attachments:
        path = Path(attachment).expanduser().absolute()
        if not path.is_file():
            raise NotFoundError(f"{attachment} is not a file: no draft was made")
        whole.append(str(path))
    return whole
