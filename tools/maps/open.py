"""Maps by address: OpenStreetMap's pages, and for public transport, which it does not route, Google's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.text import one_line, quoted
from tinyagent_cli.errors import DesktopError

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop

OSM = "https://www.openstreetmap.org"
TRANSIT = "https://www.google.com/maps/dir/"
ENGINES = {"d": "fossgis_osrm_car", "w": "fossgis_osrm_foot"}
WAYS = {"d": "by car", "w": "on foot", "r": "by public transport"}
COORDINATES = re.compile(r"\s*(?:geo:)?\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")


def maps_open_location(desk: OpenDesktop, call: Call, *, location: str) -> Outcome:
    """Show the place: by coordinates where they are given, by search otherwise."""
    place = needed(location, "A map needs a place.")
    if (found := COORDINATES.fullmatch(place)) and abs(float(found[1])) <= 90 and abs(float(found[2])) <= 180:
        lat, lon = found[1], found[2]
        url = f"{OSM}/?{urlencode({'mlat': lat, 'mlon': lon})}#map=16/{lat}/{lon}"
    else:
        url = f"{OSM}/search?{urlencode({'query': place}, quote_via=quote)}"
    return shown(desk, call, url, f"the map of {quoted(place)}")


def maps_show_directions(
    desk: OpenDesktop, call: Call, *, start_location: str, end_location: str, transport: str
) -> Outcome:
    """Show the way. An empty start is left for the map to ask or find."""
    end = needed(end_location, "Directions need a place to go to.")
    start = one_line(start_location).strip()
    if transport == "r":
        parts = {"api": "1", "destination": end, "travelmode": "transit"} | (
            {"origin": start} if start else {}
        )
        url = f"{TRANSIT}?{urlencode(parts, quote_via=quote)}"
    else:
        parts = (
            {"engine": ENGINES.get(transport, ENGINES["d"])}
            | ({"from": start} if start else {})
            | {"to": end}
        )
        url = f"{OSM}/directions?{urlencode(parts, quote_via=quote)}"
    origin = f" from {quoted(start)}" if start else ""
    return shown(desk, call, url, f"the way{origin} to {quoted(end)} {WAYS.get(transport, WAYS['d'])}")


def needed(text: str, otherwise: str) -> str:
    """Return a place on one line. Raises DesktopError where it is empty."""
    place = one_line(text).strip()
    if not place:
        raise DesktopError(otherwise)
    return place


def shown(desk: OpenDesktop, call: Call, url: str, what: str) -> Outcome:
    """Open the page where a browser is there, and say which of the two happened."""
    opened = desk.show(url, call)
    done = f"Opened {what}." if opened else f"The address of {what} is {url} (no browser was opened)."
    return Outcome(url, done, details={"opened": opened})
