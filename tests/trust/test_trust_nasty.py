"""Every string of the nasty corpus as every text and list argument of every tool, on files in open formats.

What was written reads back as exactly that string, nothing else changes, and undo restores every byte.
"""

from __future__ import annotations

import email
import email.policy
import http.server
import json
import re
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from ground import FULL, NOW, TOOLS, copied, desk_at, part, seen, step, unpacked
from icalendar import Calendar
from nasty_strings import BLNS, NASTY, kept, one_line

from tinyagent_cli.desktops.addresses import is_address, is_number
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.desktops.open import ZoomCredentials
from tinyagent_cli.errors import DesktopError

STRINGS = [*NASTY, *BLNS] if FULL else [*NASTY[::3], *BLNS[::60]]
BASE = {
    "create_calendar_event": {"title": "T", "start_date": NOW},
    "append_note_content": {"name": "Groceries", "content": "x"},
    "open_note": {"name": "Groceries"},
    "compose_new_email": {"recipients": ["a@b.example"], "subject": "S", "context": "C"},
    "forward_email": {"recipients": ["a@b.example"], "context": "C"},
    "reply_to_email": {"context": "C"},
    "send_sms": {"recipients": ["+12025550100"], "message": "M"},
    "maps_show_directions": {"end_location": "Graz", "transport": "d"},
    "get_zoom_meeting_link": {"topic": "T", "start_time": NOW, "duration": 30},
    "create_note": {"name": "N", "content": "C"},
    "create_reminder": {"name": "R"},
}
ARGUMENTS = [
    (tool.name, p.name) for tool in TOOLS for p in tool.parameters if p.kind in {"text", "list"} and not p.choices
]  # fmt: skip
REFUSED = {
    "recipients", "cc", "invitees", "meeting_invitees", "attachments", "calendar", "list of contacts",
}  # fmt: skip
"""Where a text that is no address, no file and no calendar's name must be refused, whatever it is."""


class Zoom(http.server.BaseHTTPRequestHandler):
    """As much of Zoom as makes, reads and deletes meetings."""

    meetings: dict[str, dict] = {}  # noqa: RUF012

    def do(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        number = self.path.rpartition("/")[2]
        answer: object = {}
        if "token" in self.path:
            answer = {"access_token": "t", "expires_in": 3600}
        elif self.command == "POST":
            number = str(1000 + len(self.meetings))
            answer = self.meetings[number] = {
                **json.loads(body),
                "id": int(number),
                "join_url": f"https://z/{number}",
            }
        elif self.command == "DELETE":
            self.meetings.pop(number)
        else:
            answer = self.meetings[number]
        data = json.dumps(answer).encode()
        self.send_response(
            {"POST": 201, "DELETE": 204}.get(self.command, 200) if "token" not in self.path else 200
        )
        self.send_header("Content-Length", str(len(data) if self.command != "DELETE" else 0))
        self.end_headers()
        self.wfile.write(data if self.command != "DELETE" else b"")

    do_GET = do_POST = do_DELETE = do  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def zoom():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Zoom)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    at = f"http://127.0.0.1:{server.server_port}"
    yield ZoomCredentials("a", "c", "s", f"{at}/token", at)
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    return unpacked(tmp_path_factory.mktemp("nasty") / "template")


