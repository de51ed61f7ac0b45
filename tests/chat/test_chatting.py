"""The conversation: what each line does."""

from __future__ import annotations

from pathlib import Path

import pytest
from sandboxed import NOW, WrittenPlanner

from tinyagent_cli.clock import read_now
from tinyagent_cli.commands._carrying import Carrying
from tinyagent_cli.commands._chatting import WORDS, Chat
from tinyagent_cli.commands._house import open_house
from tinyagent_cli.run.policy import Verdict
from tinyagent_cli.view.completing import Names

MEET = '1. get_email_address("Sid")\n2. create_calendar_event("Budget", "{when}", "", "", {who}, "", "")\n3. join()'
PLANS = {
    "meet Sid tomorrow at 2pm": MEET.format(when="tomorrow at 2pm", who='["$1"]'),
    "meet Sid tomorrow at 3pm": MEET.format(when="tomorrow at 3pm", who='["$1"]'),
    "meet Sid tomorrow at 2pm, please": MEET.format(when="tomorrow at 2pm", who='["$1"]'),
}


class Talk:
    """A conversation, opened at its first line: what is written before that pytest keeps elsewhere."""

    chat: Chat | None = None

    def take(self, line: str) -> bool:
        if self.chat is None:
            house = open_house()
            house.planner = WrittenPlanner(house.toolbox, PLANS)
            self.chat = Chat(house, lambda: read_now(NOW))
        return self.chat.take(line)


@pytest.fixture
def chat(home: Path, monkeypatch: pytest.MonkeyPatch) -> Talk:
    monkeypatch.setenv("TINYAGENT_POLICY_CREATE", "allow")
    return Talk()


def events(home: Path) -> list[str]:
    return [path.read_text() for path in home.glob("calendars/*/*.ics")]


def test_a_line_is_planned_and_carried_out_and_can_be_taken_back(chat: Talk, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert chat.take("meet Sid tomorrow at 2pm")
    assert len(events(home)) == 1
    assert "To take it back: /undo" in capsys.readouterr().err
    assert chat.take("/undo")
    assert events(home) == []


def test_a_follow_up_is_planned_with_the_last_command_shown_as_a_difference_and_takes_its_place(
    chat: Talk, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chat.take("meet Sid tomorrow at 2pm")
    capsys.readouterr()
    chat.take("+ make it 3pm instead")
    said = capsys.readouterr().err
    assert [line for line in said.splitlines() if line.startswith("- ") and "14:00" in line]
    assert [line for line in said.splitlines() if line.startswith("+ ") and "15:00" in line]
    (event,) = events(home)
    assert "T150000" in event


def test_a_change_of_the_last_command_needs_no_sign_where_it_is_no_command_by_itself(chat: Talk, home: Path) -> None:
    chat.take("meet Sid tomorrow at 2pm")
    chat.take("make it 3pm instead")
    (event,) = events(home)
    assert "T150000" in event


def test_what_cannot_be_done_after_a_command_is_still_refused(chat: Talk, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    chat.take("meet Sid tomorrow at 2pm")
    chat.take("play jazz")
    assert "cannot be done" in capsys.readouterr().err
    assert len(events(home)) == 1


def test_a_follow_up_of_a_plan_that_was_only_looked_at_takes_nothing_back(chat: Talk, home: Path) -> None:
    chat.take("/plan meet Sid tomorrow at 2pm")
    assert events(home) == []
    chat.take("+ make it 3pm instead")
    assert len(events(home)) == 1


def test_what_another_program_does_meanwhile_is_not_taken_back(chat: Talk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Talk()

    def no(carrying: Carrying, verdict: Verdict) -> str:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(Carrying, "ask", answered)
            other.take("meet Sid tomorrow at 2pm")
        return "no"

    answered = Carrying.ask
    with monkeypatch.context() as asking:
        asking.setattr(Carrying, "ask", no)
        chat.take("meet Sid tomorrow at 2pm")
    assert len(events(home)) == 1
    chat.take("+ make it 3pm instead")
    assert sorted("T160000" in event for event in events(home)) == [False, True]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["+ add Nick"], "nothing to add to yet"), (["play jazz"], "cannot be done"), (["/nope"], "there is no /nope"),
        (["/plan"], "no plan yet"), (["/undo"], "nothing to take back"), (["/model /nowhere.gguf"], "nowhere.gguf"), (["/voice"], "error"),
        (["meet Sid tomorrow at 2pm", "+ please"], "changes nothing"), (["/tools nope"], "no tool"),
        (["meet Sid tomorrow at 2pm", "+ and fly to the moon"], "cannot be done"),
    ],
)  # fmt: skip
def test_what_fails_is_said_and_the_conversation_goes_on(
    chat: Talk, capsys: pytest.CaptureFixture[str], lines: list[str], words: str
) -> None:
    assert all(chat.take(line) for line in lines)
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("word", ["/help", "/tools", "/tools create_note", "/model"])
def test_the_words_to_the_conversation_answer(chat: Talk, capsys: pytest.CaptureFixture[str], word: str) -> None:
    assert chat.take(word)
    said = capsys.readouterr()
    assert said.out + said.err


def test_it_ends_when_it_is_told_to(chat: Talk) -> None:
    assert not chat.take("/quit")
    assert chat.take("")


def test_names_complete(tmp_path: Path) -> None:
    for name, text in {"c/a.vcf": "BEGIN:VCARD\nFN:Maria Rossi\n", "n/Trip to Rome.md": "", "f/budget.xlsx": ""}.items():
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text)
    names = Names((tmp_path / "c",), tmp_path / "n", (tmp_path / "f",), WORDS, lambda: ["create_note"])

    def complete(text: str) -> list[tuple[str, int]]:
        return [(name, taken) for name, _, taken in names.starting(text)]

    assert complete("mail mar") == [("Maria Rossi", 3)]
    assert complete("read trip to") == [("Trip to Rome", 7)]
    assert complete("attach bud") == [("budget.xlsx", 3)]
    assert complete("/u") == [("/undo", 2)]
    assert complete("/tools cr") == [("create_note", 2)]
    assert complete("zzz") == complete("") == complete("m") == []
    assert list(Names((tmp_path / "none",)).starting("abc")) == []
