"""Meetings through Zoom's REST API, with server-to-server OAuth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tinyagent_cli.desktops import vdir
from tinyagent_cli.desktops.addresses import addresses
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.once import uid_of
from tinyagent_cli.desktops.text import one_line, quoted
from tinyagent_cli.errors import ChangedError, DesktopError

from .client import NoAnswerError, Zoom

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop

TOPIC = 200
"""The most characters of a topic that Zoom takes."""
MORNING = dt.time(9)
HOW = (
    "Zoom has no credentials yet. Make a Server-to-Server OAuth app at https://marketplace.zoom.us "
    "(Develop, Build App; scopes meeting:write:meeting and meeting:delete:meeting), then put its account id, "
    "client id and client secret into the configuration or the keyring."
)


def get_zoom_meeting_link(
    desk: OpenDesktop,
    call: Call,
    *,
    topic: str,
    start_time: dt.date | None,
    duration: int,
    meeting_invitees: list[str],
) -> Outcome:
    """Create the meeting and return the link to join it. Zoom itself invites nobody by mail."""
    credentials = desk.zoom_credentials()
    if credentials is None:
        raise DesktopError(HOW)
    guests = addresses(meeting_invitees)
    wanted = meeting(call, topic, start_time, duration, guests)
    uid = uid_of(call)
    begun = desk.ledger.get(uid)
    if begun is None or begun.get("refused"):
        zoom = Zoom(credentials)
        zoom.sign_in()
        desk.ledger.put(uid, {"tool": "zoom"})
        try:
            made = zoom.create(wanted)
        except NoAnswerError:
            raise
        except DesktopError:
            # Refused means not made, and the call may be tried again. No answer may mean that it was made.
            desk.ledger.put(uid, {"tool": "zoom", "refused": True})
            raise
        desk.ledger.put(uid, {"tool": "zoom", "id": made["id"], "url": made["join_url"]})
        begun = {"id": made["id"], "url": made["join_url"]}
    elif "url" not in begun:
        raise DesktopError(
            "An earlier try to make this Zoom meeting was interrupted, and it is not known whether it was made. "
            "Look at https://zoom.us/meeting and give the command again if it is not there."
        )
    when = f" on {vdir.spoken(vdir.placed(start_time, call))}" if isinstance(start_time, dt.datetime) else ""
    if start_time is not None and not when:
        when = f" on {vdir.spoken(start_time)} at {MORNING:%H:%M}, for no hour was given"
    undo = {"kind": "app", "tool": "get_zoom_meeting_link", "uid": uid, "id": begun["id"], "wanted": wanted}
    done = f"Made the Zoom meeting {quoted(topic)}{when}: {begun['url']}"
    return Outcome(str(begun["url"]), done, undo, details={"id": begun["id"]})


def meeting(
    call: Call, topic: str, start: dt.date | None, duration: int, guests: list[str]
) -> dict[str, Any]:
    """Return the body of the request: a scheduled meeting, or an instant one where no moment is given."""
    body: dict[str, Any] = {
        "topic": one_line(topic).strip()[:TOPIC] or "Meeting",
        "type": 1 if start is None else 2,
        "duration": min(max(int(duration), 1), 24 * 60),
        "settings": {"meeting_invitees": [{"email": guest} for guest in guests]},
    }
    if start is not None:
        if not isinstance(start, dt.datetime):
            start = dt.datetime.combine(start, MORNING)
        moment = vdir.placed(start, call)
        body["start_time"] = f"{moment.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
        zone = vdir.named_zone(call)
        if zone:
            body["timezone"] = zone.key
    return body


def take_back(desk: OpenDesktop, undo: Mapping[str, Any], force: bool) -> str:
    """Delete the meeting, unless it has been changed at Zoom since and not `force`. Raises DesktopError."""
    credentials = desk.zoom_credentials()
    if credentials is None:
        raise DesktopError(f"The Zoom meeting {undo['id']} cannot be deleted. {HOW}")
    zoom = Zoom(credentials)
    now = zoom.get(undo["id"])
    if now is None:
        return f"The Zoom meeting {undo['id']} is gone already: nothing to undo."
    wanted = undo["wanted"]
    changed = [
        key for key in ("topic", "duration", "start_time") if key in wanted and now.get(key) != wanted[key]
    ]
    if changed and not force:
        raise ChangedError(
            f"The Zoom meeting {undo['id']} has been changed since ({', '.join(changed)}); it was left.",
            "\n".join(f"- {key}: {wanted[key]}\n+ {key}: {now.get(key)}" for key in changed),
        )
    zoom.delete(undo["id"])
    desk.ledger.put(str(undo["uid"]), {"tool": "zoom", "refused": True})
    return f"Deleted the Zoom meeting {quoted(str(wanted['topic']))}."
