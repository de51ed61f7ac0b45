"""Text from anywhere is shown and cannot act."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyagent_cli.view.text import shortened, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Sid", "Sid"),
        ("\x1b[2J", "‹U+001B›[2J"),
        ("notes\u202efdp.exe", "notes‹U+202E›fdp.exe"),
        ("a\nb", "a ↵ b"),
        ("a\r\nb", "a ↵ b"),
        ("a\rb", "a ↵ b"),
        ("a\tb", "a b"),
        ("zero\u200bwidth", "zero‹U+200B›width"),
        ("\x9b31m", "‹U+009B›31m"),
        ("\udcff", "‹U+DCFF›"),
        ("pay\u200dpal", "pay‹U+200D›pal"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("Zoë Łukasz 李", "Zoë Łukasz 李"),
    ],
)
def test_what_could_act_on_a_terminal_is_written_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_no_control_character_and_no_override_is_left(text: str) -> None:
    for char in visible(text):
        assert char in "\u200c\u200d" or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def test_a_text_too_long_says_how_long_it_is() -> None:
    assert shortened("x" * 1000, 10) == "xxxxxxxxx… (1,000 characters)"
