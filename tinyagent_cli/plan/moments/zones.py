"""Local time and its clock changes.

Everything else here counts on a clock on the wall, without a zone. These functions are the way out and back.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


def on_the_wall(moment: datetime, zone: tzinfo | None) -> datetime:
    """What a clock in `zone` shows at `moment`; a moment without a zone is local already."""
    if moment.tzinfo is not None and zone is not None:
        moment = moment.astimezone(zone)
    return moment.replace(tzinfo=None)


def later(moment: datetime, length: timedelta, zone: tzinfo | None) -> datetime:
    """The time on the wall when `length` has really gone by since `moment` on the wall."""
    if zone is None:
        return moment + length
    return on_the_wall(moment.replace(tzinfo=zone).astimezone(UTC) + length, zone)


def local(moment: datetime, zone: tzinfo | None) -> datetime:
    """`moment` on the wall as a moment in `zone`.

    A time that a clock change skips is moved forward by the length of the change (02:30 becomes 03:30); a
    time that comes twice is the first of the two.
    """
    if zone is None:
        return moment
    return moment.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
