"""What each tool asks of macOS: which handler with which typed values, and what it says and can take back."""

import datetime as dt
import time
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from mac_doubles import CALL, SCRIPTS, Programs, RecordingRunner, mac

from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

QUIET = Call(id="call-2", now=CALL.now, opens=False)
START = dt.datetime(2026, 3, 5, 14)
NASTY = [
    'quo"te \\ back', "two\nlines\r\nand more", '" & (do shell script "touch /tmp/owned") & "',
    'x\\" & (do shell script "id") --', "<b>&amp;</b>", "👍🏽 \u0301", "-e", "=1+1", "$(id)",
]  # fmt: skip
CALENDARS = ["ok", "Birthdays", "false", "Home", "true", "Work", "true", "work", "true"]
FACTS = ["Meeting", "2026-3-5-50400", "2026-3-5-54000", "false", "", "", "", "", "0", "0"]
EVENT = {
    "title": "Meeting", "start_date": START, "end_date": None, "location": "", "invitees": [], "notes": "",
    "calendar": "",
}  # fmt: skip
REMINDER = {"name": "Milk", "due_date": None, "notes": "", "list_name": "", "priority": 0, "all_day": False}
LISTS = ["ok", "L1", "iCloud", "Reminders", "L1", "iCloud", "Work", "L2", "Exchange", "Work", "L3"]
FOLDERS = ["ok", "iCloud", "Notes", "F1", "iCloud", "Recipes", "F2", "Exchange", "Notes", "F3"]
DRAFT = {"recipients": ["a@x.org"], "cc": [], "subject": "Hi", "context": "Hello", "attachments": []}


def calendar(**more):
    return RecordingRunner(
        calendar_names=CALENDARS, create_event=["ok", "UID", "0", *FACTS], event_facts=["ok", *FACTS],
        delete_event=["ok"], **more,
    )  # fmt: skip


# Calendar


def test_an_event_gets_its_dates_as_numbers_and_one_hour():
    runner = calendar()
    outcome = mac(runner).call("create_calendar_event", EVENT, CALL)
    assert runner.named("create_event") == [
        "Meeting", [2026, 3, 5, 50400], [2026, 3, 5, 54000], False, "", "", [], 2, "Home",
    ]  # fmt: skip
    assert 'Created the event "Meeting" on Thursday 2026-03-05 at 14:00 in the calendar Home.' in outcome.done


def test_a_day_makes_an_all_day_event_and_several_days_end_on_the_last():
    runner = calendar()
    days = {**EVENT, "start_date": dt.date(2026, 3, 5), "end_date": dt.date(2026, 3, 7)}
    mac(runner).call("create_calendar_event", days, CALL)
    assert runner.named("create_event")[1:4] == [[2026, 3, 5, 0], [2026, 3, 7, 86399], True]