def told(tool: str, path: Path) -> dict[str, str]:
    """What an independent reader finds in the one file written."""
    if tool == "create_calendar_event" or tool == "create_reminder":
        (found,) = [
            c for c in Calendar.from_ical(path.read_bytes()).subcomponents if c.name in {"VEVENT", "VTODO"}
        ]
        names = {"SUMMARY": "title", "LOCATION": "location", "DESCRIPTION": "notes"}
        out = {names[k]: str(found[k]) for k in names if k in found}
        assert set(found) <= {*names, "UID", "DTSTAMP", "DTSTART", "DTEND", "CREATED", "STATUS", "DUE"}
        assert not found.subcomponents
        return {**out, "name": out.get("title", "")}
    if path.suffix == ".md":
        text = path.read_text()
        title = part("create_note", "markdown").title_of(text)
        return {"name": title, "content": text.partition("\n")[2].removeprefix("\n").removesuffix("\n")}
    if path.suffix == ".json":
        return {"message": json.loads(path.read_text())["text"]}
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert not message["Bcc"]
    assert set(message.keys()) <= {
        "From", "To", "Cc", "Date", "Message-ID", "X-Unsent", "Subject", "In-Reply-To", "References",
        "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    }  # fmt: skip
    text = message.get_body(("plain",)).get_content()
    return {"subject": message["Subject"] or "", "context": text}


@pytest.mark.parametrize(("tool", "parameter"), ARGUMENTS, ids=[f"{t}-{p}" for t, p in ARGUMENTS])
def test_a_string_arrives_exactly_or_is_refused_and_nothing_else_changes(
    tool, parameter, template, zoom, tmp_path, monkeypatch
):
    root = copied(template, tmp_path / "home")
    monkeypatch.chdir(root)
    shown: list[str] = []
    desk = desk_at(root, lambda target: shown.append(target) or True, zoom_credentials=lambda: zoom)
    before = seen(root)
    written = 0
    for number, text in enumerate(STRINGS):
        is_list = TOOLS[tool].parameter(parameter).kind == "list"
        args = {**step(1, tool).args, **BASE.get(tool, {}), parameter: [text] if is_list else text}
        try:
            outcome = desk.call(
                tool, args, Call(f"nasty-{tool}-{parameter}-{number}"[:60], NOW, summarize=str)
            )
        except DesktopError:
            assert seen(root) == before, f"refused, and yet something changed: {text[:40]!r}"
            continue
        after = seen(root)
        new = [
            k for k, v in after.items() if v is not None and k not in before and not k.endswith("displayname")
        ]
        gone = [k for k in before if k not in after]
        changed = [k for k in before if k in after and before[k] != after[k]]
        assert gone == []
        assert TOOLS[tool].effect != "read" or not (new or changed)
        assert len(new) + len(changed) <= 1
        assert parameter not in REFUSED or meant(text), f"{parameter} took {text[:40]!r}"
        check(tool, parameter, text, root, new, changed, before, outcome, shown)
        written += bool(new or changed)
        if outcome.undo is not None:
            desk.undo(outcome.undo)
        assert seen(root) == before, f"undo left a trace of {text[:40]!r}"
    print(f"{tool}.{parameter}: {len(STRINGS)} strings, {written} written")


def meant(text: str) -> bool:
    """Whether a string of the corpus is what it is given for, by chance: a number, an address, the path of a file."""
    return is_number(text) or is_address(text) or Path(text).is_file()


def check(tool, parameter, text, root, new, changed, before, outcome, shown):
    """What was written, opened or asked for is this string and no other."""
    if tool == "append_note_content":
        (name,) = changed
        assert (root / name).read_text() == before[name].decode() + f"- {kept(text)}\n" * (
            "\n" not in kept(text) and not text.startswith("-")
        ) or (root / name).read_text().endswith(f"{kept(text)}\n")
        assert (root / name).read_bytes().startswith(before[name])
    elif new:
        (name,) = new
        found = told(tool, root / name)
        if parameter in found:
            wanted = (
                one_line(text)
                if parameter == "subject" or (tool == "create_note" and parameter == "name")
                else kept(text)
            )
            got = found[parameter]
            if (root / name).suffix == ".ics":
                wanted = wanted.lstrip("\ufeff")
            if tool in {"reply_to_email", "forward_email"}:
                got = got[: len(wanted)]
            assert got.rstrip("\n") == wanted.rstrip("\n") or got.strip() == wanted.strip()
        elif parameter == "list_name":
            assert (root / name).parent.joinpath("displayname").read_text() == one_line(text).strip()
        assert (root / name).resolve().is_relative_to(root.resolve())
    elif tool.startswith("maps"):
        query = parse_qs(urlsplit(shown[-1]).query)
        point = [",".join(v for k in ("mlat", "mlon") for v in query.get(k, ()))]  # a place may be given as two numbers
        assert [one_line(text).strip()] in query.values() or [re.sub(r"\s", "", text)] == point
        assert shown[-1].isascii()
        assert urlsplit(shown[-1]).hostname == "www.openstreetmap.org"
    elif tool == "get_zoom_meeting_link":
        (made,) = Zoom.meetings.values()
        assert made["topic"] == one_line(text).strip()[:200] or made["topic"] == text
    elif tool in {"open_and_get_file_path", "summarize_pdf"}:
        assert Path(outcome.details["path"]).is_relative_to(root) or meant(text)


def test_every_tool_of_the_house_is_in_the_matrix():
    assert {tool for tool, _ in ARGUMENTS} == {tool.name for tool in TOOLS}
    print(f"{len(TOOLS)} tools, {len(ARGUMENTS)} arguments, {len(ARGUMENTS) * len(STRINGS)} cases")
