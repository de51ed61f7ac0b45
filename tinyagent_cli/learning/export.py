"""Writes what was trained in the form in which it runs: the adapter as GGUF, the retriever as arrays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

LLAMA_CPP_NAMES = {
    "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}  # fmt: skip


def adapter_to_gguf(adapter: Path, out: Path, *, heads: int, kv_heads: int, name: str, about: dict[str, str]) -> None:
    """Write a peft LoRA adapter (folder) for a Llama-architecture base as a GGUF file in float16.

    `heads` and `kv_heads` are the base's attention heads: llama.cpp keeps the rows of queries and keys in
    another order (its converter's `permute`), so those rows of B are put in that order.
    """
    import gguf
    from safetensors.numpy import load_file

    config = json.loads((adapter / "adapter_config.json").read_text())
    tensors = load_file(adapter / "adapter_model.safetensors")
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_string("general.name", name)
    for key, value in about.items():
        writer.add_string(f"general.{key}", value)
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    for key in sorted(tensors):
        _, _, rest = key.partition("layers.")
        layer, _, rest = rest.partition(".")
        module, _, side = rest.rpartition(".lora_")
        short = LLAMA_CPP_NAMES[module]
        array = tensors[key].astype(np.float32)
        if side.startswith("B") and short in ("attn_q", "attn_k"):
            array = _permuted(array, heads if short == "attn_q" else kv_heads)
        writer.add_tensor(f"blk.{layer}.{short}.weight.lora_{side[0].lower()}", array.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _permuted(rows: np.ndarray, heads: int) -> np.ndarray:
    out, rank = rows.shape
    return rows.reshape(heads, 2, out // heads // 2, rank).swapaxes(1, 2).reshape(out, rank)


def head_on_logits(
    weights: np.ndarray, bias: np.ndarray, vocabulary: np.ndarray, count: int = 4096
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Turn a linear head on the last state h into one on the logits that the model computes anyway.

    logits = E h with the embedding matrix E (`vocabulary`, shape (tokens, width)), so for `count` rows R of E
    a head w on h equals c = R (RᵀR)⁻¹ w on those logits, the solution of least norm, which adds the least noise.
    Returns tokens (count,), weights (tools, count) and the bias.
    """
    norms = np.linalg.norm(vocabulary, axis=1)
    tokens = np.sort(np.argsort(-norms)[:count])
    rows = vocabulary[tokens].astype(np.float64)
    inverse = np.linalg.inv(rows.T @ rows)
    return tokens.astype(np.int32), (weights @ inverse @ rows.T).astype(np.float32), bias.astype(np.float32)


def write_head(out: Path, head: dict[str, Any], vocabulary: np.ndarray, threshold: float) -> None:
    """Write the retriever's arrays; `head` holds `tools`, `weight` and `bias`."""
    tokens, weights, bias = head_on_logits(head["weight"], head["bias"], vocabulary)
    np.savez_compressed(
        out, tools=np.array(head["tools"]), tokens=tokens, weights=weights.astype(np.float16), bias=bias,
        threshold=np.float32(threshold),
    )  # fmt: skip
