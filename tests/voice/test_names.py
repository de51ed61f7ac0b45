"""Names misheard are mended where a person is named, and only offered within a message."""

from pathlib import Path

import pytest

from tinyagent_cli.voice import names
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.slots import places
from tinyagent_cli.voice.transcribe import Word

BOOK = Lexicon(
    (
        "Sid",
        "Lutfi",
        "Keisha",
        "María López",
        "María",
        "Dr. Patel",
        "José",
        "Georg",
        "Nick",
        "Rosa",
        "Mom",
        "Anna",
        "Jon",
    ),
    ("Meeting notes", "Quarterly report"),
)


def words(text, confidence=0.6):
    return [Word(word, n / 4, n / 4 + 0.2, confidence) for n, word in enumerate(text.split())]


def mend(text, book=BOOK, confidence=0.6):
    said = words(text, confidence)
    return names.mended(said, names.corrections(said, book))


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("Text let FIFO and Keesha that I'm late.", "Text Lutfi and Keisha that I'm late."),
        ("Set up a meeting with Sid and Luffy tomorrow.", "Set up a meeting with Sid and Lutfi tomorrow."),
        ("ask said if he is coming", "ask Sid if he is coming"),
        ("text neck i'm late", "text Nick i'm late"),
        ("Email Geok's address to Anna", "Email Georg's address to Anna"),
        ("open my meeting nodes", "open my Meeting notes"),
        ("Set up a zoom for my patient Dr. Battel on Friday", "Set up a zoom for my patient Dr. Patel on Friday"),
        ("reply that the price is right and cc nik", "reply that the price is right and cc Nick"),
    ],
)
def test_a_name_misheard_is_mended(heard, meant):
    assert mend(heard) == meant


@pytest.mark.parametrize(
    "right",
    [
        "Set up a meeting with Sid and Lutfi tomorrow at 2pm.",
        "remind me to call mum tomorrow morning",
        "Zoom call with Jose and Nick on Friday",
        "Put milk and bread on the shopping list",
        "Ask him to bring a rose and a book to the office",
        "Remind me to call Keisha tomorrow at noon",
        "remind me at 4 to order more reeds",
        "Put it down for Thursday",
    ],
)
def test_what_is_right_stays(right):
    near = Lexicon((*BOOK.people, "Mehta", "Marit", "Theresa", "Piet", "Farid", "Reed"))
    assert mend(right) == right
    assert mend(right, near) == right


def test_of_words_that_whisper_was_sure_of_none_is_taken_for_a_name():
    book = Lexicon(("Theresa", "Harriet", "Mariam", "Ines", "Selma", "Daisuke", "Chiara", "Priyanka", "Henrietta"))
    files = sorted((Path(__file__).parents[2] / "corpus").glob("dev-*.txt"))
    commands = [line[3:] for file in files for line in file.read_text().splitlines() if line.startswith("Q: ")][::5]
    kept = [each for each in commands if not any(name in each for name in book.people)]
    assert len(kept) > 100
    assert [each for each in kept if mend(each, book, confidence=0.95) != " ".join(each.split())] == []


def test_a_name_within_a_message_is_only_offered():
    said = words("Text Sid that I had lunch with luffy")
    (found,) = names.corrections(said, BOOK)
    assert (found.heard, found.name, found.applied) == ("luffy", "Lutfi", False)
    assert names.mended(said, [found]) == "Text Sid that I had lunch with luffy"
    assert names.mended(said, names.taken([found], wanted=True)).endswith("with Lutfi")


def test_a_message_without_a_that_is_left_alone_too():
    assert mend("tell Rosa said will come with luffy") == "tell Rosa said will come with luffy"


def test_a_message_ends_where_another_thing_to_do_begins():
    assert mend("Tell Rosa about the roof, and text luffy to be there") == "Tell Rosa about the roof, and text Lutfi to be there"
    assert mend("Tell Rosa to come and text luffy to be there") == "Tell Rosa to come and text luffy to be there"


def test_without_names_nothing_is_mended():
    assert mend("text let FIFO", Lexicon()) == "text let FIFO"


def test_what_whisper_was_sure_of_has_to_be_more_alike():
    assert mend("meet with Lucky", Lexicon(("Lutfi",)), confidence=0.99) == "meet with Lucky"


def test_places_of_the_words():
    heard = "text let fifo and keesha that i am late".split()
    where = places(heard, [False] * len(heard))
    assert where[1:3] == ["name", "maybe"]
    assert where[4] in {"name", "maybe"}
    assert set(where[6:]) == {"message"}


def test_a_prompt_has_no_more_names_than_whisper_reads():
    many = Lexicon(tuple(f"Person{n} Name{n}" for n in range(1000)))
    assert not names.fits(many)
    assert names.fits(BOOK)
    assert 20 < names.prompt(many).count("Person") < 30
    assert names.prompt(BOOK).startswith("Open Meeting notes. Open Quarterly report. Text Jon and Anna.")
    assert names.prompt(BOOK).endswith("Text Keisha and Lutfi. Text Sid.")
    assert "," not in names.prompt(BOOK)
    assert names.prompt(Lexicon()) == ""


def test_of_many_names_the_prompt_gets_those_that_come_near():
    many = Lexicon((*(f"Qrx{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(500)), "Lutfi"))
    near = names.likely(many, words("text let fifo that I am late"))
    assert near.people[0] == "Lutfi"
    assert names.fits(near)
