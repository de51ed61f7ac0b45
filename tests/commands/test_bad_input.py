"""Whatever is put in, a message comes out, with the exit code that is documented."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sandboxed import Program
from test_plan import Bytes

from tinyagent_cli.commands._words import MOST, checked
from tinyagent_cli.errors import UsageError


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "there is no command"),
        ([""], "there is no command"),
        (["  ", "\n"], "there is no command"),
        (["x" * 100_000], "100,000 characters; the most is 4,000"),
        (["call\0me"], "U+0000 at character 5"),
        (["\x1b[2J"], "U+001B at character 1"),
        (["caf\udce9"], "not text in UTF-8 (byte 0xe9 at character 4)"),
    ],
)
def test_a_command_that_is_none(program: Program, words: list[str], message: str) -> None:
    for command in ("run", "plan", "demo"):
        if command == "demo" and not words:
            continue
        said = program(command, *words)
        assert said.code == 2
        assert message in said.err


@pytest.mark.parametrize(
    "data", [b"", b"\n\n", b"\x89PNG\r\n\x1a\n\0\0", b"\xff" * 10, b"x" * 200_000, b"x" * 100_000]
)
def test_standard_input_that_is_no_command(
    program: Program, monkeypatch: pytest.MonkeyPatch, data: bytes
) -> None:
    monkeypatch.setattr(sys, "stdin", Bytes(data))
    assert program("run", "-").code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rnu", "x"], 'did you mean "run"?'),
        (["text", "Sid", "that", "I", "am", "late"], 'tinyagent run "text Sid that I am late"'),
        (["run", "x", "--now", "later"], '"later" is no date and time'),
        (["run", "x", "--desktop", "windows"], "windows"),
        (["run", "x", "--frobnicate"], "--frobnicate"),
        (["execute"], "PLAN"),
        (["execute", "/nowhere/x.plan"], "/nowhere/x.plan: cannot be read (No such file or directory)"),
        (["execute", "/"], "cannot be read"),
        (["tools", "show", "create_nte"], 'did you mean "create_note"?'),
        (["plan", "x", "--batch", "-"], "leave the words out"),
        (["plan", "--batch", "/nowhere"], "cannot be read"),
        (["config", "set", "planner.modle", "x"], 'did you mean "planner.model"?'),
        (["history", "--limit", "0"], "--limit"),
    ],
)
def test_wrong_usage_is_told_and_ends_with_two(program: Program, arguments: list[str], message: str) -> None:
    said = program(*arguments)
    assert said.code == 2
    assert message in said.err
    assert said.out == ""


def test_wrong_settings_are_told_by_every_command(program: Program) -> None:
    (program.home / "config.toml").write_text("[planner]\nmodle = 'x'\n")
    for arguments in (["run", "x"], ["tools"], ["plan", "x"], ["history"], ["config", "show"]):
        said = program(*arguments)
        assert said.code == 2
        assert "line 2" in said.err
    assert program("config", "path").code == 0
    assert program("doctor").code == 7


def test_a_fault_of_our_own_is_one_line_and_a_traceback_only_where_wanted(
    program: Program, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tinyagent_cli.cli import main

    monkeypatch.setattr("tinyagent_cli.planner.open_planner", lambda *_a, **_k: 1 / 0)
    said = program("run", "x")
    assert (said.code, said.err.count("\n")) == (7, 1)
    assert "ZeroDivisionError" in said.err
    assert main(["run", "x", "-vv"]) == 7
    assert "Traceback" in capsys.readouterr().err


def test_messages_cannot_act_on_the_terminal(program: Program) -> None:
    said = program("execute", program.write("1. \x1b[2Jrm()\n2. join()"))
    assert said.code == 4
    assert "\x1b" not in said.err


@pytest.mark.parametrize("junk", ["BEGIN:VCARD\nVERSION:3.0\nFN:Br", "\0\0\0", ""])
def test_a_broken_contact_beside_good_ones_is_passed_over(program: Program, junk: str) -> None:
    (program.home / "contacts" / "aaa.vcf").write_text(junk)
    assert program("run", "meet Sid and Lutfi", "--yes").code == 0


@given(st.text())
def test_any_text_is_a_command_or_a_usage_error(text: str) -> None:
    command = ""
    with contextlib.suppress(UsageError):
        command = checked(text)
    assert command == " ".join(command.split())
    assert command or not text.strip() or not text.isprintable() or len(text) > MOST


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    plan=st.one_of(
        st.text(),
        st.text(alphabet='123. get_note("$1")[],\n{}:'),
        st.binary().map(lambda b: b.decode("latin-1")),
    )
)
def test_any_text_as_a_plan_ends_in_a_message(program: Program, plan: str) -> None:
    file = Path(program.home / "any.plan")
    file.write_bytes(plan.encode("utf-8", "surrogatepass"))
    assert program("execute", str(file), "--dry-run").code in {0, 2, 3, 4}
