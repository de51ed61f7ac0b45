"""What the adapter costs, and what lies between: python benchmarks/variants.py [--eval N] [--rounds N] [--only TEXT,TEXT]

The starter as it comes (Q4_1, adapter of rank 32 beside it) next to: no adapter; the adapter cut to rank 16 and 8 (the
best of those ranks, by singular values), and to the upper half of the layers; merged and quantized again to Q8_0, Q4_1,
Q4_0 and F16, Q4_0 also without llama.cpp's repacking; flash attention on and off; keys and values in 8 bits; batches of
64. Prints what each takes on disk, tokens read and written in a second of the processor beside the starter as it comes,
and with --eval the share of N commands of corpus/dev-*.txt planned right. Rounds take turns, and the best of each is
printed. Needs the package gguf.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Kind

from tinyagent_cli import toolbox
from tinyagent_cli.learning import corpus
from tinyagent_cli.learning.evaluation import evaluate
from tinyagent_cli.planner import starter
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.library import library
from tinyagent_cli.planner.starter_planner import StarterPlanner
from tinyagent_cli.retrieval.head import FILE as HEAD

ROOT = Path(__file__).parents[1]
READ, WRITTEN = 256, 64
SIDES = (".lora_a", ".lora_b")


@dataclass(frozen=True)
class Variant:
    """A base file and an adapter, and what of llama.cpp's settings is not as the program has it."""

    name: str
    base: Path
    adapter: Path | None
    context: Mapping[str, int] = field(default_factory=dict)
    model: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> float:
        """Megabytes on disk."""
        return sum(file.stat().st_size for file in (self.base, self.adapter) if file) / 1e6


def adapter_parts() -> tuple[dict[str, tuple[np.ndarray, np.ndarray]], float]:
    """(A, B) of each weight, shapes (rank, in) and (out, rank), and what their product is multiplied with."""
    reader = gguf.GGUFReader(str(starter.adapter()))
    arrays = {t.name: np.array(t.data, dtype=np.float32) for t in reader.tensors}
    names = sorted({name.removesuffix(SIDES[0]) for name in arrays if name.endswith(SIDES[0])})
    parts = {name: (arrays[name + SIDES[0]], arrays[name + SIDES[1]]) for name in names}
    rank = next(iter(parts.values()))[0].shape[0]
    return parts, float(reader.fields["adapter.lora.alpha"].contents()) / rank


def copied(reader: gguf.GGUFReader, writer: gguf.GGUFWriter, changed: Mapping[str, float] | None = None) -> None:
    """Copy the metadata."""
    for entry in reader.fields.values():
        if not entry.name.startswith("GGUF.") and entry.name != "general.architecture":
            value = (changed or {}).get(entry.name, entry.contents())
            sub = entry.types[-1] if entry.types[0] == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(entry.name, value, entry.types[0], sub_type=sub)


def written(writer: gguf.GGUFWriter) -> None:
    """Write it all."""
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def merged(out: Path, kind: Kind) -> Path:
    """The base with the adapter in its weights, those of that kind."""
    parts, scale = adapter_parts()
    reader = gguf.GGUFReader(str(starter.base()))
    writer = gguf.GGUFWriter(str(out), "llama")
    copied(reader, writer)
    for tensor in reader.tensors:
        if tensor.name not in parts:
            writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
            continue
        a, b = parts[tensor.name]
        weight = gguf.quants.dequantize(tensor.data, tensor.tensor_type) + scale * (b @ a)
        writer.add_tensor(tensor.name, gguf.quants.quantize(weight.astype(np.float32), kind), raw_dtype=kind)
    written(writer)
    return out


def cut(out: Path, rank: int, first: int = 0) -> Path:
    """The adapter with that rank, nearest to itself (Eckart and Young), on the layers from that on."""
    parts, scale = adapter_parts()
    reader = gguf.GGUFReader(str(starter.adapter()))
    writer = gguf.GGUFWriter(str(out), "llama")
    copied(reader, writer, {"adapter.lora.alpha": scale * rank})
    for name, (a, b) in parts.items():
        if int(name.split(".")[1]) < first:
            continue
        left, upper = np.linalg.qr(b)
        right, lower = np.linalg.qr(a.T)
        u, s, v = np.linalg.svd(upper @ lower.T)
        root = np.sqrt(s[:rank])
        writer.add_tensor(name + SIDES[0], ((v[:rank].T * root).T @ right.T).astype(np.float16))
        writer.add_tensor(name + SIDES[1], (left @ (u[:, :rank] * root)).astype(np.float16))
    written(writer)
    return out


