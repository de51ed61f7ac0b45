"""The starter, loaded while the program imports what it needs."""

import datetime as dt

import pytest
from strategies import TOOLS

from tinyagent_cli.planner import early, guard, starter
from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.planner.starter_planner import starter as open_starter

pytestmark = pytest.mark.model
NOW = dt.datetime(2026, 3, 4, 9, 30)
COMMAND = "text Bob that I am late"


@pytest.fixture(scope="module", autouse=True)
def tried_out():
    if guard.known_threads(starter.base()) is None:
        guard.tried_out(starter.base(), starter.adapter())


@pytest.fixture
def planner():
    opened = open_starter(TOOLS)
    yield opened
    opened.close()
    early._begun.clear()


def test_the_planner_takes_the_model_that_was_begun_and_does_not_read_the_command_again(planner):
    early.begin(command=COMMAND)
    loading = early._begun[0]
    plan = planner.plan(COMMAND, NOW).plan
    engine = planner.engine()
    assert engine is loading.engine
    prompt = compact_prompt.encode(COMMAND, engine.tokenize)
    assert engine.work.tokens == len(engine.evaluated)
    assert engine.evaluated[: len(prompt)] == prompt
    engine.forget()
    assert planner.plan(COMMAND, NOW).plan == plan


def test_another_command_than_was_read_is_planned_as_ever(planner):
    early.begin(command="play some jazz")
    assert [step.tool for step in planner.plan(COMMAND, NOW).plan.steps][-1] == "send_sms"


def test_a_command_that_needs_more_room_is_left_to_the_planner(planner):
    early.begin(command="milk and eggs " * 200)
    assert planner.engine().work.tokens == 0


def test_with_other_threads_the_planner_loads_its_own(planner):
    early.begin(threads=3)
    assert early.taken(planner.base, planner.adapter, 1) is None
    early._begun.pop().thread.join()


def test_a_model_that_was_never_tried_out_here_is_not_begun(monkeypatch, tmp_path):
    monkeypatch.setenv("TINYAGENT_HOME", str(tmp_path))
    early.begin(command=COMMAND)
    assert not early._begun
