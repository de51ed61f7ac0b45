"""Which step runs when, what a failure stops, what is looked up before anyone has agreed."""

import threading
import time

import pytest
from desks import NOW, TOOLS, Folder, meeting, plan, step

from tinyagent_cli.desktops.base import Outcome
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal
from tinyagent_cli.run.report import StepDone, StepFailed, StepSkipped, StepStarted


def executing(desk, of, **options):
    return Execution(of, TOOLS, desk, now=NOW, **options)


def states(report):
    return [each.state for each in report]


def test_independent_steps_run_at_the_same_time(tmp_path):
    meet = threading.Barrier(3, timeout=10)
    desk = Folder(tmp_path, lambda *_: meet.wait())
    steps = [step(n, "create_note", name=f"n{n}") for n in (1, 2, 3)]
    assert executing(desk, plan(*steps)).carry_out().exit_code == 0


def test_a_step_starts_when_what_it_needs_is_there_and_waits_for_nothing_else(tmp_path):
    sent = threading.Event()

    def hook(tool, args, call):
        if args.get("name") == "Lutfi":
            assert sent.wait(10), "the note did not start before the slow look-up ended"
        if tool == "create_note":
            sent.set()

    steps = (
        step(1, "get_email_address", name="Sid"),
        step(2, "get_email_address", name="Lutfi"),
        step(3, "create_note", name="$1"),
    )
    report = executing(Folder(tmp_path, hook), plan(*steps)).carry_out()
    assert states(report) == ["done"] * 3


def test_never_more_steps_at_once_than_workers(tmp_path):
    at_once, most, lock = 0, 0, threading.Lock()

    def hook(*_):
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.01)
        with lock:
            at_once -= 1

    steps = [step(n, "create_note", name=f"n{n}") for n in range(1, 10)]
    assert executing(Folder(tmp_path, hook), plan(*steps), workers=2).carry_out().exit_code == 0
    assert most == 2


def test_results_go_into_lists_and_texts_and_moments_become_dates(tmp_path):
    desk = Folder(tmp_path)
    report = executing(desk, meeting()).carry_out()
    assert report.exit_code == 0
    (args,) = desk.named("create_calendar_event")
    assert args["invitees"] == ["sid@example.com", "lutfi@example.com"]
    assert args["start_date"].isoformat() == "2026-03-05T14:00:00+01:00"
    assert args["end_date"] is None


def test_a_failed_step_stops_only_what_depends_on_it(tmp_path):
    desk = Folder(tmp_path)
    steps = (
        step(1, "get_email_address", name="Nobody"),
        step(2, "get_email_address", name="Sid"),
        step(3, "compose_new_email", recipients=("$1",), subject="a"),
        step(4, "create_note", name="b $2"),
        step(5, "create_reminder", name="after $3"),
    )
    events = []
    report = executing(desk, plan(*steps), on_event=events.append).carry_out()
    assert states(report) == ["failed", "done", "skipped", "done", "skipped"]
    assert report.exit_code == 6
    assert "step 1" in report.step(5).reason
    assert "Nobody" in report.step(5).reason
    kinds = {type(e) for e in events}
    assert kinds == {StepStarted, StepDone, StepFailed, StepSkipped}


def test_nothing_that_was_asked_for_done_is_exit_7(tmp_path):
    steps = (step(1, "get_email_address", name="Nobody"), step(2, "create_note", name="$1"))
    assert executing(Folder(tmp_path), plan(*steps)).carry_out().exit_code == 7


def test_a_fault_in_a_tool_fails_its_step_alone(tmp_path):
    def hook(tool, args, call):
        if args.get("name") == "bad":
            raise KeyError("oops")

    steps = (step(1, "create_note", name="bad"), step(2, "create_note", name="good"))
    report = executing(Folder(tmp_path, hook), plan(*steps)).carry_out()
    assert states(report) == ["failed", "done"]
    assert isinstance(report.step(1).error, DesktopError)


