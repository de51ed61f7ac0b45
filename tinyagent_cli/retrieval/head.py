"""The starter's retriever: a linear head on the planner's own logits at the end of the prompt.

It costs no pass of its own: the prompt is evaluated for the plan anyway. The head is trained together with
the planner (`learning.planner_training`) on the last state, and read off the logits instead of the state
(`learning.export.head_on_logits`), which every build of llama.cpp hands out.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.retrieval.base import Retrieved, chosen

FILE = Path(__file__).parent.parent / "starter" / "retriever.npz"


class LogitHead:
    """Scores tools from the logits after the prompt, float32 of shape (vocabulary,)."""

    def __init__(self, file: Path = FILE) -> None:
        with np.load(file, allow_pickle=False) as arrays:
            self.tools = [str(name) for name in arrays["tools"]]
            self.tokens = arrays["tokens"]
            self.weights = arrays["weights"].astype(np.float32)
            self.bias = arrays["bias"]
            self.threshold = float(arrays["threshold"])

    def retrieve(self, logits: np.ndarray, tools: Iterable[Tool]) -> Retrieved:
        """Choose among `tools`."""
        raw = self.weights @ logits[self.tokens] + self.bias
        scores = 1 / (1 + np.exp(-raw))
        return chosen(dict(zip(self.tools, map(float, scores), strict=True)), self.threshold, tools)
