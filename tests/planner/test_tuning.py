"""How many threads: measured once for a machine, kept, and measured again when something has changed."""

import json

import pytest

from tinyagent_cli.planner import guard, starter, tuning
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.tuning import Threads


@pytest.fixture
def tried(tmp_path, monkeypatch):
    """A cache of its own, and a child that says what it measured, and that it ran."""
    monkeypatch.setenv("TINYAGENT_HOME", str(tmp_path))
    log = tmp_path / "ran"

    def says(answer):
        monkeypatch.setattr(guard, "PROBE", f"open({str(log)!r}, 'a').write('x'); print({json.dumps(answer)!r})")

    says({"write": 1, "read": 2})
    monkeypatch.setattr(guard, "Engine", lambda model, adapter, *, context, threads: threads)
    return says, lambda: len(log.read_text()) if log.exists() else 0


def engine_threads(**given):
    return guard.checked_engine(starter.base(), None, context=64, threads=given.get("threads", 0))


def test_what_was_measured_is_taken_and_measured_once(tried):
    assert [engine_threads(), engine_threads()] == [Threads(1, 2)] * 2
    assert tried[1]() == 1


def test_a_number_in_the_settings_has_the_last_word(tried):
    assert engine_threads(threads=3) == 3


@pytest.mark.parametrize("changed", ["library_version", "cores", "has_amx"])
def test_another_library_or_machine_is_measured_again(tried, monkeypatch, changed):
    engine_threads()
    monkeypatch.setattr(guard, changed, lambda: "another")
    engine_threads()
    assert tried[1]() == 2


@pytest.mark.parametrize("kept", ['["an", "older", "form"]', "{", '{"x": 1}', ""])
def test_a_cache_that_cannot_be_read_is_made_anew(tried, tmp_path, kept):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "native.json").write_text(kept)
    assert engine_threads() == Threads(1, 2)


@pytest.mark.parametrize("answer", [None, [], {"write": 0, "read": 1}, {"write": "2", "read": 1}, {"write": 2}])
def test_a_measurement_that_failed_leaves_the_number_to_the_engine(tried, answer):
    tried[0](answer)
    assert engine_threads() == Threads()


def test_fewer_threads_are_taken_only_where_they_are_clearly_faster():
    assert tuning._best({4: 1.0, 2: 0.97, 1: 2.0}) == 4
    assert tuning._best({4: 1.0, 2: 0.9, 1: 2.0}) == 2
    assert tuning._best({4: 1.0, 2: 0.94, 1: 0.93}) == 2


@pytest.mark.model
def test_measuring_tries_each_number_and_leaves_the_engine_as_new(monkeypatch):
    engine = Engine(starter.base(), starter.adapter(), context=256)
    asked = []
    real = engine.set_threads
    monkeypatch.setattr(engine, "set_threads", lambda *n: (asked.append(n), real(*n)))
    monkeypatch.setattr(tuning, "SECONDS", 60)
    chosen = tuning.measure(engine, [1, 2])
    assert asked == [(1, 1), (2, 2), (chosen.write, chosen.read)]
    assert {chosen.write, chosen.read} <= {1, 2}
    assert engine.threads == chosen
    assert engine.evaluated == []
    engine.close()


@pytest.mark.model
def test_measuring_stops_trying_when_its_time_is_over(monkeypatch):
    engine = Engine(starter.base(), context=256)
    asked = []
    monkeypatch.setattr(tuning, "SECONDS", 0)
    monkeypatch.setattr(engine, "set_threads", lambda *n: asked.append(n))
    tuning.measure(engine, [1, 2, 3])
    assert asked == [(1, 1), (1, 1)]
    engine.close()
