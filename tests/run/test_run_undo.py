"""Taking back, doing again, and what comes after a crash."""

from pathlib import Path

import pytest
from desks import NOW, TOOLS, Folder, meeting, plan, step

from tinyagent_cli.desktops.base import Outcome
from tinyagent_cli.errors import DesktopError, UsageError
from tinyagent_cli.run import recovery
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.joiner import join
from tinyagent_cli.run.journal import Journal
from tinyagent_cli.run.undo import redo, undo


@pytest.fixture
def journal(tmp_path):
    with Journal(tmp_path / "journal.sqlite3") as made:
        yield made


@pytest.fixture
def desk(tmp_path):
    return Folder(tmp_path / "desk")


def done(journal, desk, *steps, command=""):
    return Execution(plan(*steps), TOOLS, desk, now=NOW, journal=journal, command=command).carry_out()


NOTE, REMINDER = step(1, "create_note", name="n"), step(2, "create_reminder", name="r $1")


def test_the_last_agreement_is_taken_back_the_last_step_first(journal, desk):
    done(journal, desk, step(1, "create_note", name="stays"))
    report = done(journal, desk, NOTE, REMINDER)
    fates = undo(journal, desk)
    assert [(f.number, f.fate) for f in fates] == [(2, "taken back"), (1, "taken back")]
    assert str(fates[0]) == f"Removed {report.agreement_id}-2.json."
    assert len(desk.files()) == 1
    assert journal.entry(report.agreement_id).state == "undone"
    undo(journal, desk)
    assert desk.files() == []
    with pytest.raises(UsageError, match="nothing to take back"):
        undo(journal, desk)


def test_what_the_person_changed_since_is_kept_until_forced(journal, desk):
    report = done(journal, desk, NOTE, REMINDER)
    changed = Path(report.step(1).outcome.result)
    changed.write_text("mine now")
    assert [f.fate for f in undo(journal, desk)] == ["taken back", "kept"]
    assert changed.read_text() == "mine now"
    assert [e.id for e in journal.undoable()] == [report.agreement_id]
    assert [f.fate for f in undo(journal, desk, report.agreement_id, force=True)] == ["taken back"]
    assert not changed.exists()
    with pytest.raises(UsageError, match="already"):
        undo(journal, desk, report.agreement_id)


def test_what_was_sent_is_said_to_be_beyond_recall(journal, desk):
    done(journal, desk, step(1, "send_sms", recipients=("123",), message="hi"), step(2, "create_note", name="n"))
    assert sorted((f.number, f.fate) for f in undo(journal, desk)) == [(1, "beyond recall"), (2, "taken back")]
    assert journal.undoable() == []


def test_another_desktop_is_told(journal, desk):
    done(journal, desk, NOTE)
    desk.name = "macos"
    with pytest.raises(UsageError, match="--desktop folder"):
        undo(journal, desk)


def test_doing_again_makes_everything_anew(journal, desk):
    with pytest.raises(UsageError):
        redo(journal)
    first = done(journal, desk, NOTE, command="a note")
    entry = redo(journal)
    assert (entry.plan, entry.command) == (plan(NOTE), "a note")
    again = Execution(entry.plan, TOOLS, desk, now=NOW, journal=journal, command=entry.command).carry_out()
    assert again.agreement_id != first.agreement_id
    assert len(desk.files()) == 2


# After a crash, as the journal shows it


def crashed(journal, of, begun=(), finished=()):
    journal.agree("cutshort01", of, "a command", "folder", NOW)
    for number in (*begun, *finished):
        each = of.step(number)
        journal.intent("cutshort01", each, TOOLS[each.tool].effect, dict(each.args))
    for number in finished:
        each = of.step(number)
        journal.outcome("cutshort01", each, TOOLS[each.tool].effect, dict(each.args), Outcome("r", f"did {number}"))
    (left,) = recovery.left(journal)
    return left


TEXT = step(3, "send_sms", recipients=("123",), message="hi")


def test_what_was_under_way_is_said(journal):
    left = crashed(journal, plan(NOTE, REMINDER, TEXT), begun=[2], finished=[1])
    said = "\n".join(left.sentences())
    assert "a command" in said
    assert "Done: did 1" in said
    assert "create_reminder, step 2" in said
    assert "Not begun: send_sms, step 3" in said