def test_a_moment_with_a_zone_is_put_on_this_machines_clock(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        runner = calendar()
        moment = dt.datetime(2026, 3, 9, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
        mac(runner).call("create_calendar_event", {**EVENT, "start_date": moment}, CALL)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert runner.named("create_event")[1] == [2026, 3, 8, 21 * 3600 + 30 * 60]


def test_an_event_that_ends_before_it_starts_is_refused():
    runner = calendar()
    with pytest.raises(DesktopError, match="not after"):
        mac(runner).call("create_calendar_event", {**EVENT, "end_date": START - dt.timedelta(hours=1)}, CALL)
    assert runner.calls == []


def test_calendars_are_named_offered_and_numbered():
    with pytest.raises(AmbiguousError) as caught:
        mac(calendar()).call("create_calendar_event", {**EVENT, "calendar": "Work"}, CALL)
    assert caught.value.candidates == (("Work (1)", "Work (1)"), ("work (2)", "work (2)"))
    runner = calendar()
    mac(runner).call("create_calendar_event", {**EVENT, "calendar": "work (2)"}, CALL)
    assert runner.named("create_event")[7:] == [4, "work"]
    with pytest.raises(NotFoundError, match="Home, Work"):
        mac(calendar()).call("create_calendar_event", {**EVENT, "calendar": "Birthdays"}, CALL)


def test_invitees_that_the_calendar_does_not_take_are_said():
    runner = calendar()
    runner.answers = {**runner.answers, "create_event": ["ok", "UID", "1", "b@x.org", *FACTS]}
    outcome = mac(runner).call("create_calendar_event", {**EVENT, "invitees": ["a@x.org", "b@x.org"]}, CALL)
    assert runner.named("create_event")[6] == ["a@x.org", "b@x.org"]
    assert "a@x.org added" in outcome.done
    assert "Not invited" in outcome.done
    assert mac(runner).undo(outcome.undo).startswith("Removed")


def test_an_event_changed_since_is_left_unless_forced_and_a_gone_one_is_said():
    runner = calendar()
    desk = mac(runner)
    outcome = desk.call("create_calendar_event", EVENT, CALL)
    runner.answers = {**runner.answers, "event_facts": ["ok", "Renamed", *FACTS[1:]]}
    with pytest.raises(DesktopError, match="changed since"):
        desk.undo(outcome.undo)
    assert not [name for _, name, _ in runner.calls if name == "delete_event"]
    assert "Removed" in desk.undo(outcome.undo, force=True)
    assert runner.named("delete_event") == ["Home", "UID"]
    runner.answers = {**runner.answers, "event_facts": ["missing"]}
    assert "not there any more" in desk.undo(outcome.undo)


# Reminders


def reminders():
    facts = ["Milk", "", "", "", "0", "false"]
    return RecordingRunner(
        list_names=LISTS,
        create_reminder=["ok", "R1", *facts],
        reminder_facts=["ok", *facts],
        delete_reminder=["ok"],
    )


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, ["Milk", [], "", "L1", 0, False]),
        ({"due_date": START, "priority": 1}, ["Milk", [2026, 3, 5, 50400], "", "L1", 1, False]),
        ({"due_date": dt.date(2026, 3, 5), "all_day": True}, ["Milk", [2026, 3, 5, 0], "", "L1", 0, True]),
        ({"due_date": dt.date(2026, 3, 5)}, ["Milk", [2026, 3, 5, 0], "", "L1", 0, True]),
        ({"list_name": "reminders", "notes": "2 l"}, ["Milk", [], "2 l", "L1", 0, False]),
        ({"list_name": "L3"}, ["Milk", [], "", "L3", 0, False]),
    ],
)
def test_a_reminder_with_its_due_day_or_moment_priority_and_list(given, asked):
    runner = reminders()
    desk = mac(runner)
    outcome = desk.call("create_reminder", {**REMINDER, **given}, CALL)
    assert runner.named("create_reminder") == asked
    assert desk.undo(outcome.undo) == 'Removed the reminder "Milk".'


def test_lists_of_one_name_are_offered_with_their_accounts():
    with pytest.raises(AmbiguousError) as caught:
        mac(reminders()).call("create_reminder", {**REMINDER, "list_name": "work"}, CALL)
    assert caught.value.candidates == (("Work (iCloud)", "L2"), ("Work (Exchange)", "L3"))
    with pytest.raises(NotFoundError, match="Reminders, Work"):
        mac(reminders()).call("create_reminder", {**REMINDER, "list_name": "Garden"}, CALL)


# Notes


class NotesApp(RecordingRunner):
    """Keeps notes: id -> [name, folder, body, attachments]."""

    def __init__(self, **notes):
        self.notes = {f"x-coredata://{key}": list(value) for key, value in notes.items()}
        super().__init__(
            folder_names=FOLDERS, create_note=self.create, find_notes=self.find, note_body=self.body,
            set_note_body=self.set, show_note=["ok"], delete_note=self.delete,
        )  # fmt: skip

    def create(self, body, folder):
        self.notes["x-coredata://new"] = ["New", folder or "Notes", body, 0]
        return ["ok", "x-coredata://new", folder or "Notes", body]

    def find(self, name, folder, whole):
        fits = (lambda n: n.lower() == name.lower()) if whole else (lambda n: name.lower() in n.lower())
        found = [(key, n, f) for key, (n, f, _, _) in self.notes.items() if fits(n) and folder in ("", f)]
        return ["ok", *(part for entry in found for part in entry)]

    def body(self, key):
        if key not in self.notes:
            return ["missing"]
        name, _, body, attached = self.notes[key]
        return ["ok", name, body, str(attached)]

    def set(self, key, body):
        self.notes[key][2] = body
        return ["ok", body]

    def delete(self, key):
        return ["ok"] if self.notes.pop(key, None) else ["missing"]


