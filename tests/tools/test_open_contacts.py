"""Look-ups on the desktop `open`; khard reads the same cards."""

from __future__ import annotations

import importlib
import os
import sys
import time

import pytest

from tinyagent_cli.errors import AmbiguousError, NotFoundError


def add(world, name, *lines, version="3.0"):
    world.places.contacts[0].joinpath(f"{name}.vcf").write_bytes(
        "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""]).encode()
    )


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("Sid Meyer", "sid@example.com"),
        ("sid", "sid@example.com"),
        ("Erdogan", "lutfi@example.com"),
        ("Nick", "nick@example.com"),
        ("jose alvarez", "jose@example.com"),
        ("JOSÉ", "jose@example.com"),
        ("Dr. Patel", "office@patel.example"),
        ("dr patel", "office@patel.example"),
        ("mom", "rosa@example.net"),
        ("my mum", "rosa@example.net"),
        ("mother", "rosa@example.net"),
        ("wife", "keisha@example.net"),
        ("boss", "maria.lopez@example.com"),
        ("accountant", "jose@example.com"),
        ("the landlord", "harold@finch.example"),
        ("Patel Dental", "office@patel.example"),
        ("Alvarez Jose", "jose@example.com"),
        ("someone@else.example", "someone@else.example"),
    ],
)
def test_a_person_is_found_by_any_usual_name(world, words, address):
    assert world.do("get_email_address", name=words).result == address


def test_khard_finds_the_same_addresses(world):
    config = f"[addressbooks]\n[[samples]]\npath = {world.places.contacts[0]}\n[general]\n[vcard]\n"
    for name in ("Sid Meyer", "Lutfi Erdogan", "Ana Costa", "Harold Finch"):
        listed = world.run("khard", "email", "--parsable", name, config=config)
        assert world.do("get_email_address", name=name).result == listed.split("\t")[0].split("\n")[-1]


def test_a_mobile_number_goes_before_a_landline_and_a_preferred_one_before_both(world):
    assert world.do("get_phone_number", name="Nick").result == "+1 202 555 0103"
    add(
        world,
        "p",
        "FN:Pat",
        "N:;Pat;;;",
        "TEL;TYPE=fax,pref:1000",
        "TEL;TYPE=cell:2000",
        "TEL;TYPE=home,pref:3000",
    )
    assert world.do("get_phone_number", name="Pat").result == "3000"


def test_several_that_fit_are_offered_never_the_first_taken(world):
    with pytest.raises(AmbiguousError) as several:
        world.do("get_email_address", name="Maria")
    assert {value for _, value in several.value.candidates} == {
        "maria.lopez@example.com",
        "maria.rossi@example.net",
    }
    assert all("Maria" in label for label, _ in several.value.candidates)


def test_a_namesake_without_an_address_still_makes_it_a_question(world):
    add(world, "x", "FN:Keisha Stone", "N:Stone;Keisha;;;", "TEL:12345")
    with pytest.raises(AmbiguousError) as one:
        world.do("get_email_address", name="Keisha")
    assert [value for _, value in one.value.candidates] == ["keisha@example.net"]


def test_the_same_person_in_two_files_is_one_person(world):
    add(world, "x", "FN:Sid Meyer", "N:Meyer;Sid;;;", "EMAIL:SID@example.com")
    assert world.do("get_email_address", name="Sid").result.lower() == "sid@example.com"


def test_nobody_near_names_are_suggested(world):
    with pytest.raises(NotFoundError, match=r"Did you mean .*Lutfi"):
        world.do("get_email_address", name="Lutfy")
    with pytest.raises(NotFoundError, match="No contact"):
        world.do("get_email_address", name="Zzyzx")


def test_a_contact_without_the_value_says_so(world):
    add(world, "x", "FN:Bo", "N:;Bo;;;")
    with pytest.raises(NotFoundError, match="“Bo” does not have a phone number"):
        world.do("get_phone_number", name="Bo")


@pytest.mark.parametrize("words", ["design team", "Design", "the design group", "the design team"])
def test_a_group_gives_every_address(world, words):
    assert set(world.do("get_email_address", name=words).result.split(", ")) == {
        "sid@example.com",
        "lutfi@example.com",
    }


def test_a_group_card_names_its_members(world):
    add(world, "g", "UID:g1", "KIND:group", "FN:Band", "MEMBER:urn:uuid:sample-ana", "MEMBER:mailto:nick@example.com", version="4.0")  # fmt: skip
    assert set(world.do("get_email_address", name="band").result.split(", ")) == {
        "ana@example.com",
        "nick@example.com",
    }


def test_vcard_4_relations_by_identifier_and_wider_word(world):
    card = (world.places.contacts[0] / "me.vcf").read_bytes()
    more = b"RELATED;TYPE=parent:urn:uuid:sample-georg\r\nRELATED;TYPE=child;VALUE=text:Nobody Known\r\nEND:VCARD"
    (world.places.contacts[0] / "me.vcf").write_bytes(card.replace(b"END:VCARD", more))
    (world.places.contacts[0] / "georg.vcf").write_bytes(
        (world.places.contacts[0] / "georg.vcf").read_bytes().replace(b"NICKNAME:Dad\r\n", b"")
    )
    assert world.do("get_email_address", name="dad").result == "georg@example.net"


