"""What people say about time, beyond the corpus, seen from Wednesday 4 March 2026, half past nine."""

from __future__ import annotations

from datetime import datetime

import pytest
from moment_cases import value

from tinyagent_cli.plan.moments import MomentError, iso, resolve

NOW = datetime(2026, 3, 4, 9, 30)

DAYS = {
    "two weeks from today": "2026-03-18",
    "november third": "2026-11-03",
    "30 January": "2027-01-30",
    "8/3": "2026-03-08",
    "3/28": "2026-03-28",
    "28/3": "2026-03-28",
    "24.12.2026": "2026-12-24",
    "2026/03/10": "2026-03-10",
    "13/03/2026": "2026-03-13",
    "the 31st": "2026-03-31",
    "feb 29": "2028-02-29",
    "june third twenty twenty six": "2026-06-03",
    "the thirty first of december": "2026-12-31",
    "december the thirty first": "2026-12-31",
    "may 5": "2026-05-05",
    "september ten": "2026-09-10",
    "twenty first of june": "2026-06-21",
    "first of april": "2026-04-01",
    "the thirtieth": "2026-03-30",
    "15th": "2026-03-15",
    "2nd": "2026-04-02",
    "the 15th of this month": "2026-03-15",
    "on the 3rd day of june": "2026-06-03",
    "on the 3rd of the month": "2026-04-03",
    "Friday the 13th": "2026-03-13",
    "Thursday 5 March": "2026-03-05",
    "friday 2026-03-20": "2026-03-20",
    "Wednesday": "2026-03-11",
    "this Wednesday": "2026-03-11",
    "next Wednesday": "2026-03-11",
    "this coming friday": "2026-03-06",
    "coming friday": "2026-03-06",
    "sunday next": "2026-03-15",
    "Monday week": "2026-03-16",
    "the Friday after next": "2026-03-20",
    "Monday next week": "2026-03-09",
    "next week on Friday": "2026-03-13",
    "friday of next week": "2026-03-13",
    "thursday the week after next": "2026-03-19",
    "next week": "2026-03-09",
    "the week after next": "2026-03-16",
    "a week from Monday": "2026-03-16",
    "a week on Monday": "2026-03-16",
    "a week Monday": "2026-03-16",
    "a week tomorrow": "2026-03-12",
    "two weeks today": "2026-03-18",
    "today week": "2026-03-11",
    "three days from friday": "2026-03-09",
    "in a fortnight": "2026-03-18",
    "in two weeks' time": "2026-03-18",
    "in 3 months": "2026-06-04",
    "in a year": "2027-03-04",
    "in a couple of days": "2026-03-06",
    "a month from now": "2026-04-04",
    "six months from today": "2026-09-04",
    "ten days after easter": "2026-04-15",
    "two days before christmas": "2026-12-23",
    "2 days after tomorrow": "2026-03-07",
    "the day before christmas": "2026-12-24",
    "the day after christmas": "2026-12-26",
    "jan 12 day b4": "2027-01-11",
    "this weekend": "2026-03-07",
    "next weekend": "2026-03-14",
    "next month": "2026-04-01",
    "the 3rd of next month": "2026-04-03",
    "June": "2026-06-01",
    "in June": "2026-06-01",
    "June 2027": "2027-06-01",
    "june next year": "2027-06-01",
    "march 3 next year": "2027-03-03",
    "end of the month": "2026-03-31",
    "last day of next month": "2026-04-30",
    "the last day of June": "2026-06-30",
    "beginning of june": "2026-06-01",
    "mid-june": "2026-06-15",
    "by end of next month": "2026-04-30",
    "end of the year": "2026-12-31",
    "start of next week": "2026-03-09",
    "end of next week": "2026-03-13",
    "by the end of the week": "2026-03-06",
    "first Monday in May": "2026-05-04",
    "second tuesday of april": "2026-04-14",
    "the last sunday in march": "2026-03-29",
    "third thursday of the month": "2026-03-19",
    "the second friday in july 2027": "2027-07-09",
    "Christmas": "2026-12-25",
    "xmas": "2026-12-25",
    "New Year's Eve": "2026-12-31",
    "new year's day": "2027-01-01",
    "halloween": "2026-10-31",
    "easter": "2026-04-05",
    "good friday": "2026-04-03",
    "easter monday": "2026-04-06",
    "Thanksgiving": "2026-11-26",
    "black friday": "2026-11-27",
    "mother's day": "2026-05-10",
    "st patrick's day": "2026-03-17",
    "4th of july": "2026-07-04",
    "the day after tomorrow": "2026-03-06",
    "tmrw": "2026-03-05",
    "yesterday": "2026-03-03",
    "sun": "2026-03-08",
    "sat": "2026-03-07",
    "mar 9": "2026-03-09",
}