def variants(folder: Path) -> Iterator[Variant]:
    """Yield what is compared, the starter as it comes first."""
    base, adapter = starter.base(), starter.adapter()
    yield Variant("as it comes: Q4_1, rank 32", base, adapter)
    yield Variant("no adapter", base, None)
    for rank in (16, 8):
        yield Variant(f"rank {rank}", base, cut(folder / f"rank{rank}.gguf", rank))
    yield Variant("layers 15 to 29 only", base, cut(folder / "upper.gguf", 32, 15))
    for kind in (Kind.Q8_0, Kind.Q4_1, Kind.Q4_0, Kind.F16):
        yield Variant(f"merged, {kind.name}", merged(folder / f"{kind.name}.gguf", kind), None)
    yield Variant("merged, Q4_0, not repacked", folder / "Q4_0.gguf", None, model={"use_extra_bufts": 0})
    yield Variant("flash attention on", base, adapter, {"flash_attn_type": 1})
    yield Variant("flash attention off", base, adapter, {"flash_attn_type": 0})
    yield Variant("keys and values in Q8_0", base, adapter, {"type_k": Kind.Q8_0, "type_v": Kind.Q8_0, "flash_attn_type": 1})
    yield Variant("batches of 64", base, adapter, {"n_ubatch": 64})


@contextmanager
def set_as(variant: Variant) -> Iterator[None]:
    """Have llama.cpp open models and contexts with the variant's settings instead of the program's."""
    lib = library()
    given = {name: getattr(lib, name) for name in ("llama_model_load_from_file", "llama_init_from_model")}

    def changed(name: str, values: Mapping[str, int]) -> Callable[[Any, Any], Any]:
        def opened(what: Any, params: Any) -> Any:
            for key, value in values.items():
                setattr(params, key, value)
            return given[name](what, params)

        return opened

    for name, values in zip(given, (variant.model, variant.context), strict=True):
        setattr(lib, name, changed(name, values))
    try:
        yield
    finally:
        for name, function in given.items():
            setattr(lib, name, function)


def rates(variant: Variant) -> tuple[float, float]:
    """Tokens read and written in a second of the processor."""
    with set_as(variant):
        engine = Engine(variant.base, variant.adapter)
    tokens = list(range(1000, 1000 + READ))
    engine.evaluate(tokens[:16])
    engine.forget()
    begun = time.process_time()
    engine.evaluate(tokens)
    read = time.process_time()
    row = tokens[:32]
    engine.evaluate(row)
    write = time.process_time()
    for _ in range(WRITTEN):
        row.append(int(engine.evaluate(row).argmax()))
    done = time.process_time()
    engine.close()
    return READ / (read - begun), WRITTEN / (done - write)


def right(variant: Variant, examples: list[corpus.Example]) -> float:
    """The share of commands whose plan is right, arguments and all."""
    planner = StarterPlanner(toolbox.built_in(), variant.base, variant.adapter, head=HEAD)
    with set_as(variant):
        planner.engine()
    try:
        return float(evaluate(planner, examples).rate(lambda tried: tried.score.full))
    finally:
        planner.close()


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--eval", type=int, default=0)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", default="", help="those with one of these texts in their names, beside the starter as it comes")
    chosen = options.parse_args()
    names = {t.name: [p.name for p in t.parameters] for t in toolbox.built_in()}
    every = list(corpus.read(sorted((ROOT / "corpus").glob("dev-*.txt")), names))
    with tempfile.TemporaryDirectory() as place:
        usual_one, *others = variants(Path(place))
        compared = [usual_one, *(v for v in others if any(text in v.name for text in chosen.only.split(",")))]
        best = {v.name: (0.0, 0.0) for v in compared}
        for _ in range(chosen.rounds):
            for v in compared:
                best[v.name] = max(best[v.name][0], (now := rates(v))[0]), max(best[v.name][1], now[1])
        usual = best[compared[0].name]
        print(f"{'':28} {'MB':>6} {'read/s':>8} {'beside':>7} {'written/s':>10} {'beside':>7} {'right':>7}")
        for v in compared:
            read, write = best[v.name]
            share = f"{right(v, every[:: max(1, len(every) // chosen.eval)]):7.1%}" if chosen.eval else ""
            print(
                f"{v.name:28} {v.size:6.1f} {read:8.1f} {read / usual[0]:7.2f} {write:10.1f} {write / usual[1]:7.2f} {share}",
                flush=True,
            )


if __name__ == "__main__":
    main()
