"""Beginnings of prompts: evaluated once, in a process and across processes. Counted in tokens, on the real model."""

import datetime as dt
import os
import stat

import numpy as np
import pytest
from strategies import TOOLS

from tinyagent_cli.planner import starter
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.notation_planner import NotationPlanner
from tinyagent_cli.planner.prefixes import LEAST, Prefixes

pytestmark = pytest.mark.model
MORNING, NOON = dt.datetime(2026, 3, 4, 9, 30), dt.datetime(2026, 3, 5, 12, 0)


@pytest.fixture(scope="module")
def engine():
    opened = Engine(starter.base(), context=512)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def prefix(engine):
    return engine.tokenize("A plan is a graph of calls; every call has a number and a tool. " * 10)[: LEAST + 12]


@pytest.fixture
def counted(engine):
    """What evaluating a prefix costs, in tokens."""
    engine.forget()

    def count(prefixes, prefix):
        before = engine.work.tokens
        prefixes.evaluate(engine, prefix)
        assert engine.evaluated[: len(prefix)] == prefix
        return engine.work.tokens - before

    return count


def test_a_prefix_is_evaluated_once_and_then_loaded(engine, prefix, counted, tmp_path):
    assert counted(Prefixes(tmp_path), prefix) == len(prefix)
    first = engine.evaluate([*prefix, 5]).copy()
    assert counted(Prefixes(tmp_path), prefix) == 0  # it is in memory
    engine.forget()
    assert counted(Prefixes(tmp_path), prefix) == 0  # it is on the disk
    assert np.allclose(engine.evaluate([*prefix, 5]), first, atol=1e-3)


def test_saved_states_are_for_their_owner_alone(prefix, counted, tmp_path):
    counted(Prefixes(tmp_path / "made"), prefix)
    [file] = (tmp_path / "made").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_state_that_is_damaged_is_thrown_away_and_made_anew(engine, prefix, counted, tmp_path):
    counted(Prefixes(tmp_path), prefix)
    [file] = tmp_path.iterdir()
    whole = file.read_bytes()
    for damaged in (whole[:-100], whole[:5000] + b"\xff" + whole[5001:], b""):
        file.write_bytes(damaged)
        engine.forget()
        assert counted(Prefixes(tmp_path), prefix) == len(prefix)
        assert [other.stat().st_size for other in tmp_path.iterdir()] == [len(whole)]


def test_another_model_or_adapter_has_other_states(engine, prefix, counted, tmp_path):
    counted(Prefixes(tmp_path), prefix)
    adapted = Engine(starter.base(), starter.adapter(), context=512)
    Prefixes(tmp_path).evaluate(adapted, prefix)
    assert adapted.work.tokens == len(prefix)
    assert len(list(tmp_path.iterdir())) == 2
    adapted.close()


def test_what_was_unused_for_longest_gives_way(engine, prefix, counted, tmp_path):
    counted(Prefixes(tmp_path), prefix)
    [old] = tmp_path.iterdir()
    os.utime(old, (1, 1))
    bound = int(old.stat().st_size * 1.5)
    engine.forget()
    counted(Prefixes(tmp_path, bound), [*prefix[:-1], 7])
    [left] = tmp_path.iterdir()
    assert left != old


def test_a_folder_that_cannot_be_written_costs_nothing_but_the_evaluation(engine, prefix, counted, tmp_path):
    (tmp_path / "file").write_text("")
    assert counted(Prefixes(tmp_path / "file" / "below"), prefix) == len(prefix)


def test_a_short_prefix_is_not_kept(prefix, counted, tmp_path):
    assert counted_or_none(counted, Prefixes(tmp_path), prefix[: LEAST - 1]) == 0
    assert not list(tmp_path.iterdir())


def counted_or_none(counted, prefixes, prefix):
    with pytest.raises(AssertionError):
        counted(prefixes, prefix)  # it is left to the evaluation of the whole prompt
    return 0


def test_the_tools_described_to_a_model_are_read_once_whatever_the_command_and_the_hour(tmp_path):
    tools = TOOLS.only(["maps_open_location", "send_sms", "get_phone_number"])

    def opened():
        return NotationPlanner(tools, starter.base(), prefixes=Prefixes(tmp_path))

    first, second = opened(), opened()
    first.plan("where is the Prado", MORNING)
    [state] = tmp_path.iterdir()
    engine = second.engine()
    second.plan("text Bob that I am late", NOON)
    assert list(tmp_path.iterdir()) == [state]
    saved = len(engine.evaluated) - engine.work.tokens
    assert saved >= 400  # of the tokens that stand in its memory, so many were never evaluated by it
    first.close()
    second.close()