HOURS = {
    "in half an hour": "2026-03-04 10:00",
    "five thirty pm": "2026-03-04 17:30",
    "quarter to six": "2026-03-04 17:45",
    "eleven a m": "2026-03-04 11:00",
    "14h30": "2026-03-04 14:30",
    "16h": "2026-03-04 16:00",
    "3.15pm": "2026-03-04 15:15",
    "noon": "2026-03-04 12:00",
    "midday tomorrow": "2026-03-05 12:00",
    "end of day": "2026-03-04 17:00",
    "cob tomorrow": "2026-03-05 17:00",
    "end of business friday": "2026-03-06 17:00",
    "by friday noon": "2026-03-06 12:00",
    "1645": "2026-03-04 16:45",
    "0730": "2026-03-05 07:30",
    "730pm": "2026-03-04 19:30",
    "nineteen thirty": "2026-03-04 19:30",
    "fourteen hundred hours": "2026-03-04 14:00",
    "oh eight hundred": "2026-03-05 08:00",
    "six oh five": "2026-03-04 18:05",
    "two oh five pm": "2026-03-04 14:05",
    "twelve oh one am": "2026-03-05 00:01",
    "seven o'clock tonight": "2026-03-04 19:00",
    "17 o'clock": "2026-03-04 17:00",
    "5 o'clock in the afternoon": "2026-03-04 17:00",
    "half 7": "2026-03-05 07:30",
    "half past noon": "2026-03-04 12:30",
    "ten to midnight": "2026-03-04 23:50",
    "quarter past midnight": "2026-03-05 00:15",
    "quarter of four": "2026-03-04 15:45",
    "twenty five past ten": "2026-03-04 10:25",
    "twenty to eight in the evening": "2026-03-04 19:40",
    "five to seven pm": "2026-03-04 18:55",
    "quarter-to-nine": "2026-03-05 08:45",
    "ten-thirty": "2026-03-04 10:30",
    "two thirty in the morning": "2026-03-05 02:30",
    "12am": "2026-03-05 00:00",
    "12pm": "2026-03-04 12:00",
    "0:15": "2026-03-05 00:15",
    "24:00": "2026-03-05 00:00",
    "12:15 in the morning": "2026-03-05 00:15",
    "12 at night": "2026-03-05 00:00",
    "9:30:15": "2026-03-04 09:30:15",
    "10:30P": "2026-03-04 22:30",
    "7:15A.M.": "2026-03-05 07:15",
    "5ish": "2026-03-04 17:00",
    "noonish tomorrow": "2026-03-05 12:00",
    "8 am on the dot": "2026-03-05 08:00",
    "around 3": "2026-03-04 15:00",
    "tomorow at 3": "2026-03-05 15:00",
    "wensday 5pm": "2026-03-11 17:00",
    "2morrow at 9": "2026-03-05 09:00",
    "2nite 8": "2026-03-04 20:00",
    "tom 9am": "2026-03-05 09:00",
    "fri 11a": "2026-03-06 11:00",
    "fri 11:15a": "2026-03-06 11:15",
    "5 p.m. on Fri.": "2026-03-06 17:00",
    "sunday @ 5": "2026-03-08 17:00",
    "sunday five am": "2026-03-08 05:00",
    "five in the morning on sunday": "2026-03-08 05:00",
    "thursday lunchtime at 1": "2026-03-05 13:00",
    "lunch tomorrow": "2026-03-05 12:00",
    "friday pm": "2026-03-06 14:00",
    "monday am at 9": "2026-03-09 09:00",
    "tonight": "2026-03-04 20:00",
    "tonight at 12": "2026-03-05 00:00",
    "tonight at 12:30": "2026-03-05 00:30",
    "tonight 11:45": "2026-03-04 23:45",
    "tomorrow night at 11": "2026-03-05 23:00",
    "friday midnight": "2026-03-07 00:00",
    "12 midnight on friday": "2026-03-07 00:00",
    "saturday night at 9:30": "2026-03-07 21:30",
    "sunday evening at half 8": "2026-03-08 20:30",
    "this morning at 8": "2026-03-04 08:00",
    "early tomorrow morning": "2026-03-05 07:00",
    "first thing tomorrow": "2026-03-05 09:00",
    "late friday afternoon": "2026-03-06 16:00",
    "mid-morning": "2026-03-04 10:00",
    "in the evening": "2026-03-04 18:00",
    "today at 8": "2026-03-04 20:00",
    "today at 9": "2026-03-04 21:00",
    "tomorrow at 15": "2026-03-05 15:00",
    "the twenty ninth at half past six": "2026-03-29 18:30",
    "the thirtieth at five to nine": "2026-03-30 08:55",
    "on the twenty second at two fifteen": "2026-03-22 14:15",
    "september ten at ten": "2026-09-10 10:00",
    "2 may 2": "2026-05-02 14:00",
    "may 2 2pm": "2026-05-02 14:00",
    "Sat. Mar. 14, 6 p.m.": "2026-03-14 18:00",
    "2026-03-10 at 2pm": "2026-03-10 14:00",
    "Fri 13 Mar 2026 at 14:30": "2026-03-13 14:30",
    "june third two thousand twenty seven at nine": "2027-06-03 09:00",
    "at 5 on the 9th of April": "2026-04-09 17:00",
    "noon on the 31st": "2026-03-31 12:00",
    "in 2 days at 5": "2026-03-06 17:00",
    "in 36 hours": "2026-03-05 21:30",
    "in 1 hour and 30 minutes": "2026-03-04 11:00",
    "in an hour and a half": "2026-03-04 11:00",
    "in one point five hours": "2026-03-04 11:00",
    "1½ hours": "2026-03-04 11:00",
    "in a couple of hours": "2026-03-04 11:30",
    "in 10 minutes time": "2026-03-04 09:40",
    "10 minutes from now": "2026-03-04 09:40",
    "an hour from now": "2026-03-04 10:30",
    "in 90 seconds": "2026-03-04 09:31:30",
    "right now": "2026-03-04 09:30",
    "this time tomorrow": "2026-03-05 09:30",
    "same time next week": "2026-03-11 09:30",
    "three weeks from Friday at 4": "2026-03-27 16:00",
    "1 week from tomorrow at noon": "2026-03-12 12:00",
    "tuesday week at 3": "2026-03-17 15:00",
    "a week on friday at noon": "2026-03-13 12:00",
    "ten minutes before noon": "2026-03-04 11:50",
    "an hour before the meeting at 3": "2026-03-04 14:00",
    "30 minutes after 3pm": "2026-03-04 15:30",
    "half an hour before midnight": "2026-03-04 23:30",
    "1 hour before christmas eve at 6": "2026-12-24 17:00",
    "45 minutes before the flight at 6:45 am on the 12th": "2026-03-12 06:00",
    "the day before the 15th at 5": "2026-03-14 17:00",
    "friday the evening before": "2026-03-05 18:00",
    "next wednesday the night before": "2026-03-10 20:00",
    "second tuesday of april at 10am": "2026-04-14 10:00",
    "the first saturday of next month at 9": "2026-04-04 09:00",
    "good friday at 5": "2026-04-03 17:00",
    "xmas eve 5pm": "2026-12-24 17:00",
    "uh friday at um ten": "2026-03-06 10:00",
    "no later than friday at 5": "2026-03-06 17:00",
    "next tuesday afternoon at quarter past three": "2026-03-10 15:15",
    "wednesday next week at quarter to 12": "2026-03-11 11:45",
}

