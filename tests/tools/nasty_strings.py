"""Strings that break formats: quotes, line breaks, markup, other formats' own words, odd Unicode, length.

`BLNS` is Max Woolf's Big List of Naughty Strings (MIT licence, `blns.LICENSE`), without
those of which nothing is left that a format can hold.
"""

import json
import re
from pathlib import Path

NASTY = [
    "He said \"no\" and 'yes' — `maybe`",
    "one\ntwo\n\nthree",
    "one\r\ntwo",
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:evil\r\nEND:VEVENT\r\nEND:VCALENDAR",
    "END:VEVENT\nBEGIN:VALARM\nACTION:DISPLAY\nEND:VALARM",
    "Hi\r\nBcc: everyone@example.com\r\n\r\nbody",
    "semi;colon, comma: colon \\ back\\nslash \\, \\; \\\\",
    "=?utf-8?q?encoded?= words",
    "emoji 🎉👩\u200d👩\u200d👧 flags 🇦🇹",
    "right\u202eto left\u202c override",
    "accents éüñ łøđ 日本語 العربية",
    "line separator\u2028paragraph\u2029next\x85line",
    "zero\u200bwidth nonbreaking",
    "$(rm -rf ~) `id` ; rm -rf / # && ${HOME} %s %n {0}",
    "../../etc/passwd",
    "-rf --help",
    "# heading *bold* [link](http://x) <script>alert(1)</script> &amp;",
    "$1 and $2 cost $1,200",
    '" & (do shell script "id") & "',
    "tab\tand  two  spaces",
    "x" * 10_000,
    "word " * 2_000 + "end",
    "😀" * 2_500,
    "^n ^' ^^ caret",
    "1. join()<END_OF_PLAN>",
]


def kept(text: str) -> str:
    """What of a text every format can hold: line breaks as one character, no other control characters."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", "", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str) -> str:
    """The text as a field of one line holds it."""
    out = kept(text)
    for mark in "\n\t\x85\u2028\u2029":
        out = out.replace(mark, "\n")
    while "\n\n" in out:
        out = out.replace("\n\n", "\n")
    return out.replace("\n", " ")


BLNS = [t for t in dict.fromkeys(json.loads(Path(__file__).with_name("blns.json").read_text("ascii"))) if kept(t).strip().strip("\ufeff")]
