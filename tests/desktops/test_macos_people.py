"""Contacts on macOS: who answers to a name, and who does not."""

import pytest
from mac_doubles import CALL, RecordingRunner, mac

from tinyagent_cli.errors import AmbiguousError, NotFoundError

HOME, WORK = "_$!<Home>!$_", "_$!<Work>!$_"
PEOPLE = [
    # name, first, last, nickname, organization, phones, emails
    ("Sid Jain", "Sid", "Jain", "", "Acme", [("_$!<Mobile>!$_", "+1 555 0100")], [(WORK, "sid@acme.org")]),
    ("Sidney Poe", "Sidney", "Poe", "", "", [], [(HOME, "poe@x.org")]),
    ("Ana María López", "Ana María", "López", "Anita", "", [], [(HOME, "ana@x.org"), (WORK, "ana@work.org")]),
    ("Raj Patel", "Raj", "Patel", "", "Clinic", [("", "555 0200")], [(WORK, "raj@clinic.org")]),
    ("Jane Doe", "Jane", "Doe", "", "", [("", "555 0300")], [(HOME, "jane@x.org")]),
    ("Jane Roe", "Jane", "Roe", "", "", [], [(HOME, "roe@x.org")]),
    ("Blue Bakery", "", "", "", "Blue Bakery", [("", "555 0400")], []),
]  # fmt: skip
RELATIONS = [
    "ok",
    "_$!<Mother>!$_",
    "Jane Doe",
    "_$!<Spouse>!$_",
    "Sid Jain",
    "coach",
    "Raj Patel",
    "_$!<Father>!$_",
    "Nobody Here",
]


def find_people(word):
    rows = ["ok"]
    for name, first, last, nick, organization, phones, emails in PEOPLE:
        if any(fold(word) in fold(field) for field in (name, nick, organization)):
            rows += [name, first, last, nick, organization]
            for entries in (phones, emails):
                rows += [str(len(entries)), *(part for entry in entries for part in entry)]
    return rows


def fold(text):
    return text.lower().translate(str.maketrans("íó", "io"))


@pytest.fixture
def desk():
    return mac(RecordingRunner(find_people=find_people, related_names=RELATIONS))


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Sid Jain", "sid@acme.org"),
        ("sid", "sid@acme.org"),
        ("Jain", "sid@acme.org"),
        ("Jain Sid", "sid@acme.org"),
        ("Dr. Patel", "raj@clinic.org"),
        ("Acme", "sid@acme.org"),
        ("mom", "jane@x.org"),
        ("Mum", "jane@x.org"),
        ("wife", "sid@acme.org"),
        ("coach", "raj@clinic.org"),
        ("someone@else.org", "someone@else.org"),
    ],
)
def test_an_address_by_full_first_or_last_name_title_organisation_and_relation(desk, name, address):
    assert desk.call("get_email_address", {"name": name}, CALL).result == address


def test_a_number_comes_as_it_is_written(desk):
    outcome = desk.call("get_phone_number", {"name": "Sid"}, CALL)
    assert outcome.result == "+1 555 0100"
    assert outcome.shown == "Sid Jain <+1 555 0100>"
    assert desk.call("get_phone_number", {"name": "blue bakery"}, CALL).result == "555 0400"
    assert desk.call("get_phone_number", {"name": "(555) 010-2000"}, CALL).result == "(555) 010-2000"


def test_every_address_of_a_person_and_every_person_of_a_name_is_offered(desk):
    with pytest.raises(AmbiguousError) as caught:
        desk.call("get_email_address", {"name": "anita"}, CALL)
    assert caught.value.candidates == (
        ("Ana María López, home: ana@x.org", "ana@x.org"), ("Ana María López, work: ana@work.org", "ana@work.org"),
    )  # fmt: skip
    with pytest.raises(AmbiguousError) as caught:
        desk.call("get_email_address", {"name": "Jane"}, CALL)
    assert [value for _, value in caught.value.candidates] == ["jane@x.org", "roe@x.org"]


def test_accents_and_case_do_not_matter(desk):
    with pytest.raises(AmbiguousError):
        desk.call("get_email_address", {"name": "ana maria lopez"}, CALL)


def test_a_part_of_a_name_is_asked_about_never_taken(desk):
    with pytest.raises(AmbiguousError) as caught:
        desk.call("get_email_address", {"name": "Sidn"}, CALL)
    assert [value for _, value in caught.value.candidates] == ["poe@x.org"]


@pytest.mark.parametrize("name", ["Zoe", "Jan", "dad", "Sid Patel", "", "..."])
def test_nobody_is_found_at_a_distance(desk, name):
    with pytest.raises((NotFoundError, AmbiguousError)) as caught:
        desk.call("get_phone_number", {"name": name}, CALL)
    assert name == "Jan" or isinstance(caught.value, NotFoundError)


def test_a_card_without_a_number_is_said(desk):
    with pytest.raises(NotFoundError, match="Sidney Poe: in Contacts, but without phone number"):
        desk.call("get_phone_number", {"name": "Sidney"}, CALL)