RANGES = {
    "2-3pm": "2026-03-04 14:00",
    "from 2 to 3pm": "2026-03-04 14:00",
    "between 2 and 4": "2026-03-04 14:00",
    "tomorrow from 10 to 11": "2026-03-05 10:00",
    "9 to 10:30am friday": "2026-03-06 09:00",
    "Nov 3rd 5-6pm": "2026-11-03 17:00",
    "6–7pm tonight": "2026-03-04 18:00",
    "between 5 and 6 pm tomorrow": "2026-03-05 17:00",
    "10-noon": "2026-03-04 10:00",
    "from twenty to one": "2026-03-04 12:40",
    "from the 12th to the 14th of February": "2027-02-12",
    "jan 9 to 12": "2027-01-09",
    "5 to 7 september": "2026-09-05",
    "mon-fri": "2026-03-09",
}

ENDS = [
    ("4:30", "2026-03-05 14:00", "2026-03-05 16:30"),
    ("1", "2026-03-05 23:00", "2026-03-06 01:00"),
    ("midnight", "2026-03-05 20:00", "2026-03-06 00:00"),
    ("2am", "2026-03-05 20:00", "2026-03-06 02:00"),
    ("2 in the morning", "2026-03-05 20:00", "2026-03-06 02:00"),
    ("90 minutes", "2026-03-05 14:00", "2026-03-05 15:30"),
    ("2h", "2026-03-05 14:00", "2026-03-05 16:00"),
    ("1h30", "2026-03-05 14:00", "2026-03-05 15:30"),
    ("an hour and a quarter", "2026-03-05 14:00", "2026-03-05 15:15"),
    ("three quarters of an hour", "2026-03-05 14:00", "2026-03-05 14:45"),
    ("two days", "2026-03-05 14:00", "2026-03-07 14:00"),
    ("3 days", "2026-03-05", "2026-03-07"),
    ("a week", "2026-03-09", "2026-03-15"),
    ("Sunday", "2026-03-06", "2026-03-08"),
    ("the 8th", "2026-03-06", "2026-03-08"),
    ("march 5 to 7", "2026-03-05", "2026-03-07"),
    ("tomorrow at 3", "2026-03-05 14:00", "2026-03-05 15:00"),
    ("Thursday 1am", "2026-03-05 21:00", "2026-03-06 01:00"),
    ("5pm", "2026-03-05", "2026-03-05 17:00"),
    ("until 5", "2026-03-05 14:00", "2026-03-05 17:00"),
    ("2 to 3pm", "2026-03-05 14:00", "2026-03-05 15:00"),
    ("16h30", "2026-03-05 14:00", "2026-03-05 16:30"),
    ("end of day", "2026-03-05 14:00", "2026-03-05 17:00"),
    ("noon the next day", "2026-03-05 14:00", "2026-03-06 12:00"),
    ("next morning", "2026-03-05 20:00", "2026-03-06 09:00"),
    ("an hour later", "2026-03-05 14:00", "2026-03-05 15:00"),
    ("nine", "2026-03-07 05:30", "2026-03-07 09:00"),
    ("seven", "2026-03-07 13:00", "2026-03-07 19:00"),
]

