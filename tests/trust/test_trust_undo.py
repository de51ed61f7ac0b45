"""Taking back never destroys what the person wrote since: it is left, or shown and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from ground import NOW, TOOLS, desk_at, plan, step, unpacked
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinyagent_cli.errors import ChangedError, DesktopError
from tinyagent_cli.run import undo as undoing
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal


@pytest.fixture
def root(tmp_path):
    return unpacked(tmp_path / "home")


@pytest.fixture
def journal(root):
    with Journal(root / "state/journal.sqlite3") as made:
        yield made


def done(root, journal, *steps):
    report = Execution(plan(*steps), TOOLS, desk_at(root), now=NOW, journal=journal).carry_out()
    assert report.exit_code == 0
    return [Path(each.outcome.result) for each in report]


def groceries(root: Path) -> Path:
    return root / "notes" / "Groceries.md"


def added(number: int, text: str):
    return step(number, "append_note_content", name="Groceries", content=text)


def test_a_change_is_shown_and_a_no_leaves_everything(root, journal):
    (path,) = done(root, journal, step(1, "create_note", name="Trip", content="Socks\nShirts"))
    path.write_text(path.read_text().replace("Shirts", "Shirts, three\nPassport"))
    asked = []

    def no(of, fault: ChangedError) -> bool:
        asked.append((of.number, fault.shown))
        return False

    (fate,) = undoing.undo(journal, desk_at(root), agreed=no)
    assert fate.fate == "kept"
    assert "Passport" in path.read_text()
    ((number, shown),) = asked
    assert number == 1
    assert [line for line in shown.split("\n") if line[:1] in "+-"] == ["-Shirts", "+Shirts, three", "+Passport"]
    (fate,) = undoing.undo(journal, desk_at(root), agreed=lambda *_: True)
    assert fate.fate == "taken back"
    assert not path.exists()


def test_what_was_not_changed_is_not_asked_about(root, journal):
    (path,) = done(root, journal, step(1, "create_note", name="Trip", content="Socks"))
    (fate,) = undoing.undo(journal, desk_at(root), agreed=lambda *_: pytest.fail("asked"))
    assert fate.fate == "taken back"
    assert not path.exists()


def test_added_text_is_taken_off_and_what_was_written_after_it_stays(root, journal):
    before = groceries(root).read_text()
    done(root, journal, added(1, "Eggs"))
    groceries(root).write_text(groceries(root).read_text() + "- Bread, by me\n")
    (fate,) = undoing.undo(journal, desk_at(root), agreed=lambda *_: pytest.fail("asked"))
    assert "stays" in str(fate)
    assert groceries(root).read_text() == before + "- Bread, by me\n"


def test_additions_are_taken_back_in_any_order(root, journal):
    before = groceries(root).read_text()
    done(root, journal, added(1, "Eggs"))
    first = journal.last().id
    done(root, journal, added(1, "Eggs"))
    undoing.undo(journal, desk_at(root), first)
    assert groceries(root).read_text() == before + "- Eggs\n"


def test_added_text_before_which_something_was_changed_is_asked_about(root, journal):
    done(root, journal, added(1, "Eggs, the brown ones"))
    groceries(root).write_text("# Mine\n\n" + groceries(root).read_text().partition("\n")[2] + "- More\n")
    changed = groceries(root).read_text()
    (fate,) = undoing.undo(journal, desk_at(root))
    assert (fate.fate, groceries(root).read_text()) == ("kept", changed)
    undoing.undo(journal, desk_at(root), agreed=lambda _, fault: fault.shown == "- - Eggs, the brown ones\n")
    assert groceries(root).read_text() == changed.replace("- Eggs, the brown ones\n", "")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text("ab\n- ", min_size=1, max_size=12), st.text("ab\n-# ", max_size=12), st.text("ab\n- ", max_size=12),
    st.booleans(),
)  # fmt: skip
def test_undoing_an_addition_loses_no_character_of_the_persons(root, content, later, start, edited):
    """Whatever stood there, whatever was added, and whatever the person wrote after it or changed before it."""
    path = groceries(root)
    path.write_text(start)
    desk = desk_at(root)
    from tinyagent_cli.desktops.base import Call

    number = len(list((root / "state" / "calls").glob("*"))) if (root / "state").exists() else 0
    try:
        outcome = desk.call("append_note_content", {"name": "Groceries", "content": content, "folder": ""}, Call(f"append-{number:08}", NOW))
    except DesktopError:
        return
    path.write_text(("b" if edited else "") + path.read_text() + later)
    there = path.read_text()
    try:
        desk.undo(outcome.undo)
    except DesktopError:
        assert path.read_text() == there
        return
    assert not edited
    parted = "\n" if start and not start.endswith("\n") and later else ""
    assert path.read_text() == start + parted + later


def test_a_change_of_a_large_or_binary_file_is_asked_about_too(root, journal):
    (path,) = done(root, journal, step(1, "create_note", name="Long", content="line\n" * 20_000))
    path.write_bytes(b"\xff\xfe" + b"x\n" * 500)
    shown = []
    undoing.undo(journal, desk_at(root), agreed=lambda _, fault: bool(shown.append(fault.shown)))
    assert path.exists()
    assert shown[0].endswith("lines more")
