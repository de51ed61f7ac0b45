"""Drafts on the desktop `open`, read back from the Maildir as a mail program reads them."""

from __future__ import annotations

import email
import mailbox
from email import policy
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nasty_strings import NASTY, kept, one_line

from tinyagent_cli.errors import DesktopError, NotFoundError


def draft_at(path: str):
    return email.message_from_bytes(Path(path).read_bytes(), policy=policy.default)


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def put(world, name, data: bytes):
    (world.places.mail / "cur" / name).write_bytes(data)


def test_a_draft_has_its_addresses_subject_text_and_stands_in_drafts(world):
    made = world.do(
        "compose_new_email", recipients=["sid@example.com, ana@example.com"], cc=["nick@example.com"],
        subject="Budget", context="See you at 5.\n\nAlex",
    )  # fmt: skip
    (key,) = mailbox.Maildir(world.places.mail / ".Drafts").keys()
    message = mailbox.Maildir(world.places.mail / ".Drafts")[key]
    assert "D" in message.get_flags()
    draft = draft_at(made.result)
    assert [a.addr_spec for a in draft["To"].addresses] == ["sid@example.com", "ana@example.com"]
    assert [a.addr_spec for a in draft["Cc"].addresses] == ["nick@example.com"]
    assert (draft["From"], draft["Subject"]) == ("Alex Martin <alex@example.org>", "Budget")
    assert text_of(draft) == "See you at 5.\n\nAlex\n"
    assert "has not been sent" in made.done
    assert world.shown == [made.result]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_nasty_strings_stay_in_their_place(world, text):
    made = world.do("compose_new_email", recipients=["a@b.example"], subject=text, context=text)
    draft = draft_at(made.result)
    # Python's own reader makes spaces of the line breaks that Unicode adds; the writer has done so before.
    assert draft["Subject"] == one_line(text)
    assert text_of(draft) == kept(text) + "\n"
    assert set(draft.keys()) <= {
        "From", "To", "Date", "Message-ID", "X-Unsent", "Subject",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    assert max(map(len, Path(made.result).read_bytes().split(b"\n"))) <= 998


texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"), max_size=200
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=texts, context=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=300))
def test_any_draft_reads_back_as_it_was(world, subject, context):
    draft = draft_at(world.do("compose_new_email", recipients=[], subject=subject, context=context).result)
    assert (draft["Subject"] or "") == subject
    assert text_of(draft) == context + "\n"


@pytest.mark.parametrize(
    "evil", ["Sid", "a@b.example\r\nBcc: c@d.example", "a@b@c", "<script>", "a b@c.example", '"x"@y']
)
def test_what_is_no_address_is_refused_and_nothing_is_written(world, evil):
    with pytest.raises(DesktopError, match="not an e-mail address"):
        world.do("compose_new_email", recipients=[evil], subject="x", context="y")
    assert not (world.places.mail / ".Drafts").exists()


def test_attachments_travel_whole_with_their_names_and_types(world, tmp_path):
    data = bytes(range(256)) * 100
    odd = tmp_path / 'Ünï "code" 🎉.bin'
    odd.write_bytes(data)
    report = world.root / "files" / "Quarterly report.pdf"
    made = world.do(
        "compose_new_email", recipients=["a@b.example"], subject="s", attachments=[str(odd), str(report)]
    )
    first, second = draft_at(made.result).iter_attachments()
    assert (first.get_filename(), first.get_content()) == (odd.name, data)
    assert (second.get_content_type(), second.get_content()) == ("application/pdf", report.read_bytes())
    assert "2 attachments" in made.done


def test_a_missing_attachment_or_a_folder_stops_the_draft(world, tmp_path):
    with pytest.raises(NotFoundError, match="no such file"):
        world.do("compose_new_email", recipients=[], attachments=[str(tmp_path / "none.pdf")])
    with pytest.raises(DesktopError, match="not a file"):
        world.do("compose_new_email", recipients=[], attachments=[str(tmp_path)])


def test_a_reply_answers_the_flagged_message_and_quotes_it(world):
    put(world, "1772300000.later.example:2,S", b"From: x@y.example\nSubject: Newer\n\nhi\n")
    draft = draft_at(world.do("reply_to_email", context="We will come!", cc=["sid@example.com"]).result)
    assert draft["To"] == "ana@example.com"
    assert draft["Cc"] == "sid@example.com"
    assert draft["Subject"] == "Re: Dinner on Saturday"
    assert draft["In-Reply-To"] == draft["References"] == "<dinner-2026@example.com>"
    text = text_of(draft)
    assert text.startswith("We will come!\n\nOn Fri, 27 Feb 2026")
    assert "> we would love to have you over" in text


