"""Training texts in the published dialect: the prompt with descriptions, rules and examples, the plan in notation.

For larger models (TinyAgent, arXiv 2409.00608, section 3.3): each prompt has the tools that the plan needs and some
that it does not (negative ones), and the examples nearest to the command, as at run time.
"""

from __future__ import annotations

import random
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from tinyagent_cli.errors import PlanError
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.learning.examples import as_said
from tinyagent_cli.plan import notation
from tinyagent_cli.plan.resolve import resolve
from tinyagent_cli.planner import chat
from tinyagent_cli.planner.dialects import tinyagent
from tinyagent_cli.toolbox import Toolbox

if TYPE_CHECKING:
    from tinyagent_cli.planner.engine import Engine

MOST_NEGATIVE = 4
"""Tools in a prompt that its plan does not need, at most."""
LONGEST = 4096
"""Tokens of prompt and plan; what is longer is left out."""


def dated(example: Example, toolbox: Toolbox) -> Example:
    """The example with its moments worked out anew from their words. Raises PlanError where these mean nothing."""
    return replace(example, plan=resolve(as_said(example.plan), toolbox, example.now, example.command))


def offered(example: Example, toolbox: Toolbox, rng: random.Random) -> Toolbox:
    """The tools of the plan and up to four others; some of any for a command that is to be refused."""
    needed = {step.tool for step in example.plan.steps}
    others = [tool.name for tool in toolbox if tool.name not in needed]
    negative = rng.sample(others, min(rng.randint(0 if needed else 1, MOST_NEGATIVE), len(others)))
    return toolbox.only([*needed, *negative])


def texts(example: Example, toolbox: Toolbox, rng: random.Random) -> tuple[str, str, str]:
    """The two parts of the prompt, and the plan. The command itself is never among the prompt's examples."""
    question = tinyagent.Question(example.command, example.now, offered(example, toolbox, rng))
    mark = f"{tinyagent.APART}\n"
    told = tinyagent.system(question).split(mark)
    same = f"Question: {example.command}\n"
    kept = [block if not (at := block.find(same)) >= 0 else block[:at] for block in told]
    return mark.join(block for block in kept if block), tinyagent.user(question), notation.write(example.plan, toolbox)


def encoded(
    example: Example, varied: Example, toolbox: Toolbox, engine: Engine, rng: random.Random
) -> tuple[list[int], int, list[float]]:
    """Encode an example as `planner_training.encoded` does: `varied`, or itself where the variant's dates mean nothing.

    The tokens are llama.cpp's, which differ a little from those of the tokenizer that transformers makes of a GGUF file.
    """
    with suppress(PlanError):
        example = dated(varied, toolbox)
    system, user, plan = texts(example, toolbox, rng)
    prompt = chat.tokens(engine, system, user)
    answer = [*engine.tokenize(plan), int(engine.lib.llama_vocab_eos(engine.vocab))]
    used = {step.tool for step in example.plan.steps}
    return [*prompt, *answer], len(prompt), [float(tool.name in used) for tool in toolbox]