def test_a_note_is_made_in_the_folder_named_as_html_and_taken_back():
    app = NotesApp()
    desk = mac(app)
    outcome = desk.call(
        "create_note", {"name": "A < B", "content": "1 & 2\n\nend", "folder": "Recipes"}, CALL
    )
    body = "<h1>A &lt; B</h1><div>1 &amp; 2</div><div><br></div><div>end</div>"
    assert app.named("create_note") == [body, "F2"]
    desk.undo(outcome.undo)
    assert app.notes == {}


def test_folders_of_one_name_in_several_accounts_are_offered():
    with pytest.raises(AmbiguousError) as caught:
        mac(NotesApp()).call("create_note", {"name": "A", "content": "", "folder": "notes"}, CALL)
    assert caught.value.candidates == (("Notes (iCloud)", "F1"), ("Notes (Exchange)", "F3"))
    app = NotesApp()
    mac(app).call("create_note", {"name": "A", "content": "", "folder": "F3"}, CALL)
    assert app.named("create_note")[1] == "F3"


@pytest.mark.parametrize("text", [*NASTY, "  deep   inside\n\n\nend", "tab\tbed"])
def test_the_text_of_a_note_reads_back(text):
    app = NotesApp()
    desk = mac(app)
    desk.call("create_note", {"name": "Name", "content": text, "folder": ""}, CALL)
    read = desk.call("open_note", {"name": "New", "folder": ""}, QUIET).result
    expected = text.replace("\r\n", "\n").replace("\t", "\u2003")
    assert read == "Name\n" + expected.rstrip("\n")


def test_opening_shows_the_note_unless_nothing_is_to_be_opened():
    body = "<div><h1>List</h1></div>\n<ul>\n<li>Milk</li>\n<li>Eggs &amp; ham</li>\n</ul>\n<div><br></div>\n<div>end</div>"
    app = NotesApp(a=("List", "F1", body, 0))
    assert (
        mac(app).call("open_note", {"name": "list", "folder": ""}, CALL).result
        == "List\n- Milk\n- Eggs & ham\n\nend"
    )
    assert app.named("show_note") == ["x-coredata://a"]
    quiet = NotesApp(a=("List", "F1", body, 0))
    mac(quiet).call("open_note", {"name": "list", "folder": ""}, QUIET)
    assert "show_note" not in [name for _, name, _ in quiet.calls]


def test_notes_are_offered_where_several_fit_or_only_a_part_of_the_name():
    app = NotesApp(
        a=("Plan", "F1", "", 0),
        b=("Plan", "F2", "", 0),
        c=("Plan B", "F1", "", 0),
        d=("Old", "Recently Deleted", "", 0),
    )
    with pytest.raises(AmbiguousError) as caught:
        mac(app).call("open_note", {"name": "Plan", "folder": ""}, CALL)
    assert [value for _, value in caught.value.candidates] == ["x-coredata://a", "x-coredata://b"]
    with pytest.raises(AmbiguousError) as caught:
        mac(app).call("open_note", {"name": "n B", "folder": ""}, CALL)
    assert caught.value.candidates == (("Plan B (in F1)", "x-coredata://c"),)
    assert mac(app).call("open_note", {"name": "Plan", "folder": "Recipes"}, QUIET).details == {
        "id": "x-coredata://b"
    }
    with pytest.raises(NotFoundError):
        mac(app).call("open_note", {"name": "Old", "folder": ""}, CALL)