# The hour in the words, and the rest of the command, which settles its half of the day.
COMMANDS = [
    ("8", "dinner with Ana at 8", "2026-03-04 20:00"),
    ("8", "put Dr. Patel's dinner in at 8", "2026-03-04 20:00"),
    ("8", "remind me at 8 to cook dinner", "2026-03-05 08:00"),
    ("8", "remind me about dinner at 8", "2026-03-04 20:00"),
    ("8", "Remind me at 8 to stretch. Dinner with Ana is tomorrow at 7.", "2026-03-05 08:00"),
    ("friday 8", "party friday 8 to 11:30 pm", "2026-03-06 20:00"),
    ("friday 8", "briefing friday 8 to 8:45am", "2026-03-06 08:00"),
    ("friday 8", "call Ana friday 8 pm", "2026-03-06 20:00"),
    ("8", "call Ana at 8 in the evening", "2026-03-04 20:00"),
    ("6", "breakfast at 6", "2026-03-05 06:00"),
    ("sat 7", "movie night sat 7", "2026-03-07 19:00"),
    ("sat 7", "hike sat 7, remind me friday night to pack", "2026-03-07 07:00"),
    ("5", "swimming today from 5 to 7 in the evening", "2026-03-04 17:00"),
    ("11", "call from 11 to 2pm", "2026-03-04 11:00"),
    ("10", "shift from 10 to 6am", "2026-03-04 22:00"),
    ("9", "book club 9 to midnight", "2026-03-04 21:00"),
    ("friday 8", "good evening, put the dentist in for friday 8", "2026-03-06 08:00"),
]

