"""What the program prints with --json is what docs/schemas/ says it is, no more and no less."""

from __future__ import annotations

import copy
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import jsonschema
import pytest
from documents import ROOT

sys.path.insert(0, str(ROOT / "tests" / "commands"))

from sandboxed import NOW, Program


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_schemas", ROOT / "docs" / "make_schemas.py")
    assert spec
    assert spec.loader
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


SCRIPT = script()
NOTE = '1. create_note("Hello", "there", "")\n2. join()'
CORPUS = '@now 2026-03-04 09:30\nQ: note hello there\n1. create_note("Hello", "there", "")\n\nQ: play jazz\nNONE\n'


@pytest.fixture
def program(program: Program) -> Program:
    program.plans["note hello there"] = NOTE
    return program


def closed(schema: Any) -> Any:
    """The schema with every object closed, so that a field that is not documented is an error here."""
    schema = copy.deepcopy(schema)
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if "properties" in each:
                each.setdefault("additionalProperties", False)
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return schema


def checked(name: str, value: Any) -> Any:
    read = json.loads((ROOT / "docs" / "schemas" / f"{name}.schema.json").read_text())
    jsonschema.Draft202012Validator(closed(read), format_checker=jsonschema.FormatChecker()).validate(value)
    return value


@pytest.mark.parametrize("name", SCRIPT.SCHEMAS)
def test_every_schema_is_one_and_is_what_the_script_writes(name: str) -> None:
    file = ROOT / "docs" / "schemas" / f"{name}.schema.json"
    assert json.loads(file.read_text()) == SCRIPT.schema(name), "run: python docs/make_schemas.py"
    jsonschema.Draft202012Validator.check_schema(SCRIPT.schema(name))


def test_every_schema_stands_in_the_document_and_no_other() -> None:
    text = (ROOT / "docs" / "json.md").read_text()
    for path in (ROOT / "docs" / "schemas").glob("*.json"):
        assert f"schemas/{path.name}" in text
        assert path.name.removesuffix(".schema.json") in SCRIPT.SCHEMAS


def test_plans(program: Program) -> None:
    assert checked("plan", program("plan", "meet Sid and Lutfi", "--json", "--now", NOW).json)["version"] == 1
    assert checked("plan", program("plan", "play jazz", "--json").json)["refused"]
    assert "error" in checked("plan", program("plan", "break", "--json").json)


def test_a_batch_of_plans(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "b"
    file.write_text("meet Sid and Lutfi\nbreak\n{nonsense\n")
    lines = program("plan", "--batch", str(file)).out.splitlines()
    assert len([checked("plan", json.loads(line)) for line in lines]) == 3


def test_what_is_carried_out_and_what_is_not(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ("run", "meet Sid and Lutfi", "--json", "--now", NOW)
    assert checked("run", program(*command, "--dry-run").json)["status"] == "dry-run"
    assert checked("run", program(*command, "--yes").json)["status"] == "done"
    assert checked("run", program("run", "play jazz", "--json").json)["exit_code"] == 3
    assert checked("failure", program(*command).json)["status"] == "not-confirmed"
    assert checked("failure", program("plan", "--json").json)["exit_code"] == 2
    plan = program.write(NOTE)
    assert checked("run", program("execute", plan, "--yes", "--json").json)["data"]["done"]
    assert checked("run", program("redo", "--yes", "--json").json)["command"] == "redo"


def test_a_step_that_fails(program: Program) -> None:
    plan = program.write('1. get_phone_number("Nobody Such")\n2. send_sms(["$1"], "hi")\n3. create_note("a", "b", "")\n4. join()')
    made = checked("run", program("execute", plan, "--yes", "--json").json)
    assert made["status"] == "partly-done"
    assert {each["state"] for each in made["data"]["report"]["steps"]} == {"failed", "skipped", "done"}


def test_history_and_undo(program: Program) -> None:
    program("run", "note hello there", "--yes")
    (entry,) = checked("history", program("history", "--json").json)["entries"]
    assert checked("history", program("history", entry["id"], "--json").json)["entries"] == [entry]
    assert checked("undo", program("undo", "--json").json)["data"]["steps"][0]["fate"] == "taken back"
    checked("failure", program("undo", "--json").json)


def test_tools_and_those_of_ones_own(program: Program, home: Path) -> None:
    assert len(checked("tools", program("tools", "--json").json)["tools"]) == 16
    checked("tool", program("tools", "show", "create_note", "--json").json)
    program("tools", "new", "roll_dice")
    (home / "tools" / "broken.py").write_text("raise ValueError")
    found = checked("tools-check", program("tools", "check", "--json").json)
    assert found["tools"]
    assert found["faults"]


def test_settings_doctor_first_run_and_models(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    assert checked("config", program("config", "show", "--json").json)["settings"]
    assert checked("doctor", program("doctor", "--network", "--json").json)["data"]["network"]
    assert not checked("init", program("init", "--json").json)["data"]["written"]
    assert checked("models", program("models", "--json").json)["models"]


@pytest.mark.model
def test_the_doctors_findings(program: Program) -> None:
    assert checked("doctor", program("doctor", "--json").json)["data"]["findings"]


def test_an_evaluation(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "set.txt"
    file.write_text(CORPUS)
    (figures,) = checked("eval", program("eval", str(file), "--json").json)["models"]
    assert figures["full_success"] == 1
