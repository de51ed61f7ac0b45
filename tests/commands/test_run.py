"""`run` and `execute`: what is done, what is not, and the exit code that says which."""

from __future__ import annotations

import json

import pytest
from sandboxed import MEETING, NOW, Program, Said

DENIED = "TINYAGENT_POLICY_CREATE"


def test_without_a_terminal_and_without_yes_the_plan_is_shown_and_nothing_is_done(program: Program) -> None:
    said = program("run", "meet", "Sid", "and", "Lutfi", "--now", NOW)
    assert said.code == 5
    assert "Thu 5 March 2026, 14:00–15:00" in said.err
    assert "sid@example.com (Sid), lutfi@example.com (Lutfi)" in said.err
    assert "--yes" in said.err
    assert said.out == ""
    assert program.events() == []


def test_with_yes_it_is_done_and_said(program: Program) -> None:
    said = program("run", "meet Sid and Lutfi", "--yes", "--now", NOW)
    assert said.code == 0
    assert said.out.startswith("✓ Created the event")
    (event,) = program.events()
    assert "DTSTART" in event.read_text()


def test_quiet_says_nothing_when_all_went_well(program: Program) -> None:
    assert program("run", "meet Sid and Lutfi", "--yes", "--quiet") == Said(0, "", "")


def test_a_dry_run_shows_the_plan_as_the_result_and_touches_nothing(program: Program) -> None:
    said = program("run", "meet Sid and Lutfi", "--dry-run", "--yes", "--now", NOW)
    assert said.code == 0
    assert "sid@example.com (Sid)" in said.out
    assert program.events() == []
    assert program("history").out == ""


def test_what_the_tools_cannot_do_is_refused(program: Program) -> None:
    said = program("run", "play", "jazz", "--yes")
    assert (said.code, said.out, said.err) == (3, "", "error: That cannot be done.\n")


def test_a_plan_that_breaks_a_rule_has_its_own_code(program: Program) -> None:
    assert program("run", "break").code == 4
    said = program("execute", program.write('1. get_email_adress("Sid")\n2. join()'))
    assert said.code == 4
    assert "line 1" in said.err
    assert "get_email_address" in said.err


def test_what_is_forbidden_is_not_done_even_with_yes(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DENIED, "deny")
    said = program("run", "meet Sid and Lutfi", "--yes")
    assert said.code == 5
    assert "the policy forbids it" in said.err
    assert program.events() == []


def test_what_is_allowed_is_done_without_a_question(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DENIED, "allow")
    assert program("run", "meet Sid and Lutfi").code == 0
    assert len(program.events()) == 1


def test_a_look_up_alone_asks_nothing_and_prints_the_answer_alone(program: Program) -> None:
    said = program("execute", program.write('1. get_phone_number("Lutfi")\n2. join()'), "--quiet")
    assert (said.code, said.out, said.err) == (0, "+1 202 555 0102\n", "")


def test_a_failed_step_leaves_the_rest_to_be_done(program: Program) -> None:
    plan = '1. get_email_address("Nobody Atall")\n2. compose_new_email(["$1"], [], "s", "c", [])\n3. create_note("n", "c", "")\n4. join()'
    said = program("execute", program.write(plan), "--yes")
    assert said.code == 6
    assert "✗ Step 1, get_email_address “Nobody Atall”, failed" in said.out
    assert "✗ Step 2, compose_new_email" in said.out
    assert "✓" in said.out


def test_ambiguous_names_are_an_error_where_nobody_can_choose(program: Program) -> None:
    said = program("execute", program.write('1. get_email_address("Maria")\n2. join()'), "--yes", "--json")
    assert said.code == 7
    assert said.json["errors"][0]["code"] == "ambiguous"


@pytest.mark.parametrize("arguments", [["--yes"], ["--dry-run"], []])
def test_json_is_one_envelope(program: Program, arguments: list[str]) -> None:
    said = program("run", "meet Sid and Lutfi", "--json", "--now", NOW, *arguments)
    assert set(said.json) == {"version", "command", "status", "exit_code", "data", "errors"}
    assert said.json["version"] == 1
    assert said.json["command"] == "run"
    assert said.json["exit_code"] == said.code


@pytest.mark.parametrize(
    ("command", "code", "status"),
    [("play jazz", 3, "refused"), ("break", 4, "plan-invalid"), ("", 2, "usage")],
)
def test_json_tells_failures_too(program: Program, command: str, code: int, status: str) -> None:
    said = program("run", command, "--json")
    assert (said.code, said.json["exit_code"], said.json["status"]) == (code, code, status)
    assert said.json["errors"][0]["message"]


def test_a_plan_goes_from_plan_json_to_execute(program: Program) -> None:
    saved = program("plan", "meet Sid and Lutfi", "--json", "--now", NOW).out
    said = program("execute", program.write(saved, "p.json"), "--yes", "--json")
    assert said.code == 0
    assert said.json["data"]["query"] == "meet Sid and Lutfi"
    assert said.json["data"]["now"] == "2026-03-04 09:30:00"
    assert said.json["data"]["steps"] == json.loads(saved)["steps"]


def test_what_was_done_is_in_the_history_and_can_be_undone_and_done_again(program: Program) -> None:
    program("run", "meet Sid and Lutfi", "--yes")
    assert "meet Sid and Lutfi" in program("history").out
    assert program("undo").code == 0
    assert program.events() == []
    assert program("redo", "--yes").code == 0
    assert len(program.events()) == 1
    (_last, first) = program("history", "--json").json["entries"]
    assert program("history", first["id"]).code == 0


def test_undoing_nothing_is_an_error(program: Program) -> None:
    assert program("undo").code == 2


@pytest.mark.parametrize(
    "plan",
    [
        "",
        "{",
        "[]",
        "[1",
        '{"steps": 3}',
        '{"steps": []}',
        "\0",
        "1. ",
        "join()",
        "x" * 5000,
        "[" * 20000,
        MEETING[:40],
    ],
)
def test_a_plan_that_is_none_is_told_in_words(program: Program, plan: str) -> None:
    assert program("execute", program.write(plan), "--yes").code in {3, 4}


def test_a_data_folder_that_cannot_be_written_is_an_error_and_nothing_is_done(program: Program) -> None:
    (program.home / "state").write_text("in the way")
    said = program("run", "meet Sid and Lutfi", "--yes")
    assert said.code == 7
    assert "state" in said.err
    assert program.events() == []
