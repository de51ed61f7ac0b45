"""Texts, maps, files, PDF summaries and Zoom on the desktop `open`."""

from __future__ import annotations

import base64
import datetime as dt
import http.server
import json
import os
import threading
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from nasty_strings import NASTY, kept, one_line

from tinyagent_cli.desktops.open import ZoomCredentials, system_opener
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

VIENNA = ZoneInfo("Europe/Vienna")

PHONE = """#!/bin/sh
printf '%s\\0' "$@" >> "{log}"; printf '\\n\\0' >> "{log}"
case "$1" in --list-available) echo {device};; *) {then};; esac
"""


def phone(tmp_path, monkeypatch, *, device="0123_abcd", then="exit 0") -> Path:
    """Put a kdeconnect-cli on the path that writes down its arguments, as there is no phone to talk to."""
    program, log = tmp_path / "bin" / "kdeconnect-cli", tmp_path / "sent"
    program.parent.mkdir()
    program.write_text(PHONE.format(log=log, device=device, then=then))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return log


def sent(log: Path) -> list[list[str]]:
    runs = log.read_text().split("\n\0") if log.exists() else []
    return [run.split("\0")[:-1] for run in runs if "--list-available" not in run and run]


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_a_text_reaches_the_phone_as_one_argument(world, tmp_path, monkeypatch, text):
    if len(text.encode()) > 3000:
        pytest.skip("the recorder is a shell script")
    log = phone(tmp_path, monkeypatch)
    made = world.do("send_sms", recipients=["+1 202 555 0100"], message=text)
    assert sent(log) == [["--device=0123_abcd", "--destination=+1 202 555 0100", f"--send-sms={kept(text)}"]]
    assert made.beyond_recall
    assert made.undo is None