def test_added_text_comes_off_again_and_what_the_person_wrote_stays():
    app = NotesApp(a=("List", "F1", "<div>Milk</div>", 0))
    desk = mac(app)
    outcome = desk.call("append_note_content", {"name": "List", "content": "Eggs", "folder": ""}, CALL)
    assert app.notes["x-coredata://a"][2] == "<div>Milk</div><div>Eggs</div>"
    desk.undo(outcome.undo)
    assert app.notes["x-coredata://a"][2] == "<div>Milk</div>"
    app.notes["x-coredata://a"][2] = "<div>Milk</div><div>Eggs</div><div>mine</div>"
    with pytest.raises(DesktopError, match="changed since"):
        desk.undo(outcome.undo)
    desk.undo(outcome.undo, force=True)
    assert app.notes["x-coredata://a"][2] == "<div>Milk</div><div>mine</div>"


def test_a_note_with_attachments_is_not_written_to():
    app = NotesApp(a=("List", "F1", "<div>Milk</div>", 2))
    with pytest.raises(DesktopError, match="2 attachment"):
        mac(app).call("append_note_content", {"name": "List", "content": "Eggs", "folder": ""}, CALL)
    assert app.notes["x-coredata://a"][2] == "<div>Milk</div>"


# Mail


def test_a_draft_with_everything(tmp_path):
    file = tmp_path / "a 'b\" c.pdf"
    file.touch()
    runner = RecordingRunner(compose_draft=["ok", "7"], close_draft=["ok"])
    desk = mac(runner)
    outcome = desk.call(
        "compose_new_email",
        {"recipients": ["Ann <a@x.org>, b@x.org"], "cc": ["c@x.org"], "subject": "Two\nBcc: evil@x.org", "context": "Hi\n",
         "attachments": [str(file)]}, CALL,
    )  # fmt: skip
    asked = [["a@x.org", "b@x.org"], ["c@x.org"], "Two Bcc: evil@x.org", "Hi\n", [str(file)]]
    assert runner.named("compose_draft") == asked
    assert "has not been sent" in outcome.done
    assert "Mail's drafts" in desk.undo(outcome.undo)
    assert runner.named("close_draft") == ["7", True]


def test_a_draft_is_thrown_away_only_by_force_and_a_sent_one_is_said():
    runner = RecordingRunner(compose_draft=["ok", "7"], close_draft=["ok"])
    desk = mac(runner)
    undo = desk.call("compose_new_email", DRAFT, CALL).undo
    assert "threw it away" in desk.undo(undo, force=True)
    assert runner.named("close_draft") == ["7", False]
    runner.answers = {"close_draft": ["missing"]}
    with pytest.raises(DesktopError, match="sent, saved or closed"):
        desk.undo(undo)


@pytest.mark.parametrize(
    "bad", [{"recipients": ["Sid"]}, {"attachments": ["/nowhere/file.pdf"]}, {"cc": ["a b@x.org"]}]
)
def test_nothing_is_drafted_with_what_is_no_address_or_no_file(bad):
    runner = RecordingRunner(compose_draft=["ok", "7"])
    with pytest.raises(DesktopError, match="no draft was made"):
        mac(runner).call("compose_new_email", {**DRAFT, **bad}, CALL)
    assert runner.calls == []


def test_replies_and_forwards_take_the_one_message_selected():
    runner = RecordingRunner(
        reply_draft=["ok", "8", "Ann", "Lunch"], forward_draft=["ok", "9", "Ann", "Lunch", "2"]
    )
    desk = mac(runner)
    reply = desk.call("reply_to_email", {"cc": ["c@x.org"], "context": "Yes", "attachments": []}, CALL)
    assert runner.named("reply_draft") == [["c@x.org"], "Yes", []]
    assert 'reply to Ann, "Lunch"' in reply.done
    forward = desk.call(
        "forward_email", {"recipients": ["a@x.org"], "cc": [], "context": "FYI", "attachments": []}, CALL
    )
    assert runner.named("forward_draft") == [["a@x.org"], [], "FYI", []]
    assert "2 attached" in forward.done


