"""Retrieval of tools that no classifier has learned."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tinyagent_cli import toolbox
from tinyagent_cli.plan.signature import Parameter, Tool
from tinyagent_cli.retrieval.base import Retrieved
from tinyagent_cli.retrieval.similar import scores, with_own

BUILT_IN = toolbox.built_in().tools
TEXT = (Parameter("text", "text", "What.", ""),)
DICE = Tool("roll_dice", "dice", "read", "Roll dice and say the numbers.", TEXT, "roll_dice", "text", "numbers")
LAMPS = replace(
    DICE, name="switch_lights", word="switch_lights",
    description="Switch lamps on or off.\n\nExamples:\n- turn on the lights in the kitchen",
)  # fmt: skip
NONE_FITS = {tool.name: 0.01 for tool in BUILT_IN}


TOOLS = (*BUILT_IN, DICE, LAMPS)


@pytest.mark.parametrize(
    ("command", "name"),
    [("roll two dice", "roll_dice"), ("rolling a 20-sided dice please", "roll_dice"), ("switch off the lamp in the hall", "switch_lights"),
     ("turn the kitchen lights on", "switch_lights")],
)  # fmt: skip
def test_a_tool_described_in_the_commands_words_is_what_is_left_after_a_refusal(command: str, name: str) -> None:
    found, alone = with_own(command, Retrieved(("create_note",), NONE_FITS), TOOLS)
    assert name in found.names
    assert alone == (name,)


@pytest.mark.parametrize("command", ["play some jazz", "what is the capital of France", ""])
def test_a_command_that_is_like_none_is_offered_none(command: str) -> None:
    found, alone = with_own(command, Retrieved(("create_note",), NONE_FITS), TOOLS)
    assert (found.names, alone) == (("create_note",), ())


def test_where_a_learned_tool_fits_both_are_offered() -> None:
    command = "remind me to switch off the lamp tonight"
    found, _ = with_own(command, Retrieved(("create_reminder",), NONE_FITS), TOOLS)
    assert found.names == ("create_reminder", "switch_lights")


def test_without_own_tools_nothing_changes() -> None:
    given = Retrieved(("create_note",), NONE_FITS)
    assert with_own("roll two dice", given, BUILT_IN) == (given, ())


def test_scores_are_between_nothing_and_all() -> None:
    assert scores("roll dice", [DICE], BUILT_IN) == {"roll_dice": pytest.approx(1.0)}
    assert scores("compose an opera", [DICE], BUILT_IN) == {"roll_dice": 0.0}
