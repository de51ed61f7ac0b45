"""`tinyagent init`: what is found, what is asked, what is written."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

import pytest
from sandboxed import Program

from tinyagent_cli import commands, settings, settings_values
from tinyagent_cli.desktops.permissions import PROBES, permissions
from tinyagent_cli.toolbox import built_in_directory

pexpect = pytest.importorskip("pexpect")
needs_a_terminal = pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is needed")


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with two calendars and no settings."""
    for name in [name for name in os.environ if name.startswith(("XDG_", "TINYAGENT_"))]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    for name in ("personal", "work"):
        (home / ".local/share/calendars" / name).mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    return home


def file_of(home: Path) -> Path:
    return home / ".config" / "tinyagent" / "config.toml"


def talk(home: Path, *arguments: str, term: str = "dumb") -> object:
    environ = {**os.environ, "PYTHONPATH": str(Path(commands.__path__[0]).parents[1]), "TERM": term, "HF_HUB_OFFLINE": "1"}
    return pexpect.spawn(
        sys.executable, ["-m", "tinyagent_cli", "init", *arguments], env=environ, encoding="utf-8", timeout=120,
        dimensions=(40, 100),
    )  # fmt: skip


def test_without_a_terminal_it_says_so_and_writes_a_file_that_explains_every_setting(program: Program, person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.HOME, raising=False)
    said = program("init")
    assert said.code == 0
    assert "Nobody is asked here" in said.err
    assert "2 calendars found" in said.err
    text = file_of(person).read_text()
    assert all(f"# {each.metadata['help']}\n" in text for _, each in settings.names())
    assert settings.load().planner == settings.PlannerSettings()


def test_a_dry_run_shows_the_file_and_writes_none(program: Program, person: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(settings.HOME, raising=False)
    said = program("init", "--dry-run")
    tomllib.loads(said.out)
    assert "[planner]" in said.out
    assert not file_of(person).exists()


def test_a_file_that_is_there_is_left_as_it_was(program: Program, home: Path) -> None:
    before = (home / "config.toml").read_text()
    said = program("init", "--yes")
    assert "left as it was" in said.err
    assert (home / "config.toml").read_text() == before


def test_as_json_it_says_what_it_wrote(program: Program, home: Path) -> None:
    said = program("init", "--json").json
    assert said["data"] == {"file": str(home / "config.toml"), "written": False, "settings": {}}


@needs_a_terminal
def test_a_person_chooses_a_calendar_and_names_an_address_book(person: Path) -> None:
    book = person / "cards"
    book.mkdir()
    (book / "a.vcf").write_text("BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nEND:VCARD\n")
    child = talk(person)
    child.expect(r"Which one\? \[1-2, Enter for 1\]")
    child.sendline("7")
    child.expect("no number 7")
    child.expect(r"Which one\?")
    child.sendline("2")
    child.expect(r"Folder\?")
    child.sendline("/nowhere")
    child.expect("no .vcf file")
    child.sendline("~/cards")
    child.expect("1 card")
    child.expect("saved: ")
    child.expect(pexpect.EOF)
    text = file_of(person).read_text()
    read = tomllib.loads(text)
    calendars = person / ".local/share/calendars"
    assert read["open"] == {"events": str(calendars / "work"), "calendars": [str(calendars / "personal")], "contacts": [str(book)]}
    assert "# Your e-mail address." in text
    assert settings_values.schema()["properties"]["open"]


@needs_a_terminal
@pytest.mark.parametrize("answer", ["q", "\x04"])
def test_a_person_who_ends_it_finds_nothing_written(person: Path, answer: str) -> None:
    child = talk(person)
    child.expect(r"Which one\?")
    child.send(answer + "\r" * (answer == "q"))
    child.expect("nothing was written")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 5
    assert not file_of(person).exists()


@needs_a_terminal
def test_every_question_can_be_skipped(person: Path) -> None:
    child = talk(person)
    child.expect(r"Which one\?")
    child.sendline("s")
    child.expect(r"Folder\?")
    child.sendline("s")
    child.expect("saved: ")
    child.expect(pexpect.EOF)
    assert "open" not in {k for k, v in tomllib.loads(file_of(person).read_text()).items() if v}


def test_each_app_of_a_mac_is_asked_for_something_harmless_and_a_refusal_has_a_remedy() -> None:
    from tinyagent_cli.desktops.applescript import ScriptError

    asked = []

    class Runner:
        def run(self, script: Path, handler: str, arguments: object, timeout: float) -> list[str]:
            assert f"on {handler}()" in script.read_text()
            asked.append(script.parent.name)
            if script.parent.name == "notes":
                raise ScriptError("Notes", -1743)
            return ["ok"]

    found = list(permissions(Runner(), built_in_directory()))
    assert asked == list(PROBES)
    (refused,) = [each for each in found if not each.allowed]
    assert refused.app == "notes"
    assert "may not be controlled" in refused.said
    assert "Automation" in refused.remedy
