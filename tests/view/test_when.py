"""Days and hours are said in full."""

from __future__ import annotations

import datetime as dt

import pytest

from tinyagent_cli.view import when


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-03-05 14:00:00", "2026-03-05 15:00:00", "Thu 5 March 2026, 14:00–15:00"),
        ("2026-03-05 14:00:00", 90, "Thu 5 March 2026, 14:00–15:30"),
        ("2026-03-05 23:30:00", 60, "Thu 5 March 2026, 23:30 – Fri 6 March 2026, 00:30"),
        ("2026-03-05", None, "Thu 5 March 2026, all day"),
        ("2026-03-05", "2026-03-05", "Thu 5 March 2026, all day"),
        ("2026-03-05", "2026-03-07", "Thu 5 March 2026 – Sat 7 March 2026, all day"),
        ("2026-03-05 14:00:00", None, "Thu 5 March 2026, 14:00"),
        ("2026-03-05 14:00:30", None, "Thu 5 March 2026, 14:00:30"),
        ("whenever", None, "whenever"),
    ],
)
def test_a_span_in_words(start: str, end: str | int | None, said: str) -> None:
    assert when.span(start, end) == said


@pytest.mark.parametrize(
    ("iso", "said"),
    [
        ("2026-03-04", "today"),
        ("2026-03-05 08:00:00", "tomorrow"),
        ("2026-03-03", "yesterday"),
        ("2026-03-10", "in 6 days"),
        ("2026-03-01", "3 days ago"),
        ("2026-09-01", ""),
        ("2025-03-05", "in the past"),
    ],
)
def test_how_far_away_a_day_is(iso: str, said: str) -> None:
    assert when.distance(iso, dt.datetime(2026, 3, 4, 23, 50)) == said
