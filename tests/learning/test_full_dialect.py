"""The published dialect as training text: the very prompt that is given at run time, and a step of training on it."""

import random

import pytest
from strategies import TOOLS, examples

from tinyagent_cli.learning import full_dialect
from tinyagent_cli.models import Learned, source_of
from tinyagent_cli.plan import notation
from tinyagent_cli.planner import starter
from tinyagent_cli.planner.dialects import tinyagent

TRAIN = [e for e in examples() if e.id.startswith("train-")]
BY_NAME = {tool.name: tool for tool in TOOLS}


def test_a_prompt_offers_the_tools_of_its_plan_and_at_most_four_others():
    for example in TRAIN[::50]:
        needed = {step.tool for step in example.plan.steps}
        names = {tool.name for tool in full_dialect.offered(example, TOOLS, random.Random(1))}
        assert needed <= names
        assert len(names - needed) <= full_dialect.MOST_NEGATIVE


def test_the_plan_reads_back_with_its_dates_and_the_command_is_not_among_its_own_examples():
    bundled = {e.command for e in tinyagent.bundled()}
    some = [e for e in TRAIN if e.command in bundled][:40] + TRAIN[::200]
    for example in some:
        system, user, plan = full_dialect.texts(example, TOOLS, random.Random(1))
        assert notation.read(plan, TOOLS).steps == notation.read(notation.write(example.plan, TOOLS), TOOLS).steps
        assert f"Question: {example.command}\n" not in system
        assert user.endswith(" ".join(example.command.split()))


def test_other_words_of_time_get_their_own_date():
    example = next(e for e in TRAIN if any(hasattr(v, "iso") for s in e.plan.steps for v in s.args.values()))
    assert full_dialect.dated(example, TOOLS).plan == example.plan


@pytest.mark.slow
@pytest.mark.model
def test_what_is_trained_is_the_prompt_of_the_run_and_the_result_is_a_model(tmp_path):
    pytest.importorskip("torch")
    pytest.importorskip("peft")
    from tinyagent_cli.learning import finish, planner_training
    from tinyagent_cli.planner import chat
    from tinyagent_cli.planner.engine import Engine

    base = starter.base()
    engine = Engine(base, context=512)
    example = next(e for e in TRAIN if [s.tool for s in e.plan.steps] == ["maps_open_location"])
    tokens, size, _ = full_dialect.encoded(example, example, TOOLS, engine, random.Random(1))
    system, user, _ = full_dialect.texts(example, TOOLS, random.Random(1))
    assert tokens[:size] == chat.tokens(engine, system, user)
    engine.close()

    recipe = planner_training.Recipe(rank=2, alpha=4, epochs=1, batch=1, average=1.0, dialect="full", augmentation=0)
    planner_training.train(base, lambda: [example], BY_NAME, tmp_path / "run", recipe)
    finish.ship(tmp_path / "run", base, tmp_path / "mine", {"license": "apache-2.0"}, dialect="full")
    source = source_of(str(tmp_path / "mine"))
    assert isinstance(source, Learned)
    assert (source.dialect, source.base) == ("full", "starter")
