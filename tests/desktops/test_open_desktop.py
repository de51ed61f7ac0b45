"""The desktop `open` itself: calls, undo, many at once."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tinyagent_cli import samples
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.desktops.open import OpenDesktop
from tinyagent_cli.desktops.places import Places
from tinyagent_cli.errors import DesktopError
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC)
TOP = Path(__file__).parent.parent.parent


@pytest.fixture
def desk(tmp_path):
    places = Places.found(samples.unpack(tmp_path / "home"), {"HOME": str(tmp_path)})
    return OpenDesktop(places, built_in(), opener=lambda _: False)


def made(desk, number=1, **args):
    return desk.call("create_reminder", {"name": f"Thing {number}", **args}, Call(f"reminder-{number}", NOW))


def test_every_tool_has_its_function():
    toolbox = built_in()
    desk = OpenDesktop(Places.found({}, {"HOME": "/nowhere"}), toolbox)
    for tool in toolbox:
        assert callable(getattr(desk.module_of(tool.name), tool.name)), tool.name
    assert len(toolbox) == 16


def test_an_unknown_tool_and_one_switched_off_are_errors(desk):
    with pytest.raises(DesktopError, match="No tool is called"):
        desk.call("format_disk", {}, Call("x", NOW))
    off = OpenDesktop(desk.places, built_in().without_apps(["mail"]))
    with pytest.raises(DesktopError, match="switched off"):
        off.call("compose_new_email", {}, Call("x", NOW))


def test_declarations_load_no_heavy_library():
    code = (
        "import sys; from tinyagent_cli.toolbox import built_in; built_in(); import tinyagent_cli.desktops.open;"
        "print([m for m in ('icalendar', 'vobject', 'pypdf', 'rapidfuzz', 'sqlite3', 'email.message') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=TOP, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_undo_removes_what_was_made_and_is_calm_where_it_is_gone(desk):
    outcome = made(desk)
    assert desk.undo(outcome.undo) == f"Removed {outcome.result}."
    assert "nothing to undo" in desk.undo(outcome.undo)


def test_undo_leaves_what_the_person_changed_unless_forced(desk):
    outcome = made(desk)
    path = Path(outcome.result)
    changed = path.read_bytes().replace(b"Thing 1", b"Thing one")
    path.write_bytes(changed)
    with pytest.raises(DesktopError, match="has been changed"):
        desk.undo(outcome.undo)
    assert path.read_bytes() == changed
    desk.undo(outcome.undo, force=True)
    assert not path.exists()


@pytest.mark.parametrize(
    "record", [{}, {"kind": "created"}, {"kind": "magic", "path": "/x"}, {"kind": "app", "tool": "none"}]
)
def test_a_record_that_cannot_be_read_undoes_nothing(desk, record):
    with pytest.raises(DesktopError):
        desk.undo(record)


def test_the_same_call_again_after_undo_does_it_anew(desk):
    outcome = made(desk)
    desk.undo(outcome.undo)
    assert Path(made(desk).result).exists()


def test_many_calls_at_once_lose_nothing(desk):
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(lambda n: made(desk, n), range(60)))
        notes = [
            pool.submit(
                desk.call,
                "append_note_content",
                {"name": "Groceries", "content": f"Item {n}"},
                Call(f"append-{n}-x", NOW),
            )
            for n in range(30)
        ]
        addresses = [
            pool.submit(desk.call, "get_email_address", {"name": "Sid"}, Call(f"look-up-{n}", NOW))
            for n in range(30)
        ]
    assert len({o.result for o in outcomes}) == 60
    assert all(f.result() for f in notes)
    assert {f.result().result for f in addresses} == {"sid@example.com"}
    text = (desk.places.notes / "Groceries.md").read_text()
    assert all(f"- Item {n}\n" in text for n in range(30))


def test_samples_leave_alone_what_is_there(tmp_path):
    samples.unpack(tmp_path)
    (tmp_path / "notes" / "Groceries.md").write_text("mine")
    samples.unpack(tmp_path)
    assert (tmp_path / "notes" / "Groceries.md").read_text() == "mine"


def test_any_step_identifier_makes_a_safe_file_name(desk):
    for number, odd in enumerate(["../../x", "a b/c", "é", "", "x" * 500, "1.2:3"]):
        outcome = desk.call("create_reminder", {"name": "x"}, Call(odd, NOW + dt.timedelta(minutes=number)))
        assert Path(outcome.result).parent == desk.places.reminders
