"""What the rest of the command says about an hour that may lie in either half of the day."""

from __future__ import annotations

import re

from tinyagent_cli.plan.moments.grammar import end_at
from tinyagent_cli.plan.moments.reading import Clock
from tinyagent_cli.plan.moments.words import MONTHS, WEEKDAYS, tokens

_EVENING = frozenset("dinner drinks cocktails nightcap concert gig opera cinema pub sunset".split())
_EVENTS = frozenset(["night", "evening"])  # "parents' evening", "game night", but not "Sunday night"
_DAYS = frozenset("the this in at of by on for that tomorrow next last every each all".split()) | {
    *WEEKDAYS,
    *MONTHS,
}
_MORNING = frozenset("breakfast sunrise dawn".split())
_REQUESTS = frozenset("remind rmnd reminder then also text sms email mail tell ask".split())
_GREETING = re.compile(r"\bgood (?:evening|morning|night)\b", re.IGNORECASE)
_STOP = re.compile(
    r"(?<!\bdr)(?<!\bmr)(?<!\bms)(?<!\bst)(?<!\bmrs)(?<!\bprof)[.;!?](?:\s|$)|\n", re.IGNORECASE
)


def half_of(clock: Clock, said: list[str], command: str) -> str:
    """The half of the day, "am" or "pm", where the command settles it for the open `clock` among the plain words `said`, else "".

    It does by the end of a range ("8 to 11:30 pm", "6 to 7 in the evening"), and by what the hour is for:
    dinner at 8 is in the evening, breakfast at 6 in the morning.
    """
    wanted = clock.words.split()
    best, answer = -1, ""
    for request in _requests(command):
        for at in range(len(request) - len(wanted) + 1):
            if request[at : at + len(wanted)] == wanted:
                shared = len(set(said) & set(request))
                if shared > best:
                    after = request[at + len(wanted) :]
                    answer = _by_next(after) or _by_range(clock, after) or _by_purpose(request, at)
                    best = shared
                break
    return answer


def half_before(clock: Clock, end: int) -> str:
    """The half of the day in which `clock` is nearest before `end`, a time in minutes since midnight."""
    morning = clock.hour % 12 * 60 + clock.minute
    am, pm = ((end - begin - 1) % 1440 for begin in (morning, morning + 720))
    return "am" if am < pm else "pm"


def _requests(command: str) -> list[list[str]]:
    """The plain words of the command, one list a thing that is asked for."""
    requests: list[list[str]] = []
    for clause in _STOP.split(_GREETING.sub(" ", command)):
        requests.append([])
        for word in tokens(clause, mend=False):
            if word in _REQUESTS:
                requests.append([])
            requests[-1].append(word)
    return requests


_LATE = ("pm", "in the afternoon", "in the evening", "tonight", "this afternoon", "this evening")


def _by_next(after: list[str]) -> str:
    """By the words right behind the hour, where they were not copied with it."""
    words = " ".join(after[:3])
    for half, following in (("am", ("am", "in the morning")), ("pm", _LATE)):
        if words.startswith(following):
            return half
    return ""


def _by_range(clock: Clock, after: list[str]) -> str:
    if after[:1] not in (["to"], ["until"], ["through"], ["and"]):
        return ""
    end = end_at(" ".join(after[1:]))
    return "" if end is None else half_before(clock, end)


def _by_purpose(request: list[str], at: int) -> str:
    # What stands behind the hour of a reminder is what is to be done then: "remind me at 8 to cook dinner".
    words = request[:at] if request[:1] in (["remind"], ["reminder"]) else request
    for before, word in zip(["the", *words], words, strict=False):
        if word in _EVENING or (word in _EVENTS and before not in _DAYS):
            return "pm"
        if word in _MORNING:
            return "am"
    return ""
