"""The tools for other assistants, over standard input and output, asked with the SDK's own client."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

mcp = pytest.importorskip("mcp")
import mcp_types as types  # noqa: E402

from tinyagent_cli import commands, toolbox  # noqa: E402

NOTE = {"name": "Shopping for two", "content": "Milk for $2 and $1", "folder": ""}
MODES = ["legacy", "auto"]


def served(home: Path, **environ: str) -> Any:
    env = {**os.environ, "PYTHONPATH": str(Path(commands.__path__[0]).parents[1]), **environ}
    return mcp.stdio_client(mcp.StdioServerParameters(command=sys.executable, args=["-m", "tinyagent_cli", "mcp"], env=env))


def talk(server: Any, what: Callable[[Any], Awaitable[Any]], **options: Any) -> Any:
    async def talked() -> Any:
        async with mcp.Client(server, **options) as client:
            return await what(client)

    return asyncio.run(asyncio.wait_for(talked(), 120))


def answering(action: str, agreed: bool, heard: list[str]) -> Any:
    async def answer(_context: Any, params: Any) -> Any:
        heard.append(params.message)
        return types.ElicitResult(action=action, content={"agreed": agreed} if action == "accept" else None)

    return answer


def notes(home: Path) -> list[Path]:
    return list(home.rglob("Shopping for two*.md"))


def test_every_tool_is_listed_with_its_schema_and_hints(home: Path) -> None:
    listed = talk(served(home), lambda client: client.list_tools())
    found = {tool.name: tool for tool in listed.tools}
    assert set(found) == {"plan", *(tool.name for tool in toolbox.built_in())}
    for tool in toolbox.built_in():
        assert found[tool.name].input_schema == tool.schema
    hints = {name: tool.annotations for name, tool in found.items()}
    assert hints["get_email_address"].read_only_hint is True
    assert hints["create_note"].read_only_hint is False
    assert hints["create_note"].open_world_hint is False
    assert hints["send_sms"].open_world_hint is True


def test_what_only_finds_out_is_done_without_a_question(home: Path) -> None:
    found = talk(served(home), lambda client: client.call_tool("get_email_address", {"name": "Sid"}))
    assert not found.is_error
    assert found.structured_content["result"] == "sid@example.com"


@pytest.mark.parametrize("mode", MODES)
def test_what_needs_a_yes_is_asked_through_the_client_and_done(home: Path, mode: str) -> None:
    heard: list[str] = []
    done = talk(
        served(home), lambda client: client.call_tool("create_note", NOTE),
        elicitation_callback=answering("accept", True, heard), mode=mode,
    )  # fmt: skip
    assert not done.is_error, done
    assert done.structured_content["undoable"] is True
    assert len(heard) == 1
    assert "Shopping for two" in heard[0]
    (note,) = notes(home)
    assert "Milk for $2 and $1" in note.read_text()


@pytest.mark.parametrize("answer", [("accept", False), ("decline", False), ("cancel", False)])
def test_without_a_yes_nothing_is_done(home: Path, answer: tuple[str, bool]) -> None:
    said = talk(
        served(home), lambda client: client.call_tool("create_note", NOTE), elicitation_callback=answering(*answer, [])
    )
    assert said.is_error
    assert notes(home) == []


def test_a_client_that_cannot_ask_gets_only_what_the_policy_allows(home: Path) -> None:
    said = talk(served(home), lambda client: client.call_tool("create_note", NOTE))
    assert said.is_error
    assert "cannot ask" in said.content[0].text
    assert notes(home) == []
    done = talk(served(home, TINYAGENT_POLICY_CREATE="allow"), lambda client: client.call_tool("create_note", NOTE))
    assert not done.is_error
    assert len(notes(home)) == 1


def test_what_is_wrong_comes_back_in_words(home: Path) -> None:
    async def both(client: Any) -> list[Any]:
        wrong = [("create_note", {"nme": "x"}), ("no_such_tool", {}), ("get_email_address", {"name": "Nobody Atall"})]
        return [await client.call_tool(name, arguments) for name, arguments in wrong]

    said = talk(served(home), both)
    assert all(each.is_error for each in said)
    assert [words in each.content[0].text for words, each in zip(("nme", "no_such_tool", "Nobody"), said, strict=True)] == [True] * 3