def test_events_come_one_at_a_time_and_in_order(tmp_path):
    events, inside = [], threading.Lock()

    def on_event(event):
        assert inside.acquire(blocking=False), "two events at once"
        time.sleep(0.002)
        events.append((type(event).__name__, event.step.id))
        inside.release()

    steps = [step(n, "get_email_address", name="Sid") for n in range(1, 6)]
    steps.append(step(6, "create_note", name="$1 $2 $3 $4 $5"))
    executing(Folder(tmp_path), plan(*steps), on_event=on_event).carry_out()
    assert len(events) == 12
    assert events[-2:] == [("StepStarted", 6), ("StepDone", 6)]


def test_a_fault_in_the_display_changes_nothing(tmp_path):
    def on_event(event):
        raise RuntimeError("no terminal")

    assert executing(Folder(tmp_path), meeting(), on_event=on_event).carry_out().exit_code == 0


def test_changes_to_one_thing_keep_their_order_without_a_reference(tmp_path):
    order = []

    def hook(tool, args, call):
        if tool == "create_note":
            time.sleep(0.05)
        order.append(tool)

    steps = (step(1, "create_note", name="Trip"), step(2, "append_note_content", name="trip", content="x"))
    executing(Folder(tmp_path, hook), plan(*steps)).carry_out()
    assert order == ["create_note", "append_note_content"]


# Before the agreement


def test_look_ups_come_first_and_are_not_repeated(tmp_path):
    desk = Folder(tmp_path)
    execution = executing(desk, meeting())
    execution.look_up()
    assert execution.results == {1: "sid@example.com", 2: "lutfi@example.com"}
    assert desk.files() == []
    assert execution.resolved(execution.plan.step(3))["invitees"] == ("sid@example.com", "lutfi@example.com")
    execution.carry_out()
    assert len(desk.named("get_email_address")) == 2


def test_a_file_that_another_step_needs_is_found_without_a_window_and_one_to_be_shown_waits(tmp_path):
    desk = Folder(tmp_path)
    steps = (
        step(1, "open_and_get_file_path", file_name="a.pdf"),
        step(2, "summarize_pdf", pdf_path="$1"),
        step(3, "open_and_get_file_path", file_name="b.pdf"),
        step(4, "create_note", name="A", content="$2"),
    )
    execution = executing(desk, plan(*steps))
    execution.look_up()
    assert [(tool, call.opens) for tool, _, call in desk.calls] == [("open_and_get_file_path", False)]
    assert execution.resolved(steps[3])["content"] == "$2"
    assert execution.carry_out().exit_code == 0
    assert [c.opens for t, a, c in desk.calls if a.get("file_name") == "b.pdf"] == [True]
    again = executing(desk, plan(*steps))
    again.look_up(slow=True)
    assert again.results[2] == "Short."


def test_a_note_that_is_only_made_by_the_plan_is_not_looked_up_before(tmp_path):
    desk = Folder(tmp_path)
    steps = (step(1, "create_note", name="X"), step(2, "open_note", name="X"), step(3, "create_reminder", name="$2"))
    execution = executing(desk, plan(*steps))
    execution.look_up()
    assert desk.calls == []
    assert states(execution.carry_out()) == ["done"] * 3


def test_look_ups_start_while_the_plan_is_being_written(tmp_path):
    found = threading.Event()
    desk = Folder(tmp_path)
    execution = executing(desk, plan(), on_event=lambda e: found.set() if isinstance(e, StepDone) else None)
    first, *rest = meeting().steps
    execution.add(first)
    assert found.wait(10), "the look-up did not start by itself"
    for each in rest:
        execution.add(each)
    assert desk.named("create_calendar_event") == []
    execution.look_up()
    assert execution.carry_out().exit_code == 0
    assert len(desk.named("get_email_address")) == 2


def test_an_edited_plan_keeps_what_was_looked_up(tmp_path):
    desk = Folder(tmp_path)
    execution = executing(desk, meeting())
    execution.look_up()
    edited = execution.with_plan(plan(step(1, "get_email_address", name="Lutfi"), step(2, "create_note", name="$1")))
    assert edited.carry_out().exit_code == 0
    assert len(desk.named("get_email_address")) == 2
    assert desk.named("create_note")[0]["name"] == "lutfi@example.com"


