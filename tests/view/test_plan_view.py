"""A plan as people see it."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.toolbox import Toolbox, built_in
from tinyagent_cli.view.plan_view import Mark, PlanView, heading, summary
from tinyagent_cli.view.rows import rows

NOW = dt.datetime(2026, 3, 4, 9, 30)
EVENT: dict[str, Value] = {"title": "Notes", "start_date": Moment("tomorrow at 2pm", "2026-03-05 14:00:00"), "end_date": "",
         "location": "", "invitees": ("$1", "$2"), "notes": "", "calendar": ""}  # fmt: skip
MEETING = Plan(
    (
        Step(1, "get_email_address", {"name": "Sid"}),
        Step(2, "get_email_address", {"name": "Lutfi"}),
        Step(3, "create_calendar_event", EVENT),
    )
)
FOUND = {1: "sid@example.com", 2: "lutfi@example.com"}


@pytest.fixture(scope="module")
def toolbox() -> Toolbox:
    return built_in()


def shown(view: PlanView, width: int = 80, encoding: str = "utf-8", *, colour: bool = False) -> str:
    buffer = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(
        file=buffer,
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        highlight=False,
    )
    console.print(view)
    buffer.flush()
    return buffer.buffer.getvalue().decode(encoding)


def test_the_main_job_shows_its_graph_addresses_and_hour(toolbox: Toolbox) -> None:
    assert shown(PlanView(MEETING, toolbox, NOW, FOUND)) == (
        "○    1 read   get_email_address  Sid  →  sid@example.com\n"
        "│ ○  2 read   get_email_address  Lutfi  →  lutfi@example.com\n"
        "├─╯\n"
        "○    3 create create_calendar_event\n"
        "       title     Notes\n"
        "       when      Thu 5 March 2026, 14:00–15:00  (tomorrow, “tomorrow at 2pm”)\n"
        "       invitees  sid@example.com (Sid), lutfi@example.com (Lutfi)\n"
    )


def test_what_is_not_known_yet_is_named(toolbox: Toolbox) -> None:
    assert "invitees  ‹e-mail address of Sid, step 1›" in shown(PlanView(MEETING, toolbox, NOW))


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(toolbox: Toolbox, width: int) -> None:
    long: dict[str, Value] = {**EVENT, "title": "Wort " * 60, "location": "x" * 300, "notes": "漢字" * 80}
    plan = Plan((*MEETING.steps[:2], Step(3, "create_calendar_event", long)))
    lines = shown(PlanView(plan, toolbox, NOW, FOUND), width).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert not any(line.endswith(" ") for line in lines)


def test_nothing_is_lost_in_wrapping(toolbox: Toolbox) -> None:
    words = " ".join(f"word{n}" for n in range(80))
    plan = Plan((Step(1, "create_note", {"name": "n", "content": words, "folder": ""}),))
    assert words in " ".join(shown(PlanView(plan, toolbox, NOW), 50).split())


def test_without_unicode_it_is_plain(toolbox: Toolbox) -> None:
    text = shown(
        PlanView(Plan(MEETING.steps[:2]), toolbox, NOW, FOUND, {1: "done", 2: "failed"}), encoding="ascii"
    )
    assert text.splitlines()[0] == "*  1 read   get_email_address  Sid  ->  sid@example.com"
    assert text.splitlines()[1].startswith("x ")


def test_states_effects_and_marks_are_words_or_signs_and_not_only_colours(toolbox: Toolbox) -> None:
    plan = Plan((Step(1, "send_sms", {"recipients": ("+1 555 0100",), "message": "late"}),))
    text = shown(
        PlanView(plan, toolbox, NOW, {}, {1: "denied"}, {1: [Mark("never written to")]}, {1: "forbidden"})
    )
    assert text.startswith("⊘  1 send   send_sms\n")
    assert "! never written to" in text
    assert "forbidden" in text


def test_data_cannot_act_on_the_terminal(toolbox: Toolbox) -> None:
    plan = Plan(
        (Step(1, "create_note", {"name": "a\x1b]0;owned\x07", "content": "x\u202ey", "folder": "$9"}),)
    )
    text = shown(PlanView(plan, toolbox, NOW, {1: "\x1b[2J"}, says={1: "\x1b[1A"}), colour=True)
    assert "\x1b]" not in text
    assert "\x1b[2J" not in text
    assert "\x1b[1A" not in text
    assert "\u202e" not in text


def test_markup_in_data_is_only_text(toolbox: Toolbox) -> None:
    plan = Plan((Step(1, "create_note", {"name": "[red]x[/red]", "content": "", "folder": ""}),))
    assert "[red]x[/red]" in shown(PlanView(plan, toolbox, NOW), colour=True)


def test_a_result_with_a_reference_in_it_is_not_read_again(toolbox: Toolbox) -> None:
    plan = Plan(
        (
            Step(1, "open_note", {"name": "n", "folder": ""}),
            Step(2, "create_note", {"name": "m", "content": "So: $1", "folder": ""}),
        )
    )
    found = {row.id: row for row in rows(plan, toolbox, NOW, {1: "cost $2 and $1,200"})}
    assert found[2].fields[1].value == "So: cost $2 and $1,200"


@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("", "14:00–15:00"),
        (Moment("for 90 minutes", "2026-03-05 15:30:00"), "14:00–15:30"),
        (Moment("till 1am", "2026-03-06 01:00:00"), "14:00 – Fri 6 March 2026, 01:00"),
    ],
)
def test_an_end_is_said_with_its_start(toolbox: Toolbox, end: str | Moment, said: str) -> None:
    (row,) = rows(
        Plan((Step(1, "create_calendar_event", {**EVENT, "invitees": (), "end_date": end}),)), toolbox, NOW
    )
    assert [f.label for f in row.fields] == ["title", "when"]
    assert row.fields[1].value.endswith(said)


def test_a_reminder_s_day_has_no_hour_and_its_default_priority_is_left_out(toolbox: Toolbox) -> None:
    args: dict[str, Value] = {
        "name": "Call",
        "due_date": Moment("friday", "2026-03-06"),
        "notes": "",
        "list_name": "",
        "priority": 0,
        "all_day": True,
    }
    (row,) = rows(Plan((Step(1, "create_reminder", args),)), toolbox, NOW)
    assert [(f.label, f.value) for f in row.fields] == [("name", "Call"), ("due date", "Fri 6 March 2026")]


def test_a_meeting_s_minutes_are_an_hour_it_ends(toolbox: Toolbox) -> None:
    args: dict[str, Value] = {
        "topic": "x",
        "start_time": EVENT["start_date"],
        "duration": 45,
        "meeting_invitees": (),
    }
    (row,) = rows(Plan((Step(1, "get_zoom_meeting_link", args),)), toolbox, NOW)
    assert row.fields[1].value == "Thu 5 March 2026, 14:00–14:45"


def test_a_wide_graph_falls_back_to_numbers(toolbox: Toolbox) -> None:
    finds = tuple(Step(n, "get_email_address", {"name": f"P{n}"}) for n in range(1, 13))
    mail = Step(
        13,
        "compose_new_email",
        {
            "recipients": tuple(f"${n}" for n in range(1, 13)),
            "cc": (),
            "subject": "s",
            "context": "c",
            "attachments": (),
        },
    )
    text = shown(PlanView(Plan((*finds, mail)), toolbox, NOW))
    assert "(after 1, 2, 3" in text
    assert "├" not in text


def test_an_unknown_tool_is_shown_as_it_is(toolbox: Toolbox) -> None:
    assert "unknown rm" in shown(PlanView(Plan((Step(1, "rm", {"path": "/"}),)), toolbox, NOW))


def test_the_summary_counts_by_effect(toolbox: Toolbox) -> None:
    assert summary(MEETING, toolbox) == "3 steps: 2 read, 1 create"


def test_the_heading_has_the_command_and_the_tools() -> None:
    assert [line.plain for line in heading("do\x1b[m it", ["a", "b"])] == ["do‹U+001B›[m it", "tools  a, b"]
