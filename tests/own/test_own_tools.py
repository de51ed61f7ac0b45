"""Tools of one's own: read, checked, listed, planned, confirmed with their effect and carried out."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from sandboxed import Program

from tinyagent_cli import toolbox
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.own import OwnDesktop
from tinyagent_cli.errors import DesktopError, UsageError
from tinyagent_cli.own import Own, loading, writing
from tinyagent_cli.plan import notation
from tinyagent_cli.planner.dialects import compact
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.dialects.notation_grammar import NotationGrammar

BUILT_IN = toolbox.built_in()
CALL = Call("abcdefghjk-1", dt.datetime(2026, 3, 4, 9, 30, tzinfo=dt.UTC))
DICE = '''
from typing import Annotated
from tinyagent_cli.toolbox import Moment, Param, tool

@tool(effect="read")
def roll_dice(dice: Annotated[str, Param("As in 2d6.")], times: int = 1) -> Annotated[str, "the numbers"]:
    """Roll dice and say the numbers."""
    return f"{dice} x{times}: 7"

@tool(effect="create", word="water")
def water_plants(room: str, when: Moment = "") -> str:
    """Water the plants in a room."""
    open(__file__ + ".done", "a").write(f"{room} {when!r}\\n")
    return f"Watered the plants in the {room}."

@tool(effect="send")
def fail(text: str) -> str:
    """Fail, always."""
    raise ValueError("no luck")
'''
SCRIPT = '#!/bin/sh\ncat > {out}\necho "got it for $TINYAGENT_CALL_ID"\n'
TOML = 'description = "Keep a text."\neffect = "create"\n[parameters.text]\ndescription = "What."\n'


def folder(home: Path, **files: str) -> Path:
    made = home / "tools"
    made.mkdir(exist_ok=True)
    for name, text in files.items():
        path = made / name.replace("__", ".")
        path.write_text(text)
        if "." not in path.name:
            path.chmod(0o755)
    return made


def own_of(made: Path) -> Own:
    return loading.gathered(loading.in_folder(made), BUILT_IN)


def test_python_functions_become_tools_with_their_words_and_results(tmp_path: Path) -> None:
    own = own_of(folder(tmp_path, dice__py=DICE))
    assert [(t.tool.name, t.tool.effect, t.tool.word, t.tool.app) for t in own.tools] == [
        ("roll_dice", "read", "roll_dice", "dice"), ("water_plants", "create", "water", "dice"), ("fail", "send", "fail", "dice"),
    ]  # fmt: skip
    assert own.tools[0].tool.result == "the numbers"
    assert own.faults == ()


def test_a_plan_with_own_tools_is_read_in_both_dialects_and_allowed_by_both_grammars(tmp_path: Path) -> None:
    tools = own_of(folder(tmp_path, dice__py=DICE)).beside(BUILT_IN)
    line = '1. roll_dice("2d6", 3)'
    plan = notation.read(line + '\n2. create_note("Dice", "$1", "")\n3. join()', tools)
    assert plan.step(1).args == {"dice": "2d6", "times": 3}
    assert NotationGrammar(tools.tools).ends(line.encode())
    written = compact.write(plan, {t.name: t for t in tools})
    assert written.splitlines()[0] == "roll_dice 2d6 | times 3"
    grammar = CompactGrammar(tools.tools)
    for text in written.splitlines():
        assert grammar.ends(text.encode())
        grammar.take(text)
    assert compact.read(written, tools.tools) == plan


def test_a_broken_tool_is_named_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    made = folder(
        tmp_path, dice__py=DICE, syntax__py="def (", empty__py="x = 1", exits__py="raise SystemExit(3)",
        calendar__py=DICE.replace("roll_dice", "roll").replace("water", "wet").replace("fail", "fall"),
        lonely__toml=TOML, typo__toml="descripton = 'x'",
        shadows__py=DICE.replace("roll_dice", "create_note").replace("water_plants", "join").replace("fail", "note"),
    )  # fmt: skip
    own = own_of(made)
    assert [t.tool.name for t in own.tools] == ["roll_dice", "water_plants", "fail"]
    said = "\n".join(map(str, own.faults))
    for words in (
        "syntax.py: SyntaxError", "empty.py: no function", "exits.py: it ends the program", "name of a built-in app",
        "no executable lonely", 'did you mean "description"', "create_note: there is a tool of this name",
        "join: this name means something else", 'note: its word "note" is taken',
    ):  # fmt: skip
        assert words in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('effect = "read"\n[parameters.a]\n', "description"),
        ('description = "x"\neffect = "delete"\n[parameters.a]\n', "read, open, create or send"),
        ('description = "x"\neffect = "read"\n', "at least one parameter"),
        ('description = "x"\neffect = "read"\n[parameters.a]\ntype = "float"\n', "text, list, int, bool, moment"),
        ('description = "x"\neffect = "read"\n[parameters."a b"]\n', "no name for a parameter"),
        ('description = "x"\neffect = "read"\n[parameters.a]\nkey = ".*"\n', "no key"),
        ('description = "x"\neffect = "read"\n[parameters.a]\nchoices = ["b", "c"]\n', "default that is one of"),
        ('description = "x"\neffect = "read"\n[parameters.a]\ntype = "int"\ndefault = "b"\n', "not of its type"),
        ('description = "x"\neffect = "read"\ntimeout = "long"\n[parameters.a]\n', "number of seconds"),
        ('description = "x"\neffect = "read"\nmain = "b"\n[parameters.a]\n', "main parameter"),
    ],
)
def test_what_is_wrong_with_a_toml_is_said(tmp_path: Path, text: str, words: str) -> None:
    (fault,) = own_of(folder(tmp_path, t__toml=text, t="#!/bin/sh\n")).faults
    assert words in fault.message


def test_an_executable_gets_its_arguments_as_json_and_gives_its_output(tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    text = TOML + '[parameters.day]\ntype = "moment"\n[parameters.who]\ntype = "list"\n'
    (own,) = own_of(folder(tmp_path, keep__toml=text, keep=SCRIPT.format(out=out))).tools
    args = {"text": 'a "b" $1; rm -rf', "day": dt.date(2026, 3, 5), "who": ["Ann", "Bo"]}
    assert own.run(args, CALL) == "got it for abcdefghjk-1"
    assert json.loads(out.read_text()) == {"text": 'a "b" $1; rm -rf', "day": "2026-03-05", "who": ["Ann", "Bo"]}


def test_an_executable_that_fails_or_takes_too_long_is_an_error_in_words(tmp_path: Path) -> None:
    made = folder(
        tmp_path, bad__toml=TOML, bad="#!/bin/sh\necho no such room >&2\nexit 4\n",
        slow__toml="timeout = 0.3\n" + TOML, slow="#!/bin/sh\nsleep 60 & wait\n",
    )  # fmt: skip
    bad, slow = own_of(made).tools
    with pytest.raises(DesktopError, match=r"exit status 4\): no such room"):
        bad.run({"text": ""}, CALL)
    with pytest.raises(DesktopError, match=r"longer than 0.3 s"):
        slow.run({"text": ""}, CALL)


class Inner:
    name = "inner"
    keeps_ids = True

    def call(self, tool: str, args: object, call: Call) -> Outcome:
        return Outcome(tool, f"Did {tool}.", {"kind": "inner"})

    def undo(self, undo: object, *, force: bool = False) -> str:
        return "Taken back."


def test_the_desktop_runs_own_tools_and_passes_the_rest_on(tmp_path: Path) -> None:
    desk = OwnDesktop(Inner(), own_of(folder(tmp_path, dice__py=DICE)), tmp_path / "state")
    assert desk.name == "inner"
    assert desk.call("create_note", {}, CALL).result == "create_note"
    assert desk.undo({"kind": "inner"}) == "Taken back."
    assert desk.call("roll_dice", {"dice": "2d6", "times": 1}, CALL).result == "2d6 x1: 7"
    with pytest.raises(DesktopError, match="fail failed: ValueError: no luck"):
        desk.call("fail", {"text": ""}, CALL)


def test_an_own_tool_that_was_begun_and_cut_off_is_not_begun_again(tmp_path: Path) -> None:
    made = folder(tmp_path, dice__py=DICE)
    desk = OwnDesktop(Inner(), own_of(made), tmp_path / "state")
    done = desk.call("water_plants", {"room": "hall", "when": None}, CALL)
    assert done.beyond_recall
    assert done.undo is None
    with pytest.raises(DesktopError, match="not done again"):
        desk.call("water_plants", {"room": "hall", "when": None}, CALL)
    assert (made / "dice.py.done").read_text() == "hall None\n"


def test_the_program_lists_asks_for_and_carries_out_own_tools(program: Program) -> None:
    made = folder(program.home, dice__py=DICE, broken__py="def (")
    listed = program("tools", "--json")
    assert "roll_dice" in [t["name"] for t in listed.json["tools"]]
    assert "broken.py: SyntaxError" in listed.err
    program.plans |= {"roll": '1. roll_dice("2d6", 1)\n2. join()', "wet": '1. water_plants("hall", "tomorrow")\n2. join()'}
    assert program("run", "roll").out == "2d6 x1: 7\n"
    asked = program("run", "wet", "--now", "2026-03-04 09:30")
    assert asked.code == 5
    assert "create water_plants" in asked.err
    done = program("run", "wet", "--yes", "--now", "2026-03-04 09:30")
    assert (done.code, done.out) == (0, "✓ water_plants: Watered the plants in the hall.\n")
    assert "datetime.date(2026, 3, 5)" in (made / "dice.py.done").read_text()
    assert "beyond recall" in program("undo").out.lower()


def test_an_app_of_ones_own_can_be_switched_off(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(program.home, dice__py=DICE)
    monkeypatch.setenv("TINYAGENT_APPS_OFF", "dice")
    assert program("tools", "show", "roll_dice").code == 2


@pytest.mark.parametrize("option", ["--python", "--exec"])
def test_a_new_tool_works_as_it_is_written(program: Program, option: str) -> None:
    said = program("tools", "new", "shout_it", option)
    assert said.code == 0
    assert all(Path(line).is_file() for line in said.out.splitlines())
    checked = program("tools", "check")
    assert (checked.code, checked.out.split()[:2]) == (0, ["good", "shout_it"])
    assert program("tools", "check", said.out.splitlines()[0]).code == 0
    program.plans["shout"] = '1. shout_it("ho", 3)\n2. join()'
    assert program("run", "shout").out == "ho ho ho\n"
    assert program("tools", "new", "shout_it").code == 2


def test_a_new_tool_may_not_have_a_name_that_is_taken_or_none(program: Program) -> None:
    for name in ("create_note", "a b", "../x", "join"):
        assert program("tools", "new", name).code == 2
    with pytest.raises(UsageError):
        writing.new(program.home, "9lives")


def test_check_says_what_is_broken_and_has_an_exit_code(program: Program) -> None:
    made = folder(program.home, broken__py="import nowhere_to_be_found")
    said = program("tools", "check")
    assert said.code == 2
    assert "nowhere_to_be_found" in said.err
    assert program("tools", "check", str(made / "none.py")).code == 2


def test_packages_lend_tools_by_entry_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a_package_of_tools.py").write_text(DICE)
    monkeypatch.syspath_prepend(tmp_path)
    points = "games = a_package_of_tools\none = a_package_of_tools:fail\ngone = nowhere_x\n"
    about = tmp_path / "games-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: games\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(f"[{loading.GROUP}]\n{points}")
    own = loading.gathered(loading.in_packages(), BUILT_IN)
    assert [t.tool.app for t in own.tools] == ["games", "games", "games"]
    assert len(own.faults) == 2
