"""The lines of vCards: read here as vobject reads them, and handed to it where they are not plain."""

import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import thorough
from vobject.base import textLineToContentLine

from tinyagent_cli.toolbox import built_in_directory, load_app

contacts = load_app(built_in_directory() / "contacts").__name__
lines, cards = importlib.import_module(f"{contacts}.lines"), importlib.import_module(f"{contacts}.cards")

_names = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
_plain = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='";:,\u2028\u2029'), max_size=8)
_quoted = _plain.map(lambda text: f'"{text},;:"')
_values = st.lists(_plain | _quoted, min_size=1, max_size=3).map(lambda texts: "=" + ",".join(texts))
_params = st.lists(st.tuples(_names, st.just("") | _values).map("".join), max_size=3).map(lambda all_: "".join(f";{one}" for one in all_))
_texts = st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\u2028\u2029"), max_size=20)


@thorough
@given(st.just("") | _names.map(lambda name: f"{name}."), _names.filter(lambda n: n.upper() not in ("BEGIN", "END")), _params, _texts)
def test_a_line_is_read_as_the_library_reads_it(group, name, params, value):
    [mine] = lines.lines_of(f"BEGIN:VCARD\r\n{group}{name}{params}:{value}\r\nEND:VCARD\r\n")
    theirs = textLineToContentLine(f"{group}{name}{params}:{value}")
    assert (mine.name, mine.group, mine.value) == (theirs.name, theirs.group or "", theirs.value)
    assert mine.params == theirs.params
    assert mine.bare == theirs.singletonparams


CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ana Ruiz\r\n{}\r\nEND:VCARD\r\n"


def test_what_stands_behind_a_comma_is_kept():
    [card] = cards.cards_of(CARD.format("NICKNAME:Anita,Ani\r\nTITLE:Head\\, Sales\r\nORG:Acme, Inc.;Sales").encode()).cards
    assert card.nicknames == ("Anita", "Ani")
    assert card.roles == ("Head, Sales",)


@pytest.mark.parametrize(("line", "best"), [
    ("TEL;HOME:1234567\r\nTEL;CELL:7654321", "7654321"),  # as vCard 2.1 writes types
    ("TEL;TYPE=fax:1234567\r\nTEL;TYPE=HOME:7654321", "7654321"),
    ('TEL;TYPE="home,voice":1234567\r\nTEL;TYPE="cell,voice":7654321', "7654321"),
])  # fmt: skip
def test_the_best_number_is_chosen_however_its_type_is_written(line, best):
    [card] = cards.cards_of(CARD.format(line).encode()).cards
    assert card.phones[0].text == best


def test_quoted_printable_is_left_to_the_library():
    [card] = cards.cards_of(CARD.format("NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Z=C3=BCrich").encode()).cards
    assert card.notes == ("Zürich",)


def test_lines_of_a_component_within_a_card_are_not_the_cards():
    [card] = cards.cards_of(CARD.format("BEGIN:X\r\nEMAIL:not@this.one\r\nEND:X\r\nEMAIL:ana@x.com").encode()).cards
    assert [each.text for each in card.emails] == ["ana@x.com"]


def test_a_card_that_never_ends_is_a_fault_and_the_next_is_read():
    read = cards.cards_of(b"BEGIN:VCARD\r\nFN:Half\r\nBEGIN:VCARD\r\nFN:Whole\r\nEND:VCARD\r\n")
    assert [card.name for card in read.cards] == ["Whole"]
    assert read.faults == ["a card was never closed"]
