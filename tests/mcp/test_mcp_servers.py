"""Servers that the settings name lend their tools: a real public one, and one that says little of itself."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sandboxed import Program

from tinyagent_cli.errors import DesktopError
from tinyagent_cli.own.servers import _parameter, effect_of, opened

pytest.importorskip("mcp")
TIME = f'\n[mcp.servers.time]\ncommand = ["{sys.executable}", "-m", "mcp_server_time", "--local-timezone", "Europe/Rome"]\n'
CONVERT = '1. time_convert_time("Europe/Rome", "14:00", "Asia/Tokyo")\n2. join()'


def configured(program: Program, text: str) -> None:
    file = program.home / "config.toml"
    file.write_text(file.read_text() + text)


def test_a_public_servers_tools_are_listed_and_carried_out(program: Program) -> None:
    pytest.importorskip("mcp_server_time")
    configured(program, TIME)
    listed = program("tools", "--json")
    assert {"time_get_current_time", "time_convert_time"} <= {tool["name"] for tool in listed.json["tools"]}
    assert program("tools", "show", "time_convert_time", "--json").json["effect"] == "read"
    program.plans["convert"] = CONVERT
    said = program("run", "convert")
    assert said.code == 0
    assert "Asia/Tokyo" in said.out
    program.plans["nowhere"] = CONVERT.replace("Asia/Tokyo", "Nowhere/Else")
    assert program("run", "nowhere").code == 7


def test_a_server_that_is_not_there_is_named_and_does_not_stop_the_rest(program: Program) -> None:
    configured(program, '\n[mcp.servers.gone]\ncommand = ["/nowhere/server"]\n\n[mcp.servers.typo]\ncomand = ["x"]\n')
    said = program("tools")
    assert said.code == 0
    assert "[mcp.servers.gone]" in said.err
    assert "comand" in said.err
    assert "create_note" in said.out


@pytest.mark.parametrize(
    ("hints", "effect"),
    [
        ({}, "send"), ({"readOnlyHint": True}, "read"), ({"readOnlyHint": False}, "send"),
        ({"destructiveHint": False}, "send"), ({"destructiveHint": False, "openWorldHint": False}, "create"),
        ({"readOnlyHint": "true"}, "send"),
    ],
)  # fmt: skip
def test_the_effect_is_the_servers_hint_and_asks_where_there_is_none(hints: dict[str, object], effect: str) -> None:
    assert effect_of(hints) == effect


def test_parameters_of_kinds_that_plans_do_not_have_are_left_out() -> None:
    assert _parameter("a", {"type": "object"}) is None
    assert _parameter("a", {"type": "array", "items": {"type": "integer"}}) is None
    number = _parameter("a", {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None})
    assert number is not None
    assert (number.kind, number.default) == ("int", 0)


def test_a_server_that_ends_at_once_is_an_error_in_words() -> None:
    session = opened("dead", {"command": (sys.executable, "-c", "pass")})
    with pytest.raises(DesktopError, match="cannot be started"):
        session.tools()
    assert Path(session.command[0]).is_file()
