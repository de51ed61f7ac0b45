import numpy as np
import pytest

from tinyagent_cli.learning.export import head_on_logits
from tinyagent_cli.learning.finish import choose_threshold
from tinyagent_cli.retrieval.head import LogitHead


def test_a_head_read_off_the_logits_scores_as_the_head_on_the_state_does():
    rng = np.random.default_rng(1)
    vocabulary = rng.normal(size=(3000, 64)).astype(np.float32)
    weights, bias = rng.normal(size=(4, 64)).astype(np.float32), rng.normal(size=4).astype(np.float32)
    state = rng.normal(size=64).astype(np.float32)
    tokens, on_logits, same_bias = head_on_logits(weights, bias, vocabulary, 256)
    logits = vocabulary @ state
    assert on_logits @ logits[tokens] + same_bias == pytest.approx(weights @ state + bias, rel=1e-3, abs=1e-3)


def test_the_threshold_is_the_highest_that_keeps_the_recall(tmp_path):
    from strategies import examples

    file = tmp_path / "retriever.npz"
    np.savez(
        file, tools=np.array(["get_phone_number"]), tokens=np.array([0]), weights=np.ones((1, 1), np.float16),
        bias=np.zeros(1, np.float32), threshold=np.float32(0),
    )  # fmt: skip
    some = [e for e in examples() if any(s.tool == "get_phone_number" for s in e.plan.steps)][:100]
    scored = [(e, {s.tool: n / 100 for s in e.plan.steps}) for n, e in enumerate(some, 1)]
    threshold = choose_threshold(file, scored, 0.9)
    kept = [v for _, s in scored for v in s.values()]
    assert 0.89 <= sum(v >= threshold for v in kept) / len(kept) <= 0.92
    assert LogitHead(file).threshold == pytest.approx(threshold)