def test_without_a_flag_the_newest_message_is_meant(world):
    for old in (world.places.mail / "cur").iterdir():
        old.rename(old.with_name(old.name.replace("FS", "S")))
    put(
        world,
        "1772300000.b.example:2,S",
        b"From: Zoe <zoe@y.example>\nSubject: Re: Newer\nMessage-ID: <b@y>\nReferences: <a@y>\n\nhi\n",
    )
    put(world, "1772400000.c.example:2,ST", b"From: gone@y.example\nSubject: In the bin\n\nhi\n")
    draft = draft_at(world.do("reply_to_email", context="ok").result)
    assert (draft["To"], draft["Subject"], draft["References"]) == (
        "zoe@y.example",
        "Re: Newer",
        "<a@y> <b@y>",
    )


def test_a_mail_program_may_hand_over_the_selected_message(make_world, tmp_path):
    path = tmp_path / "this.eml"
    path.write_bytes(b"From: a@b.example\nReply-To: list@b.example\nSubject: =?utf-8?q?H=C3=BC?=\n\nhi\n")
    draft = draft_at(make_world(selected_mail=str(path)).do("reply_to_email", context="ok").result)
    assert (draft["To"], draft["Subject"]) == ("list@b.example", "Re: Hü")


def test_a_forward_shows_the_original_and_carries_it_whole(world):
    draft = draft_at(world.do("forward_email", recipients=["sid@example.com"], context="FYI").result)
    assert draft["Subject"] == "Fwd: Dinner on Saturday"
    assert "FYI\n\n---------- Forwarded message" in text_of(draft)
    (carried,) = draft.iter_attachments()
    assert carried.get_content()["Message-ID"] == "<dinner-2026@example.com>"


@pytest.mark.parametrize(
    "original",
    [
        b"From: a@b.example\nSubject: x\nContent-Type: text/html\n\n<style>p{}</style><p>Hello <b>you</b></p><script>1</script>",
        b"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=no-such\n\nHello you\n",
        b"From: a@b.example\nSubject: x\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n!!!\xff Hello you",
        b"From: a@b.example\nSubject: x\nContent-Type: multipart/mixed; boundary=none\n\nHello you",
        b"From: a@b.example\nSubject: bad \xff bytes\nMessage-ID: nonsense\nDate: no day\n\nHello \xff you\n",
        b"From: a@b.example\nSubject: x\r\n folded\r\nContent-Type: message/rfc822\n\nSubject: y\n\nHello you\n",
    ],
)
def test_odd_originals_are_answered_and_forwarded_or_refused_in_words(world, original):
    put(world, "1790000000.odd.example:2,F", original)
    for tool, args in (("reply_to_email", {}), ("forward_email", {"recipients": ["c@d.example"]})):
        try:
            made = world.do(tool, context="ok", **args)
        except DesktopError as fault:
            assert "e-mail" in str(fault)  # noqa: PT017
        else:
            assert draft_at(made.result)["Subject"]
            assert "ok" in Path(made.result).read_text()


def test_without_a_message_the_error_says_where_it_looked(make_world, tmp_path):
    with pytest.raises(NotFoundError, match="nowhere"):
        make_world(mail=str(tmp_path / "nowhere")).do("reply_to_email", context="x")


def test_a_selected_message_that_is_none_is_told(make_world, tmp_path):
    (tmp_path / "noise.eml").write_bytes(b"\n")
    with pytest.raises(DesktopError, match="no e-mail"):
        make_world(selected_mail=str(tmp_path / "noise.eml")).do("reply_to_email", context="x")


def test_a_call_repeated_writes_the_same_draft_once_even_if_a_mail_program_renamed_it(world):
    call = world.call()
    made = world.do("compose_new_email", with_call=call, recipients=["a@b.example"], subject="s", context="c")
    path = Path(made.result)
    renamed = path.rename(path.with_name(path.name.replace(":2,DS", ":2,D")))
    again = world.do(
        "compose_new_email", with_call=call, recipients=["a@b.example"], subject="s", context="c"
    )
    assert Path(again.result) == renamed
    assert len(list((world.places.mail / ".Drafts/cur").iterdir())) == 1
    assert world.desk.undo(made.undo).startswith("Removed")
    assert not renamed.exists()
