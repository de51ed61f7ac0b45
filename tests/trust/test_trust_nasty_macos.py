"""The same strings on the desktop `macos`, up to what is handed to osascript, `open` and `mdfind`.

What these make of it shows only on a Mac; that it reaches them as data shows here.
"""

from __future__ import annotations

import re

import pytest
from ground import FULL, TOOLS
from mac_doubles import CALL, SCRIPTS, Programs, RecordingRunner, mac, parameters_of
from nasty_strings import BLNS, NASTY
from test_macos_tools import CASES, NotesApp, calendar, reminders

from tinyagent_cli.desktops.applescript import encoded
from tinyagent_cli.errors import DesktopError

STRINGS = [*NASTY, *BLNS] if FULL else [*NASTY[::3], *BLNS[::60]]
EVERY = {
    **CASES,
    "send_sms": {"recipients": ["5550100"], "message": "Hi"},
    "open_and_get_file_path": {"file_name": ""},
    "summarize_pdf": {"pdf_path": ""},
    "maps_open_location": {"location": "Graz"},
    "maps_show_directions": {"start_location": "", "end_location": "Graz", "transport": "d"},
    "get_zoom_meeting_link": {"topic": "", "start_time": None, "duration": 30, "meeting_invitees": []},
}
WHOLE = {
    "create_calendar_event": {"title", "location", "notes"}, "create_reminder": {"name", "notes"},
    "compose_new_email": {"context"}, "reply_to_email": {"context"}, "forward_email": {"context"}, "send_sms": {"message"},
}  # fmt: skip
"""Arguments that arrive at the script as they are."""
TERM = r'kMDItemFSName == "\*(?:[^"\\*?\']|\\.)*\*"cd'
QUERY = re.compile(rf'{TERM}(?: && {TERM})* && kMDItemContentTypeTree != "public.folder"')
ARGUMENTS = [
    (tool.name, p.name) for tool in TOOLS for p in tool.parameters if p.kind in {"text", "list"} and not p.choices
]  # fmt: skip
HANDLERS = {(path.parent.name, name) for path in SCRIPTS for name in parameters_of(path.read_text("utf-8"))}


def doubles() -> tuple[RecordingRunner, Programs]:
    app = NotesApp(a=("N", "F1", "<div>x</div>", 0))
    app.answers = {
        **calendar().answers, **reminders().answers, "compose_draft": ["ok", "7"], "send_text": ["ok", "SMS"],
        "reply_draft": ["ok", "8", "Ann", "Lunch"], "forward_draft": ["ok", "9", "Ann", "Lunch", "0"],
        "find_people": ["ok"], "related_names": ["ok"], **app.answers,
    }  # fmt: skip
    return app, Programs()


@pytest.mark.parametrize(("tool", "parameter"), ARGUMENTS, ids=[f"{t}-{p}" for t, p in ARGUMENTS])
def test_a_string_reaches_other_programs_as_data_only(tool, parameter):
    scripts = {path: path.read_bytes() for path in SCRIPTS}
    for text in STRINGS:
        runner, programs = doubles()
        given = [text] if TOOLS[tool].parameter(parameter).kind == "list" else text
        try:
            mac(runner, programs).call(tool, {**EVERY[tool], parameter: given}, CALL)
        except DesktopError:
            pass
        else:
            if parameter in WHOLE.get(tool, ()):
                assert given in runner.calls[-1][2]
        for app, handler, values in runner.calls:
            assert (app, handler) in HANDLERS
            words = encoded(values)
            assert all(isinstance(word, str) and "\0" not in word for word in words)
        for command in programs.commands:
            data_only(command)
    assert {path: path.read_bytes() for path in SCRIPTS} == scripts


def data_only(command: list[str]) -> None:
    """A string is one argument that no program takes for an option, or one value in a query."""
    if command[0] == "/usr/bin/open":
        assert len(command) == 2
        assert re.fullmatch(r"(https://maps\.apple\.com/\?|maps://\?)[!-~]*|/.*", command[1], re.DOTALL)
    else:
        assert command[:3] == ["/usr/bin/mdfind", "-0", "-onlyin"]
        assert len(command) == 5
        assert QUERY.fullmatch(command[4]), command[4]


def test_every_tool_of_the_house_is_in_the_matrix():
    assert set(EVERY) == {tool.name for tool in TOOLS}
    print(f"{len(TOOLS)} tools, {len(ARGUMENTS)} arguments, {len(ARGUMENTS) * len(STRINGS)} cases")
