"""`plan`: one JSON object a command, and many commands in one go."""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import pytest
from sandboxed import NOW, Program

FIELDS = {"version", "query", "now", "model", "tools", "steps", "refused", "reason", "timing"}


class Bytes(io.TextIOWrapper):
    """Standard input with these bytes."""

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_the_json_object_has_exactly_the_documented_fields(program: Program) -> None:
    found = program("plan", "meet Sid and Lutfi", "--json", "--now", NOW).json
    assert set(found) == FIELDS
    assert set(found["timing"]) == {"load", "retrieve", "prefill", "decode"}
    assert [set(step) for step in found["steps"]] == [{"id", "tool", "args", "said", "depends_on"}] * 3
    assert found["now"] == "2026-03-04 09:30:00"
    event = found["steps"][2]
    assert event["args"]["start_date"] == "2026-03-05 14:00:00"
    assert event["said"] == {"start_date": "tomorrow at 2pm"}
    assert event["args"]["invitees"] == ["$1", "$2"]
    assert event["depends_on"] == [1, 2]
    assert (found["refused"], found["reason"]) == (False, "")


def test_a_refusal_is_an_object_with_a_reason(program: Program) -> None:
    said = program("plan", "play jazz", "--json")
    assert said.code == 3
    assert (said.json["refused"], said.json["reason"], said.json["steps"]) == (
        True,
        "That cannot be done.",
        [],
    )


def test_a_fault_is_an_object_with_an_error(program: Program) -> None:
    said = program("plan", "break", "--json", "--now", NOW)
    assert said.code == 4
    assert said.json == {
        "version": 1,
        "query": "break",
        "now": "2026-03-04 09:30:00",
        "error": {
            "code": "plan-invalid",
            "message": "line 1, column 4: the model wrote nonsense",
            "line": 1,
            "column": 4,
        },
    }


def test_the_words_need_no_quotes_and_may_come_from_standard_input(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = program("plan", "meet Sid and Lutfi", "--json", "--now", NOW).json["steps"]
    assert program("plan", "meet", "Sid", "and", "Lutfi", "--json", "--now", NOW).json["steps"] == quoted
    monkeypatch.setattr(sys, "stdin", Bytes(b"meet Sid\nand Lutfi\n"))
    assert program("plan", "-", "--json", "--now", NOW).json["steps"] == quoted


def test_nothing_is_looked_up_and_nothing_is_touched(program: Program) -> None:
    before = sorted(program.home.rglob("*"))
    said = program("plan", "meet Sid and Lutfi", "--dry-run")
    assert "‹e-mail address of Sid, step 1›" in said.out
    assert sorted(program.home.rglob("*")) == before


@pytest.mark.parametrize(
    ("form", "begin"),
    [("text", "meet Sid"), ("json", "{"), ("mermaid", "flowchart TD"), ("dot", "digraph plan {")],
)
def test_every_format(program: Program, form: str, begin: str) -> None:
    said = program("plan", "meet Sid and Lutfi", "--format", form)
    assert said.code == 0
    assert said.out.startswith(begin)


def test_a_batch_gives_a_line_for_each_command_in_order_whatever_goes_wrong(program: Program) -> None:
    lines = [
        "play jazz",
        "",
        '{"query": "meet Sid and Lutfi", "now": "2030-01-01 08:00"}',
        "break",
        "meet Sid and Lutfi",
    ]
    said = program("plan", "--batch", program.write("\n".join(lines)), "--now", NOW)
    refused, first, broken, second = objects(said.out)
    assert said.code == 6
    assert refused["refused"]
    assert first["steps"][2]["args"]["start_date"] == "2030-01-02 14:00:00"
    assert broken["error"]["code"] == "plan-invalid"
    assert second["steps"][2]["args"]["start_date"] == "2026-03-05 14:00:00"


@pytest.mark.parametrize(
    "line",
    [b"\xff\xfe", b"a\0b", b'{"query": 3}', b'{"now": "x"}', b'{"query": "x", "now": "someday"}', b'{"query"', b"x" * 5000,
     b'{"query": "x", "now": 4}', b'{"query": ""}'],
)  # fmt: skip
def test_a_bad_line_is_an_error_of_its_own(
    program: Program, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    monkeypatch.setattr(sys, "stdin", Bytes(line + b"\nplay jazz\n"))
    said = program("plan", "--batch", "-")
    bad, good = objects(said.out)
    assert bad["error"]["code"] == "usage"
    assert good["refused"]


def test_a_batch_of_good_lines_ends_well(program: Program) -> None:
    said = program("plan", "--batch", program.write("meet Sid and Lutfi\nplay jazz\n"))
    assert said.code == 0


def test_the_model_is_loaded_once_for_a_batch(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from tinyagent_cli import planner

    opened: list[object] = []
    usual = planner.open_planner

    def counted(*arguments: Any, **options: Any) -> Any:
        opened.append(usual(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(planner, "open_planner", counted)
    program("plan", "--batch", program.write("play jazz\n" * 5))
    assert len(opened) == 1