@pytest.mark.parametrize(
    ("answer", "says"), [(["missing"], "no message is selected"), (["several", "3"], "3 messages")]
)
def test_no_selection_or_several_is_said(answer, says):
    desk = mac(RecordingRunner(reply_draft=answer))
    with pytest.raises(DesktopError, match=says):
        desk.call("reply_to_email", {"cc": [], "context": "Yes", "attachments": []}, CALL)


# Messages


def test_a_text_goes_to_each_number_once_without_its_dressing_or_a_guessed_country():
    runner = RecordingRunner(send_text=["ok", "SMS"])
    to = ["\u202a+1 (555) 010-2000\u202c", "555 0100", "5550100"]
    outcome = mac(runner).call("send_sms", {"recipients": to, "message": "Hi"}, CALL)
    assert [args for _, _, args in runner.calls] == [["+15550102000", "Hi"], ["5550100", "Hi"]]
    assert outcome.beyond_recall
    assert outcome.undo is None


def test_who_got_the_text_is_said_where_not_everybody_did():
    runner = RecordingRunner(send_text=lambda to, _: ["ok", "SMS"] if to == "5550100" else ["missing"])
    with pytest.raises(DesktopError, match="sent to 5550100 by SMS, but not to 5550200"):
        mac(runner).call("send_sms", {"recipients": ["5550100", "5550200"], "message": "Hi"}, CALL)


@pytest.mark.parametrize("bad", [{"recipients": ["mom"]}, {"recipients": []}, {"message": " "}])
def test_nothing_is_sent_without_a_number_or_a_text(bad):
    runner = RecordingRunner(send_text=["ok", "SMS"])
    with pytest.raises(DesktopError, match="nothing was sent"):
        mac(runner).call("send_sms", {"recipients": ["5550100"], "message": "Hi", **bad}, CALL)
    assert runner.calls == []


# Maps and files


@pytest.mark.parametrize("place", [*NASTY, "Café & Bar, 5 Main St #2?x=1"])
def test_places_are_encoded_in_the_url(place):
    programs = Programs()
    outcome = mac(programs=programs).call("maps_open_location", {"location": place}, CALL)
    assert parse_qs(urlsplit(outcome.result).query, strict_parsing=True) == {"q": [place]}
    ((program, url),) = programs.commands
    assert program == "/usr/bin/open"
    assert url == outcome.result.replace("https://maps.apple.com/", "maps://")


def test_directions_from_here_and_by_public_transport():
    programs = Programs()
    args = {"start_location": "", "end_location": "Airport", "transport": "r"}
    outcome = mac(programs=programs).call("maps_show_directions", args, QUIET)
    assert outcome.result == "https://maps.apple.com/?daddr=Airport&dirflg=r"
    assert programs.commands == []


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def made(home, *names):
    paths = [home / name for name in names]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return paths


def test_a_file_is_found_by_name_and_opened(home):
    paths = made(
        home,
        "Documents/Budget.xlsx",
        "Documents/Budget 2025.xlsx",
        "Library/Budget.xlsx",
        ".cache/Budget.xlsx",
    )
    programs = Programs(*paths)
    outcome = mac(programs=programs).call("open_and_get_file_path", {"file_name": "budget.xlsx"}, CALL)
    assert outcome.result == str(paths[0])
    find, show = programs.commands
    query = 'kMDItemFSName == "*budget*"cd && kMDItemFSName == "*xlsx*"cd && kMDItemContentTypeTree != "public.folder"'
    assert find == ["/usr/bin/mdfind", "-0", "-onlyin", str(home), query]
    assert show == ["/usr/bin/open", str(paths[0])]


def test_every_file_that_fits_is_offered_and_no_file_is_said(home):
    paths = made(home, "a/budget 2025.xlsx", "b/Budget_2026.xlsx")
    with pytest.raises(AmbiguousError) as caught:
        mac(programs=Programs(*paths)).call("open_and_get_file_path", {"file_name": "budget"}, CALL)
    assert {value for _, value in caught.value.candidates} == {str(path) for path in paths}
    with pytest.raises(NotFoundError):
        mac(programs=Programs()).call("open_and_get_file_path", {"file_name": "budget"}, CALL)