# Questions


def test_the_person_chooses_on_the_waiting_thread_one_at_a_time(tmp_path):
    def hook(tool, args, call):
        if tool == "get_email_address":
            raise AmbiguousError(f"2 are called {args['name']}", [("A", "a@x.org"), ("B", "b@x.org")])

    asked = []

    def choose(which, error):
        assert threading.current_thread() is threading.main_thread()
        asked.append(which.id)
        return error.candidates[which.id - 1][1]

    desk = Folder(tmp_path, hook)
    execution = executing(desk, meeting(), choose=choose)
    execution.look_up()
    assert sorted(asked) == [1, 2]
    assert execution.carry_out().exit_code == 0
    assert desk.named("create_calendar_event")[0]["invitees"] == ["a@x.org", "b@x.org"]
    assert sorted(asked) == [1, 2]


def test_without_an_answer_or_a_person_the_step_fails(tmp_path):
    of = plan(step(1, "get_email_address", name="Nobody"))
    for choose in (None, lambda *_: None):
        report = executing(Folder(tmp_path), of, choose=choose).carry_out()
        assert states(report) == ["failed"]
        assert isinstance(report.step(1).error, NotFoundError)


@pytest.mark.parametrize(
    ("message", "changed"),
    [("Several calendars are called “Work”.", "calendar"), ("Several events are titled “Plan”.", "title")],
)
def test_for_an_action_the_choice_stands_for_the_words_that_were_unclear(tmp_path, message, changed):
    def hook(tool, args, call):
        if args["title"] != "chosen" and args["calendar"] != "chosen":
            raise AmbiguousError(message, [("it", "chosen")])

    desk = Folder(tmp_path, hook)
    of = plan(step(1, "create_calendar_event", title="Plan", calendar="Work"))
    with Journal(tmp_path / "j.sqlite3") as journal:
        report = executing(desk, of, choose=lambda *_: "chosen", journal=journal).carry_out()
        assert states(report) == ["done"]
        assert journal.last().steps[0].args[changed] == "chosen"
    assert desk.calls[-1][1][changed] == "chosen"


def test_a_guard_has_the_last_word_on_the_arguments_as_they_are_at_last(tmp_path):
    desk = Folder(tmp_path)

    def guard(which, args):
        return "never" if "sid@example.com" in args.get("recipients", ()) else ""

    steps = (step(1, "get_email_address", name="Sid"), step(2, "compose_new_email", recipients=("$1",)))
    report = executing(desk, plan(*steps), guard=guard).carry_out()
    assert states(report) == ["done", "denied"]
    assert desk.files() == []


def test_a_model_for_summaries_reaches_the_desktop(tmp_path):
    desk = Folder(tmp_path)
    executing(desk, plan(step(1, "summarize_pdf", pdf_path="/x.pdf")), summarize=str.upper).carry_out()
    assert desk.calls[0][2].summarize is str.upper


def test_outcomes_that_cannot_be_written_down_are_said(tmp_path):
    class Full(Journal):
        def outcome(self, *args, **more):
            from tinyagent_cli.run.journal import JournalError

            raise JournalError("the disk is full.")

    with Full(tmp_path / "j.sqlite3") as journal:
        report = executing(Folder(tmp_path / "d"), plan(step(1, "create_note", name="n")), journal=journal).carry_out()
        assert states(report) == ["done"]
        assert "full" in report.step(1).warning
        assert [e.id for e in journal.unfinished()] == [report.agreement_id]


def test_outcome_type_is_what_the_desktop_gave(tmp_path):
    report = executing(Folder(tmp_path), plan(step(1, "create_note", name="n"))).carry_out()
    assert isinstance(report.step(1).outcome, Outcome)
    assert report.to_json()["steps"][0]["state"] == "done"