NOT_UNDERSTOOD = {
    "flurb": "flurb",
    "every monday": "every",
    "blue monday": "blue",
    "thirsty at 5": "thirsty",
    "Augusta 5": "augusta",
    "monday or tuesday": "or",
    "3pm EST": "est",
    "in a few minutes": "few",
    "21 uhr": "uhr",
    "first sunday of advent": "advent",
    "tomorrow at the dentist": "dentist",
    "before friday": "before friday",
    "tonight after 8": "after 8",
    "last friday": "last friday",
    "3 4 5": "4 5",
    "at 25": "25",
    "25:00": "25:00",
    "tomorrow at 9 tonight": "tonight",
    "today tomorrow": "tomorrow",
    "2026-03-20 tomorrow x": "x",
    "half past": "half past",
}

NO_SUCH_MOMENT = {
    "the 30th of February": "no such day",
    "31 april": "no such day",
    "Tuesday 5 March": "2026-03-05 is a Thursday, not a Tuesday",
    "thursday 2026-03-20": "is a Friday",
    "this week": "which day",
    "2027-13-01": "2027-13-01",
    "the evening before": "which day",
    "early": "no hour",
    "2026-03-20 tomorrow": "more than one day",
    "june 5 friday next week": "more than one day",
    "please": "no day or hour",
    "": "no words",
    "???": "no words",
    "in 99999 years": "beyond the calendar",
}


def exact(expected: str) -> str:
    return expected + ":00" if expected.count(":") == 1 else expected


@pytest.mark.parametrize(("said", "expected"), DAYS.items())
def test_words_for_a_day_mean_that_date(said: str, expected: str) -> None:
    assert iso(resolve(said, NOW)) == expected


@pytest.mark.parametrize(("said", "expected"), HOURS.items())
def test_words_for_an_hour_mean_that_time_of_that_day(said: str, expected: str) -> None:
    assert iso(resolve(said, NOW)) == exact(expected)


@pytest.mark.parametrize(("said", "expected"), RANGES.items())
def test_a_range_means_its_beginning(said: str, expected: str) -> None:
    assert iso(resolve(said, NOW)) == exact(expected)


@pytest.mark.parametrize(("said", "start", "expected"), ENDS)
def test_words_for_an_end_are_seen_from_the_start(said: str, start: str, expected: str) -> None:
    assert iso(resolve(said, NOW, start=value(start))) == exact(expected)


@pytest.mark.parametrize(("said", "command", "expected"), COMMANDS)
def test_the_command_settles_an_open_hour(said: str, command: str, expected: str) -> None:
    assert iso(resolve(said, NOW, command=command)) == exact(expected)


@pytest.mark.parametrize(("said", "named"), NOT_UNDERSTOOD.items())
def test_words_not_understood_are_named(said: str, named: str) -> None:
    with pytest.raises(MomentError) as error:
        resolve(said, NOW)
    assert f'"{named}"' in str(error.value)


@pytest.mark.parametrize(("said", "why"), NO_SUCH_MOMENT.items())
def test_a_moment_that_cannot_be_is_an_error_that_says_why(said: str, why: str) -> None:
    with pytest.raises(MomentError, match=why):
        resolve(said, NOW)


def test_an_end_before_its_start_is_an_error() -> None:
    with pytest.raises(MomentError, match="before it starts"):
        resolve("tomorrow at 3pm", NOW, start=datetime(2026, 3, 9, 14))


def test_a_length_in_hours_of_something_without_an_hour_is_an_error() -> None:
    with pytest.raises(MomentError, match="start with an hour"):
        resolve("two hours", NOW, start=NOW.date())