def test_without_a_phone_the_text_is_kept_and_said_not_to_be_sent(world, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    made = world.do("send_sms", recipients=["+1 202 555 0100, 911"], message="$1,200")
    assert "NOT been sent" in made.done
    assert not made.beyond_recall
    (path,) = world.places.outbox.iterdir()
    entry = json.loads(path.read_text())
    assert entry["text"] == "$1,200"
    assert entry["recipients"] == {"+1 202 555 0100": "waiting", "911": "waiting"}
    world.desk.undo(made.undo)
    assert not world.places.outbox.exists()


def test_a_repeated_call_sends_nobody_a_second_text(world, tmp_path, monkeypatch):
    log = phone(tmp_path, monkeypatch)
    call = world.call()
    for _ in range(2):
        world.do("send_sms", with_call=call, recipients=["+12025550100", "+12025550101"], message="hi")
    assert len(sent(log)) == 2


def test_a_text_interrupted_while_being_sent_is_not_sent_again(world, tmp_path, monkeypatch):
    log = phone(tmp_path, monkeypatch)
    call = world.call()
    made = world.do("send_sms", with_call=call, recipients=["+12025550100"], message="hi")
    path = Path(made.details["path"])
    path.write_text(path.read_text().replace('"sent"', '"sending"'))
    with pytest.raises(DesktopError, match="interrupted"):
        world.do("send_sms", with_call=call, recipients=["+12025550100"], message="hi")
    assert len(sent(log)) == 1


def test_a_phone_that_refuses_is_told_with_who_has_it_and_who_has_not(world, tmp_path, monkeypatch):
    log = phone(tmp_path, monkeypatch, then='case "$2" in *0101) echo "no SIM card" >&2; exit 1;; esac')
    with pytest.raises(
        DesktopError, match=r"not sent to \+12025550101: .*no SIM card.* sent to \+12025550100"
    ):
        world.do("send_sms", recipients=["+12025550100", "+12025550101"], message="hi")
    assert len(sent(log)) == 2


@pytest.mark.parametrize("bad", ["Sid", "--device=x", "12;rm", "", "+1 202\n5550100x"])
def test_what_is_no_number_gets_no_text(world, bad):
    with pytest.raises(DesktopError, match="phone number"):
        world.do("send_sms", recipients=[bad], message="hi")


@pytest.mark.parametrize("text", NASTY, ids=range(len(NASTY)))
def test_map_addresses_hold_any_place(world, text):
    url = world.do("maps_open_location", location=text).result
    assert parse_qs(urlsplit(url).query)["query"] == [one_line(text).strip()]
    assert url.isascii()
    url = world.do("maps_show_directions", start_location=text, end_location=text, transport="w").result
    assert parse_qs(urlsplit(url).query) == {
        "engine": ["fossgis_osrm_foot"], "from": [one_line(text).strip()], "to": [one_line(text).strip()],
    }  # fmt: skip


def test_maps_know_coordinates_and_public_transport_and_open_a_window_only_when_asked(world):
    made = world.do("maps_open_location", location="48.2082, 16.3738")
    assert made.result == "https://www.openstreetmap.org/?mlat=48.2082&mlon=16.3738#map=16/48.2082/16.3738"
    assert world.shown == [made.result]
    url = world.do(
        "maps_show_directions", with_call=world.call(opens=False), end_location="Graz", transport="r"
    ).result
    assert parse_qs(urlsplit(url).query)["travelmode"] == ["transit"]
    assert len(world.shown) == 1
    with pytest.raises(DesktopError):
        world.do("maps_open_location", location=" ")


@pytest.mark.parametrize(
    "words",
    [
        "Quarterly report.pdf",
        "quarterly REPORT",
        "quarterly_report.pdf",
        "the Quarterly report".removeprefix("the "),
        "report",
    ],
)
def test_a_file_is_found_by_its_name_or_words(world, words):
    path = str(world.root / "files" / "Quarterly report.pdf")
    assert world.do("open_and_get_file_path", file_name=words).result == path
    assert world.shown == [path]


def test_a_path_is_used_as_it_is(world, tmp_path):
    path = tmp_path / "elsewhere.txt"
    path.write_text("x")
    assert world.do("open_and_get_file_path", file_name=str(path)).result == str(path)
    assert world.do("open_and_get_file_path", file_name="~/files/budget.csv").result.endswith(
        "files/budget.csv"
    )


def test_several_files_and_near_ones_are_asked_about_hidden_ones_never_found(world):
    files = world.root / "files"
    (files / "old").mkdir()
    (files / "old" / "budget.csv").write_text("x")
    (files / ".secret").mkdir()
    (files / ".secret" / "diary.txt").write_text("x")
    with pytest.raises(AmbiguousError) as several:
        world.do("open_and_get_file_path", file_name="budget")
    assert len(several.value.candidates) == 2
    with pytest.raises(AmbiguousError) as near:
        world.do("open_and_get_file_path", file_name="Quaterly reprot.pdf")
    assert world.do("open_and_get_file_path", file_name=near.value.candidates[0][1]).result.endswith(
        "report.pdf"
    )
    with pytest.raises(NotFoundError):
        world.do("open_and_get_file_path", file_name="diary.txt")
    (files / "loop").symlink_to(files)
    with pytest.raises(AmbiguousError):
        world.do("open_and_get_file_path", file_name="budget")


def test_finding_a_program_does_not_run_it(tmp_path):
    script = tmp_path / "run-me.sh"
    script.write_text("#!/bin/sh\ntouch ran\n")
    assert system_opener(str(script)) is False


def test_a_pdf_is_summarized_from_its_text_with_page_numbers(world):
    asked = []
    call = world.call(summarize=lambda text: asked.append(text) or " Sales rose. ")
    made = world.do(
        "summarize_pdf", with_call=call, pdf_path=str(world.root / "files" / "Quarterly report.pdf")
    )
    assert made.result == "Sales rose."
    assert "[page 1]\nQuarterly report" in asked[0]
    assert "[page 2]\nOutlook" in asked[0]


def test_pdf_troubles_are_told_apart(world, tmp_path):
    from pypdf import PdfReader, PdfWriter

    source = world.root / "files" / "Quarterly report.pdf"
    locked, scan, broken, other = (tmp_path / f"{n}.pdf" for n in ("locked", "scan", "broken", "other"))
    writer = PdfWriter(clone_from=PdfReader(source))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked)
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(scan)
    broken.write_bytes(source.read_bytes()[:300])
    other.write_bytes(b"PK\x03\x04 not a pdf")
    call = world.call(summarize=lambda text: text)
    for path, words in (
        (locked, "encrypted"),
        (scan, "no text"),
        (broken, "broken|no text"),
        (other, "not a PDF"),
    ):
        with pytest.raises(DesktopError, match=words):
            world.do("summarize_pdf", with_call=call, pdf_path=str(path))
    with pytest.raises(DesktopError, match="no model"):
        world.do("summarize_pdf", pdf_path=str(source))


