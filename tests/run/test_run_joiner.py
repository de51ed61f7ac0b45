"""The end in a few sentences, without a model: what was asked for, what was done, what was not and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from desks import NOW, TOOLS, Folder, meeting, plan, step

from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import DesktopError
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.joiner import Ending, join


def ended(plan: Plan, folder: Path, fail: str = "") -> Ending:
    def hook(tool: str, _args: Mapping[str, Any], _call: Call) -> None:
        if tool == fail:
            raise DesktopError("The calendar is full.")

    return join(Execution(plan, TOOLS, Folder(folder, hook), now=NOW).carry_out(), TOOLS)


def test_what_was_made_is_said_and_look_ups_that_served_it_are_not(tmp_path: Path) -> None:
    ending = ended(meeting(), tmp_path)
    assert ending.done == ("Did create_calendar_event.",)
    assert ending.answer == ""
    assert ending.not_done == ()


def test_a_number_that_was_asked_for_is_the_answer(tmp_path: Path) -> None:
    ending = ended(plan(step(1, "get_phone_number", name="mom")), tmp_path)
    assert ending == Ending("+39 055 1234")


def test_two_answers_are_told_apart_by_what_was_asked(tmp_path: Path) -> None:
    ending = ended(plan(step(1, "get_phone_number", name="mom"), step(2, "get_email_address", name="Sid")), tmp_path)
    assert ending.answer == "mom: +39 055 1234\nSid: sid@example.com"


def test_a_summary_and_a_notes_text_are_answers(tmp_path: Path) -> None:
    summary = plan(step(1, "open_and_get_file_path", file_name="a.pdf"), step(2, "summarize_pdf", pdf_path="$1"))
    assert ended(summary, tmp_path).answer == "Short."
    assert ended(plan(step(1, "open_note", name="List")), tmp_path / "2").answer == "Milk, eggs"


def test_a_summary_that_was_passed_on_is_no_answer(tmp_path: Path) -> None:
    passed = plan(
        step(1, "open_and_get_file_path", file_name="a.pdf"), step(2, "summarize_pdf", pdf_path="$1"),
        step(3, "create_note", name="Sum", content="$2"),
    )  # fmt: skip
    assert ended(passed, tmp_path) == Ending("", ("Did create_note.",))


def test_what_failed_is_said_with_its_reason_and_what_it_held_up(tmp_path: Path) -> None:
    wanted = plan(
        step(1, "get_email_address", name="Zed"),
        step(2, "compose_new_email", recipients=("$1",), subject="Hi"),
        step(3, "create_note", name="A", content="b"),
    )
    ending = ended(wanted, tmp_path)
    assert ending.done == ("Did create_note.",)
    assert ending.not_done[0].startswith("Step 1, get_email_address “Zed”, failed: No contact is called “Zed”")
    assert ending.not_done[1].startswith("Step 2, compose_new_email")
    assert "was not begun: step 1, get_email_address, failed" in ending.not_done[1]
    assert ended(meeting(), tmp_path / "2", "create_calendar_event").not_done == (
        "Step 3, create_calendar_event “Notes”, failed: The calendar is full.",
    )
