"""Spelling: words of time as people write and say them, brought to one plain form.

"Thurs. at Half-past Six" becomes "thursday at half past 6": lower case, single spaces, no punctuation,
number words as digits, ordinals as `29th`, halves of the day as `am` and `pm`, one spelling a word. The
grammar in `pieces` reads that form only.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import cache

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_CARDINALS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
UNITS = {word: value for value, word in enumerate(_CARDINALS)}
ORDINALS = {word: value for value, word in enumerate(_ORDINALS) if value} | {"twentieth": 20, "thirtieth": 30}
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fourty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
TENS |= {"seventy": 70, "eighty": 80}


def _spellings() -> dict[str, str]:
    """Every accepted spelling of a word that has more than one."""
    groups = {
        "monday": "mon mondays munday",
        "tuesday": "tue tues tuesdays teusday tusday",
        "wednesday": "wed weds wednes wensday wendsday wedensday wednsday wednesdays",
        "thursday": "thu thur thurs thurday thrusday thersday thursdays",
        "friday": "fri fryday firday fridays",
        "saturday": "sat satur saturdays satuday",
        "sunday": "sun sundays suday",
        "january": "jan", "february": "feb febr febuary", "march": "mar", "april": "apr", "june": "jun",
        "july": "jul", "august": "aug", "september": "sep sept", "october": "oct", "november": "nov",
        "december": "dec",
        "tomorrow": "tomorow tommorow tommorrow tomorrw tmrw tmr tmw tmrrw tomo tom tomoz 2moro 2morrow 2mrw",
        "today": "2day tday", "tonight": "tonite 2nite 2night tnite", "yesterday": "yday",
        "morning": "mornin mornings morn", "afternoon": "aft afternoons arvo", "evening": "evenin evenings",
        "night": "nite nighttime",
        "noon": "midday noontime noonish", "midnight": "midnite", "lunchtime": "lunch",
        "dinner": "dinnertime supper suppertime",
        "eod": "cob eob", "weekend": "wknd wkend weekends",
        "sec": "secs seconds", "minute": "min mins minutes minuts m", "hour": "hr hrs hours h",
        "day": "days", "week": "wk wks weeks", "fortnight": "fortnights", "month": "months mth",
        "year": "years yr yrs",
        "quarter": "qtr quarters", "half": "halve 1/2",
        "until": "till til untill", "through": "thru", "next": "nxt", "between": "btw btwn", "before": "b4",
        "around": "about approximately approx roughly circa", "and": "n",
        "christmas": "xmas", "valentine": "valentines", "patrick": "patricks paddy paddys", "saint": "st",
        "oclock": "clock", "start": "beginning", "middle": "mid", "mother": "mothers mum mums",
        "father": "fathers dad dads", "fool": "fools", "president": "presidents", "veteran": "veterans",
        "halloween": "hallowe'en", "thanksgiving": "thanks-giving", "now": "immediately asap",
    }  # fmt: skip
    return {form: word for word, forms in groups.items() for form in forms.split()}


SPELLINGS = _spellings()

# What a mistyped word may be taken for. Only long words: among short ones, other words are too near.
_LIKELY = [w for w in (*WEEKDAYS, *MONTHS) if len(w) > 5]
_LIKELY += ["tomorrow", "tonight", "morning", "afternoon", "evening", "midnight", "lunchtime", "minutes"]

_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'", "ʼ": "'", "—": "–", "−": "–", "⁄": "/"})

_ABBREVIATED = "(?:mon|tue|wed|thu|fri|sat|sun)"
_REWRITES = (
    (r"\bhallowe'en\b", "halloween"),
    (r"\bo ?' ?clock\b|\bo clock\b|\boh clock\b", "oclock"),
    (r"'s\b|(?<=s)'", ""),  # "tonight's", "two weeks' time"
    (r"(?<![a-z])([ap])[. ]{0,2}m(?![a-z'])\.?", r" \1m "),  # 2pm, 2 p.m., eleven a m
    (r"(?<=\d)([ap])(?![a-z])", r" \1m "),  # fri 11a
    (r"(?<![\w])(\d+)h ?(\d+) ?m(?:ins?)?(?![a-z])", r"\1 hour \2 minute"),  # 1h30m
    (r"(\d) ?(?:st|nd|rd|th)(?![a-z])", r"\1th"),
    (r"(?<=\d) ?– ?(?=\d)", " through "),  # not " to ": 5-6pm is a range, "five to six" may be none
    # 8-9:30, but not a date
    (r"(?<![\d-])(\d{1,2}(?::\d\d)?(?: [ap]m ?)?) ?- ?(?=\d{1,2}(?![\d-]))", r"\1 through "),
    (r"(?<=[a-z]) ?– ?(?=\d)|(?<=\d) ?– ?(?=[a-z])|(?<=[a-z])–(?=[a-z])", " through "),
    (rf"\b({_ABBREVIATED}[a-z]*) ?- ?(?={_ABBREVIATED})", r"\1 through "),  # mon-fri
    (r"(?<=noon) ?- ?(?=\d)|(?<=\d) ?- ?(?=noon|midnight)", " through "),
    (r"\b(\d{4})/(\d\d?)/(\d\d?)\b", r"\1-\2-\3"),
    (r"(\d),(\d)(?= ?h)", r"\1.\2"),  # 1,5 hours
    (r"@", " at "),
    (r"~", " around "),
    (r"&", " and "),
)


@cache
def _rewrites() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((re.compile(pattern), put) for pattern, put in _REWRITES)


_TOKEN = re.compile(
    r"\d{4}-\d\d?-\d\d?(?!\d)|\d+th|\d+h\d\d(?![\d.:])|\d+h(?![a-z0-9])|2(?:day|moro|morrow|mrw|nite|night)\b|b4\b"
    r"|\d+(?:[:./]\d+)*|[^\W\d_]+|[^\s,;.!?()\"':…\-–]"
)


def tokens(text: str, *, mend: bool) -> list[str]:
    """The plain words of `text`, in order. With `mend`, near misses of long words are put right."""
    text = re.sub(r"(?<=\d) ?½", ".5", text).replace("½", " half ")
    text = unicodedata.normalize("NFKC", text).lower().translate(_QUOTES)
    for pattern, put in _rewrites():
        text = pattern.sub(put, text)
    return _numbers([_spelled(word, mend) for word in _TOKEN.findall(text)])


def _spelled(word: str, mend: bool) -> str:
    if word in SPELLINGS:
        return SPELLINGS[word]
    if mend and len(word) > 5 and word.isascii() and word not in KNOWN and word not in _LIKELY:
        near = difflib.get_close_matches(word, _LIKELY, n=1, cutoff=0.85)
        if near and near[0][0] == word[0] and not (word.startswith(near[0]) and word[-1] != "s"):  # Augusta
            return SPELLINGS.get(near[0], near[0])
    return word


def _numbers(words: list[str]) -> list[str]:
    """Number words as digits: "twenty ninth" is 29th, "six oh five" is 6 05, "fourteen hundred" is 1400."""
    done: list[str] = []
    position = 0
    while position < len(words):
        text, used = _number_at(words, position)
        done.append(text)
        position += used
    return done


def _number_at(words: list[str], at: int) -> tuple[str, int]:
    """The plain form of the number (or else the word) at `at`, and how many words it takes."""
    word = words[at]
    after = words[at + 1] if at + 1 < len(words) else ""
    if word in TENS:
        return _tens(words, at, after)
    if word in ("oh", "o", "zero", "0") and 0 < UNITS.get(after, 0) < 10:
        return (f"0{UNITS[after]}00", 3) if words[at + 2 : at + 3] == ["hundred"] else (f"0{UNITS[after]}", 2)
    if word in UNITS:
        return _hundreds(words, at, UNITS[word], 1)
    return (f"{ORDINALS[word]}th", 1) if word in ORDINALS else (word, 1)


def _tens(words: list[str], at: int, after: str) -> tuple[str, int]:
    value = TENS[words[at]]
    if 0 < UNITS.get(after, 0) < 10:
        return _hundreds(words, at, value + UNITS[after], 2)
    ordinal = int(after[0]) if re.fullmatch(r"[1-9]th", after) else ORDINALS.get(after, 0)
    return (f"{value + ordinal}th", 2) if 0 < ordinal < 10 else _hundreds(words, at, value, 1)


def _hundreds(words: list[str], at: int, value: int, used: int) -> tuple[str, int]:
    """`value`, or what it makes with "hundred" or "thousand" after it."""
    after = words[at + used : at + used + 1]
    scale = {"hundred": 100, "thousand": 1000}.get(after[0]) if after else None
    if scale is None:
        return str(value), used
    value, used = value * scale, used + 1
    rest = at + used + (words[at + used : at + used + 1] == ["and"])
    if rest < len(words) and (words[rest] in TENS or words[rest] in UNITS) and scale * 10 > value:
        text, more = _number_at(words, rest)
        if text.isdigit():
            return str(value + int(text)), rest + more - at
    return str(value), used


# Words of the grammar that are in none of the tables above. Any other word is not understood.
KNOWN = frozenset(
    """
    a an the this that next last coming following same my our no than after at before between by ending for
    from in of on past starting through to until am pm hundred half quarter oclock point couple around exactly
    ish sharp dot latest just right today tonight tomorrow yesterday now time hence thing beforehand prior
    afterwards early earlier late later long sec minute hour day week weekend fortnight month year start
    middle end close business eod eom eow morning afternoon evening eve night noon midnight lunchtime
    breakfast dinner and please uh um uhm er erm hmm well so ok okay new nye christmas valentine saint patrick
    halloween boxing easter good palm ash thanksgiving labor labour memorial independence mother father fool
    martin luther king president veteran epiphany juneteenth black cyber earth women shrove pancake nicholas
    ascension pentecost whit bonfire guy fawkes viewing meeting appointment call event flight train class
    lesson session interview party show game match
    """.split()
)

_NUMERIC = re.compile(r"\d{4}-\d\d?-\d\d?|\d{1,6}|\d{1,2}th|\d{1,2}h\d*|\d{1,4}[:./]\d{1,4}(?:[:./]\d{1,4})?")


def is_known(word: str) -> bool:
    """Whether the grammar has a use for the plain word `word`."""
    return word in KNOWN or word in WEEKDAYS or word in MONTHS or _NUMERIC.fullmatch(word) is not None
