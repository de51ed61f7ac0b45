"""A tool of one's own is learned as the built-in ones are; runs where the `learn` extra is installed."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from strategies import TOOLS, examples

pytest.importorskip("torch")
pytest.importorskip("peft")

from tinyagent_cli.learning import corpus, finish, planner_training
from tinyagent_cli.models.names import source_of
from tinyagent_cli.own import loading
from tinyagent_cli.planner import starter
from tinyagent_cli.planner.starter_planner import learned
from tinyagent_cli.retrieval.head import LogitHead
from tinyagent_cli.toolbox import Toolbox

pytestmark = [pytest.mark.slow, pytest.mark.model]
DICE = '''
from typing import Annotated
from tinyagent_cli.toolbox import Param, tool

@tool(effect="read", word="dice")
def roll_dice(dice: Annotated[str, Param("As in 2d6.")]) -> Annotated[str, "the numbers"]:
    """Roll dice and say the numbers."""
    return f"{dice}: 7"
'''
MINE = '@now 2026-03-04 09:30\nQ: roll two dice\n1. roll_dice("2d6")\n\nQ: throw a die with twenty sides\n1. roll_dice("1d20")\n\n'


def test_a_corpus_with_a_tool_of_ones_own_trains_an_adapter_whose_retriever_knows_it(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "dice.py").write_text(DICE)
    own = loading.gathered(loading.in_folder(tmp_path / "tools"), TOOLS)
    assert not own.faults
    every = Toolbox((*TOOLS.tools, *(each.tool for each in own.tools)), {})
    (tmp_path / "train-mine.txt").write_text(MINE)
    names = {tool.name: [p.name for p in tool.parameters] for tool in every}
    mine = list(corpus.read([tmp_path / "train-mine.txt"], names))
    few = [*mine, *[e for e in examples() if e.id.startswith("train-short")][:6]]
    recipe = planner_training.Recipe(rank=4, alpha=8, epochs=1, batch=4, average=1.0)
    planner_training.train(starter.base(), lambda: few, {tool.name: tool for tool in every}, tmp_path / "run", recipe)
    _, retriever = finish.ship(tmp_path / "run", starter.base(), tmp_path / "mine", {"license": "apache-2.0"})
    assert LogitHead(retriever).tools == [tool.name for tool in every]
    planner = learned(every, source_of(str(tmp_path / "mine")), starter.base())
    made = planner.plan("roll two dice", dt.datetime(2026, 3, 4, 9, 30).astimezone())
    planner.close()
    assert "roll_dice" in made.tools
