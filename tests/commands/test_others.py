"""`--help`, `--version`, `tools`, `config`, `doctor`, `demo`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import jsonschema
import pytest
import typer
from sandboxed import NOW, Program
from typer.testing import CliRunner

from tinyagent_cli import commands
from tinyagent_cli.version import VERSION

HEAVY = (
    "llama_cpp",
    "numpy",
    "networkx",
    "icalendar",
    "vobject",
    "huggingface_hub",
    "transformers",
    "torch",
    "rich.console",
)


def python(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONPATH": str(Path(commands.__path__[0]).parents[1]), **environ}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, env=env)


def test_help_lists_every_command_and_the_exit_codes(program: Program) -> None:
    said = program("--help")
    assert said.code == 0
    for name in commands.names():
        assert f"  {name} " in said.out
    for code in (
        "0 done",
        "2 wrong usage",
        "3 refused",
        "5 not confirmed",
        "6 partly done",
        "7 failed",
        "130 interrupted",
    ):
        assert code in " ".join(said.out.split())


@pytest.mark.parametrize("name", commands.names())
def test_every_command_explains_itself(program: Program, name: str) -> None:
    said = program(name, "--help")
    assert said.code == 0
    assert said.out.startswith(f"Usage: tinyagent {name}")


def test_the_program_is_an_ordinary_typer_application() -> None:
    from tinyagent_cli.commands._program import program as app

    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.output) == (0, f"tinyagent {VERSION}\n")


def test_version_loads_next_to_nothing_and_help_nothing_heavy() -> None:
    show = "import sys; from tinyagent_cli.cli import main; main(sys.argv[1:]); print(*sorted(sys.modules), file=sys.stderr)"
    loaded = python("-c", show, "--version").stderr.split()
    assert "typer" not in loaded
    loaded = python("-c", show, "--help").stderr.split()
    assert "typer" in loaded
    assert not set(HEAVY) & set(loaded)


@pytest.mark.parametrize("name", commands.names())
def test_the_list_of_commands_says_what_each_command_s_own_help_says(name: str) -> None:
    command = typer.main.get_command(commands.load(name).app)
    assert " ".join(commands.summary(name).split()).startswith(command.get_short_help_str(500).removesuffix("...").rstrip("."))
    assert commands.summary(name)


def test_help_loads_no_command() -> None:
    show = "import sys; from tinyagent_cli.cli import main; main(['--help']); print(*sorted(sys.modules), file=sys.stderr)"
    loaded = set(python("-c", show).stderr.split())
    assert not {f"tinyagent_cli.commands.{name}" for name in commands.names()} & loaded


def test_python_dash_m_is_the_program() -> None:
    assert python("-m", "tinyagent_cli", "--version").stdout == f"tinyagent {VERSION}\n"


def test_tools_lists_sixteen_and_a_switched_off_app_s_are_gone(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(program("tools", "--json").json["tools"]) == 16
    monkeypatch.setenv("TINYAGENT_APPS_OFF", "mail,zoom")
    names = {tool["name"] for tool in program("tools", "list", "--json").json["tools"]}
    assert len(names) == 12
    assert "switched off: mail, zoom" in program("tools").out
    assert program("tools", "show", "compose_new_email").code == 2


def test_one_tool_is_shown_with_its_signature_and_schema(program: Program) -> None:
    found = program("tools", "show", "create_note", "--json").json
    assert found["signature"] == "create_note(name: str, content: str, folder: str) -> str"
    assert found["effect"] == "create"
    jsonschema.Draft202012Validator.check_schema(found["parameters"])
    assert found["signature"] in program("tools", "show", "create_note").out


def test_config_shows_sets_and_says_where_from(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert program("config", "set", "planner.threads", "3").code == 0
    monkeypatch.setenv("TINYAGENT_PLANNER_MODEL", "other")
    said = program("config", "show", "--origin")
    found = tomllib.loads(said.out)["planner"]
    assert (found["model"], found["threads"]) == ("other", 3)
    assert 'model = "other"  # TINYAGENT_PLANNER_MODEL' in said.out
    assert "config.toml:" in program("config", "show", "planner.threads", "--origin").out
    assert program("config", "path").out == f"{program.home / 'config.toml'}\n"
    assert program("config", "schema").json["properties"]["planner"]


def test_config_never_shows_a_secret(program: Program) -> None:
    program("config", "set", "zoom.client_secret", "hunter2")
    assert "hunter2" not in program("config", "show", "--json").out + program("config", "show").out


def test_config_edit_checks_what_was_saved(
    program: Program, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\necho '[planner]\nthreads = 2' > \"$1\"\n")
    editor.chmod(0o755)
    monkeypatch.setenv("EDITOR", str(editor))
    monkeypatch.delenv("VISUAL", raising=False)
    assert program("config", "edit").code == 0
    assert program("config", "show", "planner.threads").out.endswith("threads = 2\n")


def test_doctor_says_what_it_found_and_json_says_the_same(program: Program) -> None:
    said = program("doctor", "--json")
    names = {each["name"] for each in said.json["data"]["findings"]}
    assert {"tinyagent", "settings", "tools", "model", "contacts", "calendar"} <= names
    bad = [each for each in said.json["data"]["findings"] if each["health"] == "bad"]
    assert said.code == (7 if bad else 0)
    assert all(each["remedy"] for each in bad)


def test_the_demo_makes_a_sandbox_and_leaves_everything_else_alone(program: Program, tmp_path: Path) -> None:
    from tinyagent_cli.commands.demo import STANDARD

    program.plans[STANDARD] = program.plans["meet Sid and Lutfi"]
    said = program("demo", "--folder", str(tmp_path / "try"), "--yes", "--now", NOW)
    assert said.code == 0
    assert "calendars/personal/" in said.err
    assert len(list((tmp_path / "try").glob("calendars/personal/*.ics"))) == 1
    assert program("demo", "--folder", str(tmp_path / "try"), "--yes").code == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["box", "try"]


def test_the_demo_does_not_lay_its_samples_among_other_things(program: Program, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    said = program("demo", "--folder", str(tmp_path / "mine"))
    assert said.code == 2
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


def test_no_colour_reaches_a_pipe(program: Program) -> None:
    made = python("-m", "tinyagent_cli", "tools", FORCE_COLOR="", TERM="xterm-256color")
    assert "\x1b" not in made.stdout
    assert json.loads(python("-m", "tinyagent_cli", "tools", "--json").stdout)["version"] == 1


def test_recover_has_nothing_to_do_where_nothing_was_cut_short(program: Program) -> None:
    program("run", "meet Sid and Lutfi", "--yes")
    said = program("recover", "leave")
    assert (said.code, said.out, said.err) == (0, "", "Nothing was left half done.\n")
