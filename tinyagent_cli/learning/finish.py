"""From a finished run to the files that ship: `planner.gguf`, `retriever.npz`, the learning curve."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from tinyagent_cli.learning import export
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.models.names import LEARNED

RECALL = 0.998


def embeddings(gguf_file: Path) -> np.ndarray:
    """The token embeddings of a GGUF file, dequantized, shape (vocabulary, width), float32."""
    import gguf

    for tensor in gguf.GGUFReader(str(gguf_file)).tensors:
        if tensor.name == "token_embd.weight":
            return gguf.quants.dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
    raise ValueError(f"{gguf_file}: no token embeddings")


def heads(gguf_file: Path) -> tuple[int, int]:
    """How many attention heads the queries have, and how many the keys and values."""
    import gguf

    fields = gguf.GGUFReader(str(gguf_file)).fields
    return tuple(int(fields[f"llama.attention.{key}"].contents()) for key in ("head_count", "head_count_kv"))  # type: ignore[return-value]


def ship(
    run: Path, base: Path, out: Path, about: dict[str, str], *, dialect: str = "compact", named: str = "starter"
) -> tuple[Path, Path | None]:
    """Write the adapter and the retriever of a run (folder with `adapter/` and `head.pt`) into `out`.

    `named` is what the base is called as a model; with it and the dialect the folder is a model (`tinyagent plan
    --model OUT`).
    Only the compact dialect has a retriever: its head reads the state behind a bare command. The retriever's threshold is 0 until `choose_threshold` sets it: every tool is offered.
    """
    import torch

    out.mkdir(parents=True, exist_ok=True)
    queries, keys = heads(base)
    adapter, retriever = out / "planner.gguf", out / "retriever.npz"
    export.adapter_to_gguf(
        run / "adapter", adapter, heads=queries, kv_heads=keys, name="tinyagent starter planner", about=about
    )
    learned = {"version": 1, "dialect": dialect, "base": named}
    (out / LEARNED).write_text(json.dumps(learned, indent=1) + "\n", encoding="utf-8")
    if dialect != "compact":
        return adapter, None
    state = torch.load(run / "head.pt", weights_only=True)
    head = {"tools": state["tools"], "weight": state["weight"].numpy(), "bias": state["bias"].numpy()}
    export.write_head(retriever, head, embeddings(base), 0.0)
    return adapter, retriever


def choose_threshold(retriever: Path, scored: Iterable[tuple[Example, dict[str, float]]], recall: float = RECALL) -> float:
    """Set the highest threshold at which that share of the needed tools is offered; returns it.

    `scored` are held-out examples with every tool's score. The set limits the planner's grammar, so recall is a
    ceiling and comes first.
    """
    needed = sorted(scores[name] for e, scores in scored for name in {s.tool for s in e.plan.steps})
    missed = int(len(needed) * (1 - recall))
    threshold = max(needed[missed] * 0.999, 1e-5) if needed else 0.0
    with np.load(retriever, allow_pickle=False) as arrays:
        kept: dict[str, Any] = dict(arrays)
    kept["threshold"] = np.float32(threshold)
    np.savez_compressed(retriever, **kept)
    return float(threshold)


def draw_curve(run: Path, out: Path) -> Path:
    """Draw the learning curve of a run as a PNG: both losses against the steps."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    rows: Sequence[dict[str, float]] = [json.loads(line) for line in (run / "curve.jsonl").read_text().splitlines()]
    figure, left = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    steps = [row["step"] for row in rows]
    left.plot(steps, [row["loss"] for row in rows], color="#1f6feb", label="planner")
    left.set_yscale("log")
    left.set_xlabel("optimizer steps")
    left.set_ylabel("cross-entropy of a plan token (nats)")
    right = left.twinx()
    with_head = [row for row in rows if "retrieval" in row]
    right.plot([r["step"] for r in with_head], [r["retrieval"] for r in with_head], color="#d97706", label="retriever")
    right.set_yscale("log")
    right.set_ylabel("binary cross-entropy of a command's tools (nats)")
    figure.legend(loc="upper right", bbox_to_anchor=(0.9, 0.95))
    left.set_title("Learning curve of the starter planner")
    figure.savefig(out, dpi=120)
    pyplot.close(figure)
    return out
