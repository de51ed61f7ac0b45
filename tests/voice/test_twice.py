"""Of a second hearing, which was told the names, names are taken where the first has something like them; all, where it is surer."""

import pytest

from tinyagent_cli.voice import names, twice
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.transcribe import Word

BOOK = Lexicon(("Sid", "Lutfi", "Keisha", "Tavita", "Imelda", "Bettina", "Frode", "Vasilisa", "Jonah", "Casimir", "Father Lukas"))


def words(text, confidence=0.6):
    """Words a quarter of a second long, one after the other; a dot is a quarter without a word."""
    return [Word(word, n / 4, (n + 1) / 4, confidence) for n, word in enumerate(text.split()) if word != "."]


def heard(first, second, book=BOOK):
    return names.mended(*twice.agreed(words(first), lambda: words(second), book))


@pytest.mark.parametrize(
    ("first", "second", "meant"),
    [
        ("Open it and text cast me that I am going", "Open It. And text Casimir . that I", "Open it and text Casimir that I am going"),
        ("mail it to Ford and coach Bettina", "Male It to Frode and coach Bettina", "mail it to Frode and coach Bettina"),
        ("Send it to father Lucas by mail", "Send it to Father Lukas by mail", "Send it to Father Lukas by mail"),
        ("zoom with father look us tomorrow", "Zoom with Father . Lukas tomorrow", "zoom with Father Lukas tomorrow"),
        ("text lutfy that I'm late", "Text Lutfi. . . .", "text Lutfi that I'm late"),
    ],
)
def test_a_name_of_the_second_hearing_stands_in_the_words_of_the_first(first, second, meant):
    assert heard(first, second) == meant


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Get the number of the sail maker", "Text Verum Verum . . Vasilisa ."),
        ("Coffee with June on the sixteenth", "Coffee with Joo Jonah was sixteenth"),
        ("Text Sid that I'm late", "Text Keisha that I'm late"),
        ("text the doctor . . . . . that I'm late", "text the doctor . . Lutfi"),
    ],
)
def test_a_name_that_nothing_in_the_first_hearing_is_like_is_invented(first, second):
    assert heard(first, second) == " ".join(word for word in first.split() if word != ".")


def test_the_second_hearing_is_taken_whole_where_whisper_was_surer_of_it():
    first, second = words("text let FIFO to bring a mask", 0.5), words("Text Lutfi to bring a desk", 0.8)
    assert names.mended(*twice.agreed(first, lambda: second, BOOK)) == "Text Lutfi to bring a desk"
    assert twice.agreed(first, tuple, BOOK)[0] is first


def test_where_whisper_writes_a_capital_letter_a_name_is_looked_for():
    assert heard("show me where Lutfy lives", "show me where Lutfi lives") == "show me where Lutfi lives"


def test_within_a_message_a_name_of_the_second_hearing_is_only_offered():
    said = words("Text Sid that I had lunch with luffy")
    _, (found,) = twice.agreed(said, lambda: words("Text Sid that I had lunch with Lutfi"), BOOK)
    assert (found.name, found.applied) == ("Lutfi", False)


@pytest.mark.parametrize("first", ["remind me tomorrow at noon", "Text Sid and Keisha that I'm late", "mail it to me"])
def test_without_a_name_in_doubt_nobody_listens_again(first):
    twice.agreed(words(first), lambda: pytest.fail("listened again"), BOOK)


def test_without_names_nobody_listens_again():
    twice.agreed(words("text let FIFO"), lambda: pytest.fail("listened again"), Lexicon())
