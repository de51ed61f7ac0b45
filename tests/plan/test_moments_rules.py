"""What holds for all moments."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moment_cases import cases_of, corpus_files

from tinyagent_cli.plan.moments import MomentError, duration, iso, resolve
from tinyagent_cli.plan.moments.pieces import CLOCKS, DAYS, PARTS_OF_DAY, SKIPPED
from tinyagent_cli.plan.moments.words import KNOWN, MONTHS, SPELLINGS, TENS, UNITS, WEEKDAYS, is_known

NOW = datetime(2026, 3, 4, 9, 30)
BERLIN = ZoneInfo("Europe/Berlin")

vocabulary = st.sampled_from(
    sorted(
        {
            *KNOWN,
            *MONTHS,
            *WEEKDAYS,
            *UNITS,
            *TENS,
            *SPELLINGS,
            "5",
            "12",
            "17:30",
            "3rd",
            "2h",
            "8/3",
            "-",
            ",",
        }
    )
)
HOURS_OF_THE_DAY = "5; 12; half past six; 17:30; 9 pm; noon; midnight; quarter to 8; in the evening".split(
    "; "
)
starts = (
    st.none()
    | st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1))
    | st.dates(date(2026, 1, 1), date(2027, 1, 1))
)


def outcome(said: str, **options: object) -> date | datetime | None:
    try:
        return resolve(said, NOW, **options)  # type: ignore[arg-type]
    except MomentError:
        return None


@given(st.text(max_size=60), starts)
def test_any_text_is_a_moment_or_a_moment_error(said: str, start: date | datetime | None) -> None:
    outcome(said, start=start, command=said)


@settings(deadline=500, max_examples=400)
@given(st.lists(vocabulary, max_size=30).map(" ".join), starts)
def test_any_words_of_time_are_resolved_or_refused_quickly(said: str, start: date | datetime | None) -> None:
    outcome(said, start=start, command=f"dinner {said} to {said}")


@given(st.lists(vocabulary, min_size=1, max_size=6).map(" ".join))
def test_case_and_spaces_do_not_matter(said: str) -> None:
    assert outcome(said) == outcome(said.upper()) == outcome("  " + said.title().replace(" ", "   ") + " ")


@given(st.lists(vocabulary, min_size=1, max_size=4), st.integers(0, 4))
def test_no_word_that_is_not_understood_is_left_out(words: list[str], place: int) -> None:
    words.insert(place, "dentist")
    with pytest.raises(MomentError, match="dentist"):
        resolve(" ".join(words), NOW)


@given(st.sampled_from(HOURS_OF_THE_DAY), st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_an_end_with_only_an_hour_is_the_next_such_after_its_start(said: str, start: datetime) -> None:
    end = outcome(said, start=start)
    assert isinstance(end, datetime)
    assert timedelta(0) < end - start <= timedelta(days=1)


@given(st.dates())
def test_an_iso_date_passes_through_unchanged(day: date) -> None:
    assert iso(resolve(day.isoformat(), NOW)) == day.isoformat()


@given(st.datetimes().map(lambda moment: moment.replace(microsecond=0)), st.sampled_from(["T", " "]))
def test_an_iso_date_time_passes_through_unchanged(moment: datetime, between: str) -> None:
    assert resolve(moment.isoformat(between), NOW) == moment


def test_a_very_long_text_is_refused_at_once() -> None:
    begun = time.perf_counter()
    with pytest.raises(MomentError, match="too long"):
        resolve("monday at 3 " * 10_000, NOW)
    assert time.perf_counter() - begun < 0.1


def test_every_word_of_the_grammar_is_known() -> None:
    patterns = [pattern for pattern, _ in DAYS + PARTS_OF_DAY + CLOCKS] + [SKIPPED]
    words = {
        w
        for p in patterns
        for w in re.findall(r"[a-z]{2,}", re.sub(r"\(\?P<\w+>|\\\w|(?<![a-z])(?:1|)th\b", " ", p))
    }
    assert not {word for word in words if not is_known(word)}


def test_a_moment_takes_well_under_a_millisecond_on_average() -> None:
    cases = [case for path in corpus_files("dev") for case in cases_of(path)]
    resolve("tomorrow at 3", NOW)
    begun = time.process_time()
    for case in cases:
        resolve(case.said, case.now, command=case.command, start=case.start)
    assert (time.process_time() - begun) / len(cases) < 0.002  # ~0.25 ms; slow machines may take longer


# Clock changes in Berlin: 2026-03-29, 02:00 becomes 03:00; 2026-10-25, 03:00 becomes 02:00.


def test_a_moment_of_an_aware_now_is_in_its_zone() -> None:
    found = resolve("tomorrow at 3pm", datetime(2026, 3, 4, 9, 30, tzinfo=BERLIN))
    assert isinstance(found, datetime)
    assert found.tzinfo is BERLIN
    assert found.isoformat() == "2026-03-05T15:00:00+01:00"


def test_a_time_skipped_by_the_clock_change_moves_forward() -> None:
    found = resolve("sunday at 2:30 in the morning", datetime(2026, 3, 27, 12, tzinfo=BERLIN))
    assert iso(found) == "2026-03-29 03:30:00"


def test_a_time_that_comes_twice_is_the_first() -> None:
    found = resolve("sunday at 2:30 in the morning", datetime(2026, 10, 23, 12, tzinfo=BERLIN))
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(hours=2)


@pytest.mark.parametrize(
    "day", [datetime(2026, 3, 29, 0, 30), datetime(2026, 10, 25, 0, 30), datetime(2026, 6, 1)]
)
def test_hours_from_now_are_hours_that_really_go_by(day: datetime) -> None:
    now = day.replace(tzinfo=BERLIN)
    found = resolve("in 4 hours", now)
    assert isinstance(found, datetime)
    assert found.astimezone(UTC) - now.astimezone(UTC) == timedelta(hours=4)


def test_a_length_counts_in_absolute_time_across_the_clock_change() -> None:
    start = datetime(2026, 3, 28, 23, 0, tzinfo=BERLIN)
    assert iso(resolve("six hours", start - timedelta(days=1), start=start)) == "2026-03-29 06:00:00"


def test_days_across_the_clock_change_keep_the_hour() -> None:
    now = datetime(2026, 3, 28, 9, 30, tzinfo=BERLIN)
    assert iso(resolve("in 2 days at 8am", now)) == "2026-03-30 08:00:00"
    assert iso(resolve("two days", now, start=now)) == "2026-03-30 09:30:00"


def test_a_start_in_another_zone_is_seen_in_the_zone_of_now() -> None:
    start = datetime(2026, 3, 5, 13, 0, tzinfo=UTC)  # 14:00 in Berlin
    assert (
        iso(resolve("4:30", datetime(2026, 3, 4, 9, 30, tzinfo=BERLIN), start=start)) == "2026-03-05 16:30:00"
    )


def test_an_iso_time_with_an_offset_is_shown_in_the_zone_of_now() -> None:
    found = resolve("2026-03-05T14:00:00Z", datetime(2026, 3, 4, 9, 30, tzinfo=BERLIN))
    assert iso(found) == "2026-03-05 15:00:00"


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("90 minutes", 90),
        ("an hour and a quarter", 75),
        ("half an hour", 30),
        ("30 min", 30),
        ("1h30", 90),
        ("2h", 120),
        ("45m", 45),
        ("45-min", 45),
        ("1.5 hrs", 90),
        ("1,5 hours", 90),
        ("1½ hours", 90),
        ("1h 15m", 75),
        ("one hour fifteen", 75),
        ("one hour and a half", 90),
        ("two and a half hours", 150),
        ("three quarters of an hour", 45),
        ("a quarter of an hour", 15),
        ("for two hours and a quarter", 135),
        ("an hour and twenty minutes", 80),
        ("forty five minutes", 45),
        ("hour-long", 60),
        ("half-hour", 30),
        ("a couple of hours", 120),
        ("two days", 2880),
        ("90 seconds", 1.5),
    ],
)
def test_words_for_a_length_are_that_length(said: str, minutes: float) -> None:
    assert duration(said) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "said", ["", "tomorrow", "90", "at 3", "a month", "90 minutes tomorrow", "90 bananas"]
)
def test_other_words_are_no_length(said: str) -> None:
    assert duration(said) is None