def test_a_program_is_found_but_not_started(home):
    paths = made(home, "setup.command")
    programs = Programs(*paths)
    assert (
        "not started"
        in mac(programs=programs).call("open_and_get_file_path", {"file_name": "setup"}, CALL).done
    )
    assert [command[0] for command in programs.commands] == ["/usr/bin/mdfind"]


@pytest.mark.parametrize("name", ['" || kMDItemFSName == "*', "a*b?c", "it's", "back\\slash", "***"])
def test_a_file_name_cannot_change_the_query(name, home):
    programs = Programs()
    with pytest.raises(NotFoundError):
        mac(programs=programs).call("open_and_get_file_path", {"file_name": name}, CALL)
    query = programs.commands[0][-1]
    unescaped = query.replace("\\\\", "").replace('\\"', "").replace("\\*", "").replace("\\?", "")
    values = [part.split('"')[0] for part in unescaped.split('== "')[1:]]
    assert all(value.strip("*").replace("'", "").isalnum() or not value.strip("*") for value in values)


def test_what_is_the_same_everywhere_is_left_to_the_shared_desktop():
    desk = mac()
    for tool in ("summarize_pdf", "get_zoom_meeting_link"):
        assert desk.call(tool, {}, CALL).undo == {"kind": "app"}
    assert desk.undo({"kind": "app"}) == "Undone elsewhere."


# Every tool with every nasty string


CASES = {
    "get_phone_number": {"name": ""},
    "get_email_address": {"name": ""},
    "create_calendar_event": EVENT,
    "compose_new_email": DRAFT,
    "reply_to_email": {"cc": [], "context": "", "attachments": []},
    "forward_email": {"recipients": ["a@x.org"], "cc": [], "context": "", "attachments": []},
    "create_note": {"name": "N", "content": "", "folder": ""},
    "open_note": {"name": "N", "folder": ""},
    "append_note_content": {"name": "N", "content": "", "folder": ""},
    "create_reminder": REMINDER,
    "send_sms": {"recipients": ["5550100"], "message": ""},
}


@pytest.mark.parametrize("text", NASTY)
@pytest.mark.parametrize(("tool", "args"), CASES.items(), ids=list(CASES))
def test_texts_reach_the_runner_as_data_and_no_script_changes(tool, args, text):
    before = {path: path.read_bytes() for path in SCRIPTS}
    for parameter, default in args.items():
        if isinstance(default, bool | int) or parameter.endswith("_date"):
            continue
        app = NotesApp(a=("N", "F1", "<div>x</div>", 0))
        answers = {
            **calendar().answers, **reminders().answers, "compose_draft": ["ok", "7"], "send_text": ["ok", "SMS"],
            "reply_draft": ["ok", "8", "Ann", "Lunch"], "forward_draft": ["ok", "9", "Ann", "Lunch", "0"],
            "find_people": ["ok"], "related_names": ["ok"],
        }  # fmt: skip
        app.answers = {**answers, **app.answers}
        given = [text] if isinstance(default, list) else text
        try:
            mac(app).call(
                tool,
                {**args, "message": "Hi", parameter: given}
                if tool == "send_sms"
                else {**args, parameter: given},
                CALL,
            )
        except DesktopError:
            continue
        if tool.startswith(("create_calendar", "create_reminder", "reply", "forward", "send")):
            assert given in app.calls[-1][2], f"{parameter} did not arrive as it was"
    assert {path: path.read_bytes() for path in SCRIPTS} == before


def test_an_answer_that_is_not_understood_and_a_record_with_holes_are_errors_for_a_person():
    desk = mac(RecordingRunner(list_names=LISTS, create_reminder=["ok"]))
    with pytest.raises(DesktopError, match="look whether it was done"):
        desk.call("create_reminder", REMINDER, CALL)
    with pytest.raises(DesktopError, match="incomplete"):
        desk.undo({"desktop": "macos", "tool": "create_reminder"})
    with pytest.raises(DesktopError, match="no tool"):
        desk.call("make_coffee", {}, CALL)
