"""Now, in the zone of this machine, whose rules for clock changes are needed to count across one."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tinyagent_cli.errors import UsageError

LOCALTIME = Path("/etc/localtime")


def local_zone() -> dt.tzinfo:
    """The machine's time zone: `TZ`, what /etc/localtime points at, or else the C library's idea of it."""
    linked = os.path.realpath(LOCALTIME).partition("zoneinfo/")[2]
    for name in filter(None, [os.environ.get("TZ", "").lstrip(":"), linked]):
        with contextlib.suppress(OSError, ValueError, ZoneInfoNotFoundError):
            return ZoneInfo(name)
    from dateutil.tz import tzlocal

    zone: dt.tzinfo = tzlocal()
    return zone


def read_now(text: str | None) -> dt.datetime:
    """Read `--now`: local time in ISO 8601 (`2026-03-04 09:30`); the clock where it is not given.

    Raises UsageError.
    """
    zone = local_zone()
    if text is None:
        return dt.datetime.now(zone).replace(microsecond=0)
    try:
        at = dt.datetime.fromisoformat(text.strip())
    except ValueError as fault:
        raise UsageError(f'"{text}" is no date and time; write it as 2026-03-04 09:30') from fault
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
