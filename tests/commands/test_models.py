"""`tinyagent models`, and the offer of the first run."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tinyagent_cli import cli
from tinyagent_cli.commands import _offer, models
from tinyagent_cli.commands._house import House
from tinyagent_cli.errors import ModelError
from tinyagent_cli.models.names import ADAPTER, LEARNED
from tinyagent_cli.settings import load
from tinyagent_cli.view import ask
from tinyagent_cli.view.console import Screens


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home and a cache of one's own, and no hub."""
    monkeypatch.setenv("TINYAGENT_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    for name in ("TINYAGENT_CONFIG", "TINYAGENT_PLANNER_MODEL", "HF_HUB_OFFLINE", "HF_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def house(*, person: bool = True, model: str | None = None) -> House:
    console = Console(file=io.StringIO())
    return House(load({"planner.model": model}), Screens(console, console, person), model)


def test_the_list_says_what_is_here(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "list", "--json"]) == 0
    rows = {each["name"]: each for each in json.loads(capsys.readouterr().out)["models"]}
    assert rows["starter"]["chosen"]
    assert not rows["tinyagent-7b"]["present"]
    assert cli.main(["models"]) == 0
    assert "tinyagent-1.1b" in capsys.readouterr().out


def test_use_takes_what_is_here_and_nothing_else(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = own / "m.gguf"
    file.write_bytes(b"GGUF")
    assert cli.main(["models", "use", str(file)]) == 0
    assert load().planner.model == str(file)
    assert cli.main(["models", "use", "http://127.0.0.1:8080/v1#m"]) == 0
    assert load().planner.model == "http://127.0.0.1:8080/v1#m"
    assert cli.main(["models", "use", "tinyagent-7b"]) == 7
    assert "tinyagent models pull tinyagent-7b" in capsys.readouterr().err
    assert cli.main(["models", "use", "whisper-tiny"]) == 2


def test_a_learned_folder_is_used_from_wherever_the_program_is_started(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own / "runs" / "mine"
    folder.mkdir(parents=True)
    for name in (ADAPTER, "retriever.npz"):
        (folder / name).write_bytes(b"GGUF")
    (folder / LEARNED).write_text('{"version": 1, "dialect": "compact", "base": "starter"}')
    monkeypatch.chdir(own)
    assert cli.main(["models", "use", "runs/mine"]) == 0
    assert load().planner.model == str(folder)


def test_remove_asks_first(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models", "remove", "tinyagent-7b"]) == 5
    assert cli.main(["models", "remove", "tinyagent-7b", "--yes"]) == 7


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The questions that were asked; each is answered with yes, and the download fails."""
    questions: list[str] = []

    def agreed(_console: object, question: str, **_: object) -> bool:
        questions.append(question)
        return True

    def fetch(*_: Any, **__: Any) -> Any:
        raise ModelError("no hub")

    monkeypatch.setattr(ask, "agreed", agreed)
    monkeypatch.setattr(models, "fetch", fetch)
    return questions


def test_the_first_run_offers_once_and_goes_on_whatever_comes(own: Path, asked: list[str]) -> None:
    of = house()
    _offer.offer_once(of)
    _offer.offer_once(house())
    assert len(asked) == 1
    assert of.model is None


def test_scripts_and_those_who_have_chosen_are_not_asked(
    own: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _offer.offer_once(house(person=False))
    _offer.offer_once(house(), script=True)
    _offer.offer_once(house(model="starter"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    _offer.offer_once(house())
    assert not asked
