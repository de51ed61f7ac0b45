"""Maps on macOS: the Maps app, opened by URL."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop
from tinyagent_cli.errors import DesktopError

MAPS = "https://maps.apple.com/?"
APP = "maps://?"
WAYS = {"d": "by car", "w": "on foot", "r": "by public transport"}


def maps_open_location(desk: MacDesktop, call: Call, location: str) -> Outcome:
    """Show a place."""
    if not location.strip():
        raise DesktopError("no place is named")
    return shown(desk, call, {"q": location}, f"Showed {location} in Maps.")


def maps_show_directions(
    desk: MacDesktop, call: Call, start_location: str, end_location: str, transport: str = "d"
) -> Outcome:
    """Show the way from one place, or from here, to another."""
    if not end_location.strip():
        raise DesktopError("no place is named that the way leads to")
    if transport not in WAYS:
        raise DesktopError(f'transport is "{transport}": it must be d, w or r')
    # Without saddr Maps starts from where the person is.
    query = {"saddr": start_location} if start_location.strip() else {}
    query |= {"daddr": end_location, "dirflg": transport}
    way = f"from {start_location or 'here'} to {end_location} {WAYS[transport]}"
    return shown(desk, call, query, f"Showed the way {way} in Maps.")


def shown(desk: MacDesktop, call: Call, query: dict[str, str], done: str) -> Outcome:
    """Open the app where a window is wanted; the result is the URL that works in a browser too."""
    try:
        words = urlencode(query, quote_via=quote)
    except UnicodeEncodeError:
        raise DesktopError("the place contains broken characters: retype it") from None
    if call.opens:
        desk.show(APP + words)
    return Outcome(result=MAPS + words, done=done if call.opens else f"Made the link {MAPS + words}.")
