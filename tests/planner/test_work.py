"""The work of a plan, counted and not timed: tokens evaluated, calls of the model, steps of the grammar."""

import cProfile
import datetime as dt
import os
import pstats
import subprocess
import sys

import pytest
from strategies import TOOLS

from tinyagent_cli.planner import decoding
from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.starter_planner import starter as open_starter

NOW = dt.datetime(2026, 3, 4, 9, 30)
COMMAND = "Set up a meeting with Sid and Lutfi tomorrow at 2pm to discuss the meeting notes"
END = 256


@pytest.fixture(scope="module")
def planner():
    opened = open_starter(TOOLS)
    yield opened
    opened.close()


def spent(planner, command):
    """Calls of the model and tokens evaluated for a plan; also how many tokens prompt and plan have."""
    engine = planner.engine()
    before = engine.work.calls, engine.work.tokens
    planner.plan(command, NOW)
    prompt = len(compact_prompt.encode(command, engine.tokenize))
    return engine.work.calls - before[0], engine.work.tokens - before[1], prompt, len(engine.evaluated) - prompt


@pytest.mark.model
def test_each_token_of_prompt_and_plan_is_evaluated_once_and_nothing_else(planner):
    planner.engine().forget()
    calls, tokens, prompt, written = spent(planner, COMMAND)
    assert tokens == prompt + written
    assert calls <= 1 + written


@pytest.mark.model
def test_the_prompt_is_a_few_tokens_more_than_the_command(planner):
    planner.engine().forget()
    _, _, prompt, written = spent(planner, COMMAND)
    assert prompt <= len(COMMAND.split()) + 10
    assert written <= 45


@pytest.mark.model
def test_the_same_command_again_costs_no_prompt(planner):
    planner.plan(COMMAND, NOW)
    _, tokens, _, written = spent(planner, COMMAND)
    assert tokens <= written + 1


@pytest.mark.model
@pytest.mark.parametrize("words", [5, 50, 500])
def test_a_prompt_grows_no_faster_than_its_command(planner, words):
    tokens = compact_prompt.encode("note: " + "lorem ipsum dolor sit amet " * (words // 5), planner.engine().tokenize)
    assert len(tokens) <= 3 * words + 10


@pytest.mark.model
def test_the_vocabulary_is_hardly_ever_searched(planner, monkeypatch):
    searched = []
    real = decoding.np.argpartition
    monkeypatch.setattr(decoding.np, "argpartition", lambda *given: searched.append(1) or real(*given))
    written = sum(spent(planner, command)[3] for command in (COMMAND, "text Bob that I am late", "play some jazz"))
    assert len(searched) <= written / 5  # once for each doubt


UNUSED = {"jinja2", "vobject", "icalendar", "networkx", "huggingface_hub", "httpx2", "torch", "asyncio", "llama_cpp.llama"}


@pytest.mark.model
def test_a_new_process_loads_no_library_that_a_plan_does_not_use(tmp_path):
    show = (
        "import sys; from tinyagent_cli.cli import main; main(['plan', 'text Bob that I am late']);"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    home = {**os.environ, "TINYAGENT_HOME": str(tmp_path)}
    told = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, timeout=300, check=True, env=home)
    assert "send_sms" in told.stdout
    loaded = set(told.stderr.split())
    assert "numpy" in loaded
    assert not UNUSED & loaded


class Copying:
    """Writes a text, byte by byte, whatever it is; a model that costs nothing, so that only the grammar is counted."""

    def __init__(self, text):
        self.wanted = text.encode()

    def evaluate(self, tokens):
        logits = decoding.np.zeros(257, dtype=decoding.np.float32)
        at = len(tokens) - 1
        logits[self.wanted[at] if at < len(self.wanted) else END] = 1
        return logits

    def piece(self, token):
        return bytes([token]) if token < END else b""


def calls(text, command):
    """Python's function calls in writing a plan, after one that has compiled the patterns."""
    for profile in (None, cProfile.Profile()):
        grammar = CompactGrammar(TOOLS.tools, copies=Copies(command, NOW), most_lines=40)
        lines = decoding.lines(Copying(text), [0], grammar, END, most=5000)
        written = profile.runcall(list, lines) if profile else list(lines)
        assert "\n".join(written) + "\n" == text
    return pstats.Stats(profile).total_calls


def test_the_grammar_takes_a_bounded_number_of_steps_a_token():
    text = "event Lunch | start tomorrow at 2pm | with Sid, Lutfi\n"
    assert calls(text, "lunch with Sid, Lutfi tomorrow at 2pm") / len(text) <= 250


@pytest.mark.parametrize("longer", [2, 4, 8])
def test_the_steps_of_the_grammar_grow_with_the_length_of_a_line_and_no_faster(longer):
    command = "new note: " + "milk and eggs " * 60
    short, long = (f"note Groceries | say {'milk and eggs ' * n}milk\n" for n in (5, 5 * longer))
    assert calls(long, command) / calls(short, command) <= 1.25 * len(long) / len(short)


@pytest.mark.parametrize("steps", [5, 15, 30])
def test_the_steps_of_the_grammar_grow_with_the_number_of_lines_and_no_faster(steps):
    command = "remind me to call " + " ".join(f"number{n}" for n in range(steps))
    few, many = ("".join(f"remind call number{n}\n" for n in range(count)) for count in (1, steps))
    assert calls(many, command) / calls(few, command) <= 1.25 * len(many) / len(few)