def test_vcard_2_1_with_quoted_printable_is_read(world):
    add(world, "x", "N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;;",
        "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=BCrgen M=C3=BCller", "TEL;CELL:+43 660 1", version="2.1")  # fmt: skip
    assert world.do("get_phone_number", name="Jurgen Muller").result == "+43 660 1"


def test_broken_cards_beside_good_ones_are_told_and_passed_over(world):
    book = world.places.contacts[0]
    (book / "broken.vcf").write_bytes(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN\r\n\xff\xfe\x00")
    (book / "empty.vcf").write_bytes(b"")
    (book / "noise.vcf").write_bytes(bytes(range(256)) * 50)
    (book / "half.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Half\nEMAIL:\nBEGIN:VCARD\nVERSION:3.0\nFN:Whole Card\nEMAIL:w@example.com\nEND:VCARD\n")  # fmt: skip
    (book / "folder.vcf").mkdir()
    made = world.do("get_email_address", name="Sid")
    assert made.result == "sid@example.com"
    assert len(made.details["warnings"]) >= 4
    assert world.do("get_email_address", name="Whole Card").result == "w@example.com"


@pytest.mark.parametrize(
    "evil", ["a@x.example\\nBcc: b@x.example", "a@x.example\\, b@x.example", "<a@x.example>", "-oQ@x y"]
)
def test_an_address_that_could_break_out_of_a_header_is_none(world, evil):
    add(world, "x", "FN:Eve", "N:;Eve;;;", f"EMAIL:{evil}")
    with pytest.raises(NotFoundError, match="does not have"):
        world.do("get_email_address", name="Eve")


def test_a_changed_card_is_read_anew_and_a_removed_one_forgotten(world):
    world.do("get_email_address", name="Sid")
    sid = world.places.contacts[0] / "sid.vcf"
    sid.write_bytes(sid.read_bytes().replace(b"sid@example.com", b"new@example.com"))
    assert world.do("get_email_address", name="Sid").result == "new@example.com"
    sid.unlink()
    with pytest.raises(NotFoundError):
        world.do("get_email_address", name="Sid Meyer")


def test_what_was_read_before_an_interruption_is_not_read_again(make_world, tmp_path, monkeypatch):
    world = make_world(cache=str(tmp_path / "cache"))
    index = importlib.import_module("tinyagent_tools.contacts.index")
    real, read = index.reading, []

    def interrupted(path):
        if len(read) == 5:
            raise KeyboardInterrupt
        read.append(path)
        return real(path)

    monkeypatch.setattr(index, "PART", 2)
    monkeypatch.setattr(index, "reading", interrupted)
    with pytest.raises(KeyboardInterrupt):
        world.do("get_email_address", name="Sid")
    again = []
    monkeypatch.setattr(index, "reading", lambda path: again.append(path) or real(path))
    assert world.do("get_email_address", name="Sid").result == "sid@example.com"
    assert set(read[:4]).isdisjoint(again)
    assert again


@pytest.mark.parametrize("trouble", ["noise", "directory", "file-above"])
def test_a_broken_cache_is_made_anew_or_done_without(make_world, tmp_path, trouble):
    world = make_world(cache=str(tmp_path / "cache"))
    if trouble == "file-above":
        (tmp_path / "cache").write_text("in the way")
    else:
        (tmp_path / "cache").mkdir()
        index = tmp_path / "cache" / "contacts.sqlite"
        index.mkdir() if trouble == "directory" else index.write_bytes(b"no database at all" * 1000)
    assert world.do("get_email_address", name="Sid").result == "sid@example.com"


def test_the_cache_of_private_contacts_is_closed_to_others(make_world, tmp_path):
    world = make_world(cache=str(tmp_path / "cache"))
    world.do("get_email_address", name="Sid")
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform == "darwin", reason="there, every file's name is text")
def test_a_card_whose_file_name_is_no_text_hides_no_other(world):
    add(world, os.fsdecode(b"\xe9"), "FN:Somebody")
    assert world.do("get_email_address", name="Sid").result == "sid@example.com"


def test_without_an_address_book_the_message_says_where_it_looked(make_world, tmp_path):
    world = make_world(contacts=str(tmp_path / "nowhere"))
    with pytest.raises(NotFoundError, match="nowhere"):
        world.do("get_email_address", name="Sid")


@pytest.mark.slow
def test_ten_thousand_contacts_are_fast_from_the_second_look_up_on(world):
    for number in range(10_000):
        add(world, f"c{number}", f"FN:Person{number} Number{number}", f"N:Number{number};Person{number};;;",
            f"EMAIL:p{number}@example.com")  # fmt: skip
    world.do("get_email_address", name="Person77")
    # Processor time, for the clock on the wall also counts what else the machine does.
    start = time.process_time()
    assert world.do("get_email_address", name="Person78 Number78").result == "p78@example.com"
    assert time.process_time() - start < 1.0
