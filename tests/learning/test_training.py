"""Two steps of real training on the real base; runs where the `learn` extra is installed."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from strategies import TOOLS, examples

pytest.importorskip("torch")
pytest.importorskip("peft")
gguf = pytest.importorskip("gguf")

from tinyagent_cli.learning import finish, planner_training  # noqa: E402
from tinyagent_cli.planner import starter  # noqa: E402
from tinyagent_cli.planner.engine import Engine  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.model]
BY_NAME = {tool.name: tool for tool in TOOLS}
FEW = [e for e in examples() if e.id.startswith("train-short")][:32]


def test_a_run_can_be_stopped_resumed_and_shipped_in_the_form_in_which_it_runs(tmp_path):
    recipe = planner_training.Recipe(rank=4, alpha=8, epochs=1, batch=16, average=1.0)
    planner_training.train(starter.base(), lambda: FEW, BY_NAME, tmp_path, recipe)
    more = planner_training.Recipe(rank=4, alpha=8, epochs=1.5, batch=16, average=1.0)
    planner_training.train(starter.base(), lambda: FEW, BY_NAME, tmp_path, more, resume=True)
    assert json.loads((tmp_path / "recipe.json").read_text())["steps"] == 3
    adapter, retriever = finish.ship(tmp_path, starter.base(), tmp_path / "out", {"license": "apache-2.0"})
    assert len(gguf.GGUFReader(str(adapter)).tensors) == 30 * 7 * 2
    engine = Engine(starter.base(), adapter)
    engine.evaluate(engine.tokenize(" text Bob"))
    engine.close()
    assert retriever.stat().st_size < 1_000_000


def test_two_processes_share_the_work(tmp_path):
    corpus, out = tmp_path / "corpus", tmp_path / "out"
    corpus.mkdir()
    first = (Path(__file__).parents[2] / "corpus" / "train-short.txt").read_text().split("\n\n")[:34]
    (corpus / "train-few.txt").write_text("\n\n".join(first) + "\n")
    learn = ["-m", "tinyagent_cli", "learn", "planner", "--corpus", corpus, "--run", tmp_path / "run", "--out", out]
    options = ["--rank", "2", "--batch", "8", "--epochs", "1", "--augmentation", "0"]
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environ = {**os.environ, "OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port, "WORLD_SIZE": "2"}  # as launchers tell each process
    started = [
        subprocess.Popen([sys.executable, *learn, *options], env={**environ, "RANK": rank, "LOCAL_RANK": rank})
        for rank in "01"
    ]
    assert [each.wait(900) for each in started] == [0, 0]
    recipe = json.loads((tmp_path / "run" / "recipe.json").read_text())
    assert recipe["steps"] == -(-recipe["examples"] // 16)
    assert (out / "planner.gguf").is_file()


def test_the_loss_is_of_the_plan_and_not_of_the_command():
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(starter.base().parent, gguf_file=starter.base().name)
    tokens, prompt, used = planner_training.encoded(FEW[0], BY_NAME, tokenizer)
    assert tokenizer.decode(tokens[1 : prompt - 1]).strip() == FEW[0].command
    assert len(used) == 16
    assert sum(used) == len({s.tool for s in FEW[0].plan.steps})


def test_the_rate_rises_then_falls_to_a_twentieth():
    rates = [planner_training.schedule(n / 100, 0.1) for n in range(101)]
    assert rates.index(max(rates)) == 10
    assert rates[-1] == pytest.approx(0.05)