def test_finishing_repeats_under_the_same_id_and_never_a_text(journal, desk):
    other = step(4, "create_note", name="after $3")
    left = crashed(journal, plan(NOTE, REMINDER, TEXT, other), begun=[2, 3], finished=[1])
    report = recovery.finish(left, journal, TOOLS, desk)
    assert [s.state for s in report] == ["done", "done", "failed", "skipped"]
    assert "not known" in str(report.step(3).error)
    assert desk.world() == ["cutshort01-2"]
    assert recovery.left(journal) == []


def test_a_desktop_that_does_not_keep_ids_is_not_asked_again(journal, desk):
    desk.keeps_ids = False
    report = recovery.finish(crashed(journal, plan(NOTE, REMINDER), begun=[1]), journal, TOOLS, desk)
    assert [s.state for s in report] == ["failed", "skipped"]
    assert desk.world() == []


def test_finishing_twice_does_nothing_twice(journal, desk):
    left = crashed(journal, plan(NOTE, REMINDER))
    recovery.finish(left, journal, TOOLS, desk)
    with pytest.raises(Exception, match="twice"):
        recovery.finish(left, journal, TOOLS, desk)
    assert len(desk.world()) == 2


def test_taking_back_settles_what_was_under_way_first(journal, desk):
    left = crashed(journal, plan(NOTE, REMINDER, TEXT), begun=[1, 3])
    fates = recovery.take_back(left, journal, desk)
    assert {(f.number, f.fate) for f in fates} == {(1, "taken back"), (3, "beyond recall")}
    assert desk.files() == []
    assert recovery.left(journal) == []


def test_leaving_it_is_the_end_of_it(journal, desk):
    recovery.leave(crashed(journal, plan(NOTE), begun=[1]), journal)
    assert recovery.left(journal) == []
    assert desk.calls == []
    assert "not known" in journal.last().step(1).error


def test_a_crash_after_the_last_step_needs_no_question(journal):
    of = plan(NOTE)
    journal.agree("cutshort01", of, "", "folder", NOW)
    journal.outcome("cutshort01", NOTE, "create", {}, Outcome("r", "d"))
    assert recovery.left(journal) == []
    assert journal.last().state == "done"


def test_another_desktop_does_not_finish_it(journal, desk):
    left = crashed(journal, plan(NOTE))
    desk.name = "open"
    with pytest.raises(DesktopError, match="--desktop folder"):
        recovery.finish(left, journal, TOOLS, desk)


# The end in sentences


def ended(tmp_path, *steps, **options):
    return join(Execution(plan(*steps), TOOLS, Folder(tmp_path), now=NOW, **options).carry_out(), TOOLS)


def test_a_question_is_answered_by_the_result_itself(tmp_path):
    ending = ended(tmp_path, step(1, "get_phone_number", name="mom"))
    assert (ending.answer, ending.done, ending.not_done) == ("+39 055 1234", (), ())
    two = ended(tmp_path, step(1, "get_phone_number", name="mom"), step(2, "get_email_address", name="Sid"))
    assert two.answer == "mom: +39 055 1234\nSid: sid@example.com"


def test_a_summary_is_the_answer_and_the_look_up_that_served_it_is_not_spoken_of(tmp_path):
    steps = step(1, "open_and_get_file_path", file_name="a.pdf"), step(2, "summarize_pdf", pdf_path="$1")
    ending = ended(tmp_path, *steps)
    assert (ending.answer, ending.done) == ("Short.", ())
    used = ended(tmp_path, *steps, step(3, "create_note", name="A", content="$2"))
    assert (used.answer, used.done) == ("", ("Did create_note.",))


def test_what_was_not_done_is_said_with_its_reason(tmp_path):
    ending = ended(
        tmp_path,
        step(1, "get_email_address", name="Nobody"),
        step(2, "create_calendar_event", title="Lunch", invitees=("$1",)),
        step(3, "create_note", name="n"),
    )
    assert ending.done == ("Did create_note.",)
    why = "failed: No contact is called “Nobody”."
    assert ending.not_done == (
        f"Step 1, get_email_address “Nobody”, {why}",
        f"Step 2, create_calendar_event “Lunch”, was not begun: step 1, get_email_address, {why}",
    )


def test_an_event_that_is_done_is_told_by_its_desktop(tmp_path):
    ending = join(Execution(meeting(), TOOLS, Folder(tmp_path), now=NOW).carry_out(), TOOLS)
    assert ending.done == ("Did create_calendar_event.",)
