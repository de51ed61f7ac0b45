import random

from strategies import TOOLS, examples

from tinyagent_cli.learning import augment
from tinyagent_cli.learning.examples import text_of
from tinyagent_cli.plan import validation
from tinyagent_cli.plan.model import Moment
from tinyagent_cli.planner.dialects import compact

BY_NAME = {tool.name: tool for tool in TOOLS}
TRAIN = [e for e in examples() if e.id.startswith("train")]


def variants(count=1500, strength=1.5):
    rng = random.Random(4)
    pools = augment.Pools.of(TRAIN)
    return [(e, augment.augmented(e, rng, pools, strength)) for e in rng.sample(TRAIN, count)]


def test_every_variant_passes_the_sanity_checks():
    for _, variant in variants():
        validation.check(variant.plan, TOOLS)


def test_a_variant_can_be_written_and_read_in_the_compact_dialect():
    for _, variant in variants(600):
        compact.read(text_of(variant, BY_NAME), TOOLS, variant.command)


def test_the_words_of_a_moment_stand_in_the_variants_command():
    for _, variant in variants():
        for step in variant.plan.steps:
            for value in step.args.values():
                if isinstance(value, Moment):
                    said = [w.strip(".,'’-:;") for w in value.said.lower().split()]
                    missing = [word for word in said if word not in variant.command.lower()]
                    assert missing == [], (value.said, variant.command)


def test_strength_nought_changes_nothing():
    assert all(old == new for old, new in variants(300, 0.0))


def test_the_same_seed_gives_the_same_variants():
    assert variants(200) == variants(200)


def test_a_second_look_up_of_the_same_person_is_left_out_when_commands_are_joined():
    one = next(e for e in TRAIN if [s.tool for s in e.plan.steps] == ["get_phone_number", "send_sms"] and ":" not in e.command)
    both = augment.joined(one, one, random.Random(1))
    assert [s.tool for s in both.plan.steps] == ["get_phone_number", "send_sms", "send_sms"]
    assert both.plan.steps[2].depends_on == (1,)
