"""Times of day, from the groups of the patterns that find them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tinyagent_cli.plan.moments.reading import Clock

Settled = dict[str, Any]  # parts of a Reading, by name
Settles = Callable[[re.Match[str]], Settled | None]  # None: the words are no such piece after all


def clock(match: re.Match[str]) -> Settled | None:
    """A time of day from the groups h, m, s and half."""
    found = _clock(match)
    return {"clock": found} if found else None


def spoken(minutes: int) -> Settles:
    """A time said as minutes past or to the hour: `minutes`, or if that is 0 those of the group n."""

    def settles(match: re.Match[str]) -> Settled | None:
        said = match.groupdict()
        minute = minutes or int(said["n"])
        if not 0 < minute < 31 or (minute % 5 and "minute" not in match[0]):
            return None
        found = _clock(match)
        if found is None:
            return None
        if said.get("way") in ("to", "before", "until", "of"):
            return {"clock": _hour_before(found, 60 - minute)}
        return {"clock": replace(found, minute=minute)}

    return settles


def compact(match: re.Match[str]) -> Settled | None:
    """730, 1430, 0615: hours and minutes run together. Four digits alone are of the 24-hour clock."""
    digits = match["digits"] or match["three"]
    half = match["half"] or match["side"] or ""
    hour, minute = int(digits[:-2]), int(digits[-2:])
    if hour > 23 or minute > 59 or (half and not 0 < hour < 13):
        return None
    return {"clock": Clock(hour, minute, half=half or ("24" if len(digits) == 4 else ""), words=match[0])}


def _clock(match: re.Match[str]) -> Clock | None:
    said = match.groupdict()
    hour = {"noon": 12, "midnight": 24}.get(said["h"]) or int(said["h"])
    minute, second = int(said.get("m") or 0), int(said.get("s") or 0)
    half = said.get("half") or ""
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute):
        return None
    if half and (hour == 0 or (hour > 12 and half == "am")):
        return None
    closed = hour == 0 or hour > 12 or said["h"] == "noon" or (said["h"][0] == "0" and not half)
    return Clock(hour, minute, second, "24" if closed else half, match[0])


def _hour_before(clock: Clock, minute: int) -> Clock:
    """`minute` of the hour before `clock`: a quarter to one is 12:45, a quarter to 12 pm is 11:45 am."""
    if clock.half == "24":
        return replace(clock, hour=(clock.hour - 1) % 24, minute=minute)
    if clock.hour == 12 and clock.half:
        return replace(clock, hour=11 if clock.half == "pm" else 23, minute=minute, half="24")
    return replace(clock, hour=clock.hour - 1 or 12, minute=minute)
