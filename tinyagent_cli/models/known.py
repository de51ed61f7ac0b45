"""The models that have a name here.

Sizes are about what the hub says, in bytes; the exact one is asked for before a download. Success rates are those
published for the model (TinyAgent's README, arXiv 2409.00608), on its authors' own test set.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Use = Literal["planner", "retriever", "speech"]
MIB, GIB = 1024**2, 1024**3
OFFERED = "tinyagent-1.1b"
"""The model that the first run in a terminal offers."""


@dataclass(frozen=True)
class Known:
    """One model. `files` is empty where the whole repository is the model. `repo` is empty for what is installed."""

    name: str
    use: Use
    about: str
    licence: str
    size: int
    repo: str = ""
    files: tuple[str, ...] = ()
    success: str = ""


STARTER = Known(
    "starter", "planner", "SmolLM2-135M with an adapter of its own; installed with the program", "Apache-2.0",
    98_362_432,
)  # fmt: skip
TINYAGENT = (
    Known(
        OFFERED, "planner", "TinyAgent-1.1B, 4 bits; fine-tuned from TinyLlama", "MIT by its first card, see its page", 668_000_000,
        "squeeze-ai-lab/TinyAgent-1.1B-GGUF", ("TinyAgent-1.1B-Q4_K_M.gguf",), "80.06 %",
    ),
    Known(
        "tinyagent-7b", "planner", "TinyAgent-7B, 4 bits; fine-tuned from WizardLM-2-7B", "MIT by its first card, see its page", 4_370_000_000,
        "squeeze-ai-lab/TinyAgent-7B-GGUF", ("TinyAgent-7B-Q4_K_M.gguf",), "84.95 %",
    ),
    Known(
        "toolrag", "retriever", "TinyAgent's tool classifier, DeBERTa-v3-small", "see its page", 565_000_000,
        "squeeze-ai-lab/TinyAgent-ToolRAG",
    ),
)  # fmt: skip
WHISPER_SIZES = {
    "tiny": 75, "tiny-q5_1": 31, "tiny-q8_0": 42, "tiny.en": 75, "tiny.en-q5_1": 31, "tiny.en-q8_0": 42,
    "base": 142, "base-q5_1": 57, "base-q8_0": 78, "base.en": 142, "base.en-q5_1": 57, "base.en-q8_0": 78,
    "small": 466, "small-q5_1": 181, "small-q8_0": 252, "small.en": 466, "small.en-q5_1": 181, "small.en-q8_0": 252,
    "medium": 1463, "medium-q5_0": 514, "medium-q8_0": 785,
    "medium.en": 1463, "medium.en-q5_0": 514, "medium.en-q8_0": 785,
    "large-v1": 2952, "large-v2": 2952, "large-v2-q5_0": 1031, "large-v2-q8_0": 1579,
    "large-v3": 2952, "large-v3-q5_0": 1031, "large-v3-turbo": 1549, "large-v3-turbo-q5_0": 547,
    "large-v3-turbo-q8_0": 834,
}  # fmt: skip
"""Mebibytes, as the table of whisper.cpp's model repository gives them."""


def whisper(size: str) -> Known:
    """The speech model of whisper.cpp of that size; its licence is MIT."""
    language = "English" if ".en" in size else "99 languages"
    quantized = ", quantized" if "-q" in size else ""
    return Known(
        f"whisper-{size}", "speech", f"Whisper {size.partition('-q')[0]} for {language}{quantized}", "MIT",
        WHISPER_SIZES[size] * MIB, "ggerganov/whisper.cpp", (f"ggml-{size}.bin",),
    )  # fmt: skip


KNOWN: tuple[Known, ...] = (STARTER, *TINYAGENT, *(whisper(size) for size in WHISPER_SIZES))


def find(name: str) -> Known | None:
    """Return the model of that name, in capital letters or small ones; None where there is none."""
    wanted = name.strip().casefold()
    return next((known for known in KNOWN if known.name == wanted), None)
