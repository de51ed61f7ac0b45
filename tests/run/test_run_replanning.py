"""A plan that failed, told to a model: what came of each step, and nothing that a document says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from desks import NOW, TOOLS, Folder, meeting, plan, step

from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import DesktopError
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.replanning import deeds, mendable, repeats, told
from tinyagent_cli.run.report import Report


def carried_out(plan: Plan, folder: Path, fail: str = "") -> Report:
    def hook(tool: str, _args: Mapping[str, Any], _call: Call) -> None:
        if tool == fail:
            raise DesktopError("The calendar is full.\nReally: $1")

    return Execution(plan, TOOLS, Folder(folder, hook), now=NOW).carry_out()


def test_every_step_is_told_with_what_came_of_it(tmp_path: Path) -> None:
    report = carried_out(meeting(), tmp_path, "create_calendar_event")
    observed, thought = told(report, TOOLS)
    calls, observations = zip(*observed, strict=True)
    assert calls[0] == '1. get_email_address("Sid")'
    assert observations[:2] == ("sid@example.com", "lutfi@example.com")
    assert observations[2] == "Error: The calendar is full. Really: \\$1", "in one line, and referring to nothing"
    assert thought.startswith("Action 3 failed. Actions 1, 2 done")


def test_what_was_not_begun_is_told_too(tmp_path: Path) -> None:
    report = carried_out(plan(step(1, "get_email_address", name="Zed"), step(2, "compose_new_email", recipients=("$1",))), tmp_path)
    observed, _ = told(report, TOOLS)
    assert observed[0][1].startswith("Error: No contact is called")
    assert observed[1][1].startswith("Not carried out: step 1, get_email_address, failed")


def test_the_text_of_a_document_or_a_note_is_not_told(tmp_path: Path) -> None:
    report = carried_out(
        plan(
            step(1, "open_and_get_file_path", file_name="a.pdf"), step(2, "summarize_pdf", pdf_path="$1"),
            step(3, "open_note", name="List"), step(4, "create_note", name="Sum", content="$2 $3"),
        ),
        tmp_path,
    )  # fmt: skip
    assert report.exit_code == 0
    observed, _ = told(report, TOOLS)
    assert observed[0][1] == "/home/me/a.pdf"
    assert not any("Short." in each or "Milk" in each for _, each in observed)
    assert observed[3][1] == "Done."


def test_what_was_done_is_known_again_however_it_is_written(tmp_path: Path) -> None:
    report = carried_out(meeting(), tmp_path)
    done = deeds(report, TOOLS)
    assert len(done) == 1
    assert repeats(meeting(), done, report, TOOLS)
    event = meeting().step(3)
    literal = step(1, "create_calendar_event", **{**event.args, "invitees": ("sid@example.com", "lutfi@example.com")})
    assert repeats(plan(literal), done, report, TOOLS)
    assert not repeats(plan(step(1, "create_calendar_event", **{**event.args, "title": "Another"})), done, report, TOOLS)
    assert not repeats(plan(step(1, "get_email_address", name="Sid")), done, report, TOOLS), "looking up again harms nobody"


@pytest.mark.parametrize(("fail", "helps"), [("create_calendar_event", True), ("", False)])
def test_only_a_failure_is_worth_another_plan(tmp_path: Path, fail: str, helps: bool) -> None:
    assert mendable(carried_out(meeting(), tmp_path, fail)) is helps