class ZoomServer(http.server.BaseHTTPRequestHandler):
    """The part of Zoom's API that is used: tokens, and meetings made, read and deleted."""

    meetings: dict[str, dict] = {}  # noqa: RUF012
    fail: int = 0

    def answer(self, status: int, body: dict | None = None) -> None:
        data = json.dumps(body).encode() if body is not None else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/oauth/token":
            form = parse_qs(body.decode())
            basic = base64.b64encode(b"client:secret").decode()
            if self.headers["Authorization"] != f"Basic {basic}" or form["account_id"] != ["account"]:
                return self.answer(
                    400, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}
                )
            assert form["grant_type"] == ["account_credentials"]
            return self.answer(200, {"access_token": "token", "expires_in": 3600})
        assert self.headers["Authorization"] == "Bearer token"
        if self.fail:
            return self.answer(self.fail, {"code": 1, "message": "Something is wrong"})
        if self.command == "POST" and self.path == "/v2/users/me/meetings":
            number = 80000000000 + len(self.meetings)
            made = {**json.loads(body), "id": number, "join_url": f"https://zoom.us/j/{number}?pwd=x"}
            self.meetings[str(number)] = made
            return self.answer(201, made)
        number = self.path.rpartition("/")[2]
        if number not in self.meetings:
            return self.answer(404, {"code": 3001, "message": "Meeting does not exist"})
        if self.command == "DELETE":
            del self.meetings[number]
            return self.answer(204)
        return self.answer(200, self.meetings[number])

    do_GET = do_POST = do_DELETE = handle_any  # noqa: N815

    def log_message(self, *args) -> None:
        """Keep quiet."""


@pytest.fixture
def zoom(world):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), ZoomServer)
    ZoomServer.meetings, ZoomServer.fail = {}, 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    world.desk.zoom_credentials = lambda: ZoomCredentials(
        "account", "client", "secret", f"{base}/oauth/token", f"{base}/v2"
    )
    yield ZoomServer
    server.shutdown()
    server.server_close()


START = dt.datetime(2026, 3, 5, 14, tzinfo=VIENNA)


def test_a_zoom_meeting_is_made_at_the_right_hour_and_its_link_returned(world, zoom):
    made = world.do(
        "get_zoom_meeting_link",
        topic="Review",
        start_time=START,
        duration=45,
        meeting_invitees=["sid@example.com"],
    )
    (meeting,) = zoom.meetings.values()
    assert made.result == meeting["join_url"]
    assert (meeting["topic"], meeting["type"], meeting["duration"]) == ("Review", 2, 45)
    assert (meeting["start_time"], meeting["timezone"]) == ("2026-03-05T13:00:00Z", "Europe/Vienna")
    assert meeting["settings"]["meeting_invitees"] == [{"email": "sid@example.com"}]


def test_a_zoom_meeting_is_made_once_a_call_and_can_be_taken_back(world, zoom):
    call = world.call()
    made = world.do("get_zoom_meeting_link", with_call=call, topic="Review", start_time=START)
    assert (
        world.do("get_zoom_meeting_link", with_call=call, topic="Review", start_time=START).result
        == made.result
    )
    (number,) = zoom.meetings
    zoom.meetings[number]["topic"] = "Changed by hand"
    with pytest.raises(DesktopError, match="changed since"):
        world.desk.undo(made.undo)
    world.desk.undo(made.undo, force=True)
    assert zoom.meetings == {}
    assert "gone already" in world.desk.undo(made.undo)


@pytest.mark.parametrize(
    ("status", "words"), [(429, "Too many requests"), (400, "Something is wrong"), (503, "503"), (302, "302")]
)
def test_zooms_own_reason_is_told(world, zoom, status, words):
    zoom.fail = status
    with pytest.raises(DesktopError, match=words):
        world.do("get_zoom_meeting_link", topic="x", start_time=START)


def test_a_meeting_of_unknown_fate_is_not_made_a_second_time_but_a_refused_one_may_be(world, zoom):
    call = world.call()
    for status, again in ((400, "ok"), (503, "not known")):
        call, zoom.fail = world.call(), status
        with pytest.raises(DesktopError):
            world.do("get_zoom_meeting_link", with_call=call, topic="x", start_time=START)
        zoom.fail = 0
        if again == "ok":
            world.do("get_zoom_meeting_link", with_call=call, topic="x", start_time=START)
        else:
            with pytest.raises(DesktopError, match=again):
                world.do("get_zoom_meeting_link", with_call=call, topic="x", start_time=START)
    assert len(zoom.meetings) == 1


def test_without_credentials_or_with_wrong_ones_or_no_network_the_message_says_what_to_do(world, zoom):
    good = world.desk.zoom_credentials()
    world.desk.zoom_credentials = lambda: None
    with pytest.raises(DesktopError, match="Server-to-Server OAuth"):
        world.do("get_zoom_meeting_link", topic="x", start_time=START)
    world.desk.zoom_credentials = lambda: ZoomCredentials("account", "client", "wrong", good.oauth, good.api)
    with pytest.raises(DesktopError, match="Check the account id"):
        world.do("get_zoom_meeting_link", topic="x", start_time=START)
    world.desk.zoom_credentials = lambda: ZoomCredentials(
        "a", "c", "s", "http://127.0.0.1:1/", "http://127.0.0.1:1/"
    )
    with pytest.raises(DesktopError, match="cannot be reached"):
        world.do("get_zoom_meeting_link", topic="x", start_time=START)
    assert "secret" not in repr(good)
