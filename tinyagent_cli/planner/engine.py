"""A model in the process: llama.cpp by its C interface, one sequence, the prefix never evaluated twice.

The C interface instead of `llama_cpp.Llama`: that class has no switch for the extra buffer types which crash
on CPUs with AMX (ggml-org/llama.cpp#20824), copies logits at every token and puts grammar ahead of sampling.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tinyagent_cli.errors import ModelError

BATCH = 512


def has_amx() -> bool:
    """True where the CPU reports AMX, on which llama.cpp's repacked kernels can end in SIGSEGV."""
    try:
        return " amx_tile" in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


_library_log: list[Any] = []


@lru_cache(maxsize=1)
def _library() -> Any:
    """llama_cpp, silenced and started once."""
    # libgomp's threads wait for each other by spinning, by default so long that a plan of half a second took more
    # than a minute while another program kept both cores busy. It reads this when it is loaded.
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    try:
        import llama_cpp
    except (ImportError, OSError, RuntimeError) as fault:
        raise ModelError(
            f"llama-cpp-python cannot be loaded ({fault}). Reinstall it: "
            "pip install --force-reinstall --no-cache-dir llama-cpp-python"
        ) from fault
    log = llama_cpp.llama_log_callback(lambda _level, _text, _data: None)
    llama_cpp.llama_log_set(log, ctypes.c_void_p(0))
    _library_log.append(log)  # the library only points at it
    llama_cpp.llama_backend_init()
    return llama_cpp


class Engine:
    """A GGUF model with at most one LoRA adapter, ready to evaluate tokens.

    `context` is the most tokens that prompt and plan may have together. Not safe for several threads.
    Raises ModelError where a file cannot be loaded.
    """

    def __init__(self, model: Path, adapter: Path | None = None, *, context: int = 1024, threads: int = 0) -> None:
        for file in filter(None, (model, adapter)):
            _check_gguf(file)
        self.lib = lib = _library()
        self.evaluated: list[int] = []
        params = lib.llama_model_default_params()
        params.n_gpu_layers = -1 if lib.llama_supports_gpu_offload() else 0
        params.use_extra_bufts = not has_amx()
        self._model = lib.llama_model_load_from_file(str(model).encode(), params)
        if not self._model:
            raise ModelError(f"{model}: llama.cpp cannot load this file; is it a whole GGUF model of a known kind?")
        self.vocab = lib.llama_model_get_vocab(self._model)
        self.threads = threads or _cores()
        self._context: Any = None
        self._path = model
        self._open_context(context)
        self._adapter = None
        if adapter is not None:
            self._adapter = lib.llama_adapter_lora_init(self._model, str(adapter).encode())
            if not self._adapter:
                raise ModelError(f"{adapter}: this adapter does not fit {model.name}")
            self.use_adapter(on=True)
        self.size = lib.llama_vocab_n_tokens(self.vocab)
        self._pieces: dict[int, bytes] = {}
        self._buffer = ctypes.create_string_buffer(512)

    def _open_context(self, context: int) -> None:
        lib = self.lib
        settings = lib.llama_context_default_params()
        settings.n_ctx = self.context_size = context
        settings.n_batch = settings.n_ubatch = min(BATCH, context)
        settings.n_threads = settings.n_threads_batch = self.threads
        settings.no_perf = True
        self._context = lib.llama_init_from_model(self._model, settings)
        if not self._context:
            raise ModelError(f"{self._path}: no memory for a context of {context} tokens")
        self.evaluated = []

    def ensure(self, context: int) -> None:
        """Make room for that many tokens; what was evaluated is forgotten where the context has to grow."""
        if context > self.context_size:
            self.lib.llama_free(self._context)
            self._open_context(1 << (context - 1).bit_length())
            self.use_adapter(on=True)

    def use_adapter(self, *, on: bool) -> None:
        """Switch the adapter on or off; what was evaluated is forgotten."""
        if self._adapter is None:
            return
        kind = self.lib.llama_cpp.llama_adapter_lora_p_ctypes
        adapters, scales = (kind * 1)(self._adapter), (ctypes.c_float * 1)(1.0)
        self.lib.llama_set_adapters_lora(self._context, adapters, 1 if on else 0, scales)
        self.forget()

    def forget(self) -> None:
        """Drop every evaluated token."""
        self.lib.llama_memory_clear(self.lib.llama_get_memory(self._context), True)
        self.evaluated = []

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """The tokens of a text, without any beginning-of-text token."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self.lib.llama_tokenize(self.vocab, data, len(data), tokens, room, False, special)
        if count < 0:
            raise ModelError("the text could not be tokenized")
        return list(tokens[:count])

    def piece(self, token: int) -> bytes:
        """The bytes of a token; control tokens have none."""
        known = self._pieces.get(token)
        if known is None:
            n = self.lib.llama_token_to_piece(self.vocab, token, self._buffer, len(self._buffer), 0, False)
            known = self._pieces[token] = bytes(self._buffer[: max(n, 0)])  # type: ignore[arg-type]
        return known

    def evaluate(self, tokens: Sequence[int]) -> np.ndarray:
        """Bring the sequence to exactly `tokens` and return the logits of what follows, shape (vocabulary,), float32.

        Only what differs from the last call is evaluated. The array is valid until the next call.
        Raises ModelError where the tokens do not fit the context.
        """
        tokens = list(tokens)
        if not tokens or len(tokens) >= self.context_size:
            raise ModelError(f"{len(tokens)} tokens do not fit the model's context of {self.context_size}")
        same = 0
        for old, new in zip(self.evaluated, tokens[:-1], strict=False):
            if old != new:
                break
            same += 1
        if same < len(self.evaluated):
            self.lib.llama_memory_seq_rm(self.lib.llama_get_memory(self._context), 0, same, -1)
            self.evaluated = self.evaluated[:same]
        for at in range(same, len(tokens), BATCH):
            part = tokens[at : at + BATCH]
            held = (ctypes.c_int32 * len(part))(*part)  # the batch only points at it
            batch = self.lib.llama_batch_get_one(held, len(part))
            status = self.lib.llama_decode(self._context, batch)
            if status:
                self.forget()
                raise ModelError(f"llama.cpp could not evaluate the prompt (status {status})")
            self.evaluated += part
        logits = self.lib.llama_get_logits_ith(self._context, -1)
        return np.ctypeslib.as_array(logits, shape=(self.size,))

    def close(self) -> None:
        """Free everything."""
        if self._context:
            self.lib.llama_free(self._context)
            if self._adapter is not None:
                self.lib.llama_adapter_lora_free(self._adapter)
            self.lib.llama_model_free(self._model)
            self._context = self._model = self._adapter = None


def _cores() -> int:
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return max(1, min(available, 8))


def _check_gguf(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            magic = opened.read(4)
    except OSError as fault:
        raise ModelError(f"{file}: cannot be read ({fault.strerror})") from fault
    if magic != b"GGUF":
        raise ModelError(f"{file}: not a GGUF file")
