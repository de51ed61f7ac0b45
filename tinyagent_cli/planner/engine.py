"""A model in the process: llama.cpp by its C interface, one sequence, the prefix never evaluated twice.

The C interface instead of `llama_cpp.Llama`: that class has no switch for the extra buffer types which crash
on CPUs with AMX (ggml-org/llama.cpp#20824), copies logits at every token and puts grammar ahead of sampling.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyagent_cli.errors import ModelError
from tinyagent_cli.planner.library import has_amx, library
from tinyagent_cli.planner.tuning import Threads, most_threads

if TYPE_CHECKING:
    import numpy as np

BATCH = 512


@dataclass
class Work:
    """What an engine has done: calls of the model, and tokens evaluated in them."""

    calls: int = 0
    tokens: int = 0


class Engine:
    """A GGUF model with at most one LoRA adapter, ready to evaluate tokens.

    `context` is the most tokens that prompt and plan may have together, `threads` 0 takes one a processor. Not safe for several threads.
    Raises ModelError where a file cannot be loaded.
    """

    def __init__(self, model: Path, adapter: Path | None = None, *, context: int = 1024, threads: Threads | int = 0) -> None:
        for file in filter(None, (model, adapter)):
            _check_gguf(file)
        self.lib = lib = library()
        self.evaluated: list[int] = []
        self.work = Work()
        params = lib.llama_model_default_params()
        params.n_gpu_layers = -1 if lib.llama_supports_gpu_offload() else 0
        params.use_extra_bufts = not has_amx()
        self._model = lib.llama_model_load_from_file(str(model).encode(), params)
        if not self._model:
            raise ModelError(f"{model}: llama.cpp cannot load this file; is it a whole GGUF model of a known kind?")
        self.vocab = lib.llama_model_get_vocab(self._model)
        given = Threads(threads, threads) if isinstance(threads, int) else threads
        self.threads = Threads(given.write or most_threads(), given.read or most_threads())
        self._context: Any = None
        self.model_file, self.adapter_file = model, adapter
        self._open_context(context)
        self._adapter, self.adapter_on = None, False
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
        settings.n_batch = settings.n_ubatch = self.batch_size = min(BATCH, context)
        settings.n_threads, settings.n_threads_batch = self.threads.write, self.threads.read
        settings.no_perf = True
        self._context = lib.llama_init_from_model(self._model, settings)
        if not self._context:
            raise ModelError(f"{self.model_file}: no memory for a context of {context} tokens")
        self._batch = lib.llama_batch_init(self.batch_size, 0, 1)
        self.evaluated = []
        self._fresh = False  # whether the logits behind the last token evaluated are at hand

    def set_threads(self, write: int, read: int) -> None:
        """Compute with so many threads from now on."""
        self.threads = Threads(write, read)
        self.lib.llama_set_n_threads(self._context, write, read)

    def ensure(self, context: int) -> None:
        """Make room for that many tokens; what was evaluated is forgotten where the context has to grow."""
        if context > self.context_size:
            self._free_context()
            self._open_context(1 << (context - 1).bit_length())
            self.use_adapter(on=True)

    def use_adapter(self, *, on: bool) -> None:
        """Switch the adapter on or off; what was evaluated is forgotten."""
        if self._adapter is None:
            return
        kind = self.lib.llama_adapter_lora_p_ctypes
        adapters, scales = (kind * 1)(self._adapter), (ctypes.c_float * 1)(1.0)
        self.lib.llama_set_adapters_lora(self._context, adapters, 1 if on else 0, scales)
        self.adapter_on = on
        self.forget()

    def forget(self) -> None:
        """Drop every evaluated token."""
        self.lib.llama_memory_clear(self.lib.llama_get_memory(self._context), True)
        self.evaluated, self._fresh = [], False

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
        import numpy as np

        self.read(tokens)
        return np.ctypeslib.as_array(self.lib.llama_get_logits_ith(self._context, -1), shape=(self.size,))

    def read(self, tokens: Sequence[int]) -> None:
        """Bring the sequence to exactly `tokens`, the logits of what follows at hand; otherwise as `evaluate`."""
        tokens = list(tokens)
        if not tokens or len(tokens) >= self.context_size:
            raise ModelError(f"{len(tokens)} tokens do not fit the model's context of {self.context_size}")
        if not (self._fresh and tokens == self.evaluated):
            self._keep(min(self.shared(tokens), len(tokens) - 1))
        for at in range(len(self.evaluated), len(tokens), self.batch_size):
            part = tokens[at : at + self.batch_size]
            status = self.lib.llama_decode(self._context, self._filled(part, at, last=at + len(part) == len(tokens)))
            self.work.calls += 1
            self.work.tokens += len(part)
            if status:
                self.forget()
                raise ModelError(f"llama.cpp could not evaluate the prompt (status {status})")
            self.evaluated += part
            self._fresh = True

    def shared(self, tokens: Sequence[int]) -> int:
        """How many of these tokens, from the first on, are evaluated already."""
        same = 0
        for old, new in zip(self.evaluated, tokens, strict=False):
            if old != new:
                break
            same += 1
        return same

    def _keep(self, count: int) -> None:
        """Drop all but the first `count` tokens evaluated."""
        if count < len(self.evaluated):
            self._fresh = False
            self.lib.llama_memory_seq_rm(self.lib.llama_get_memory(self._context), 0, count, -1)
            del self.evaluated[count:]

    def _filled(self, part: Sequence[int], at: int, *, last: bool) -> Any:
        """The batch, filled with tokens that stand at `at` and after; of the last batch, the last token's logits are wanted."""
        batch = self._batch
        batch.n_tokens = len(part)
        for n, token in enumerate(part):
            batch.token[n], batch.pos[n], batch.logits[n] = token, at + n, last and n == len(part) - 1
            batch.n_seq_id[n] = 1
            batch.seq_id[n][0] = 0
        return batch

    def state_size(self) -> int:
        """The bytes that `save` writes."""
        return int(self.lib.llama_state_seq_get_size(self._context, 0))

    def save(self, file: Path) -> int:
        """Write what is evaluated, with its tokens, to a file; returns its bytes, 0 where that failed."""
        held = (ctypes.c_int32 * len(self.evaluated))(*self.evaluated)
        return int(self.lib.llama_state_seq_save_file(self._context, str(file).encode(), 0, held, len(held)))

    def load(self, file: Path, tokens: Sequence[int]) -> bool:
        """Take what `save` wrote instead of what is evaluated, if it is of exactly these tokens."""
        self.forget()
        held, count = (ctypes.c_int32 * len(tokens))(), ctypes.c_size_t(0)
        read = self.lib.llama_state_seq_load_file(
            self._context, str(file).encode(), 0, held, len(tokens), ctypes.byref(count)
        )
        if not read or list(held[: count.value]) != list(tokens):
            self.forget()
            return False
        self.evaluated = list(tokens)
        return True

    def close(self) -> None:
        """Free everything."""
        if self._context:
            self._free_context()
            if self._adapter is not None:
                self.lib.llama_adapter_lora_free(self._adapter)
            self.lib.llama_model_free(self._model)
            self._model = self._adapter = None

    def _free_context(self) -> None:
        self.lib.llama_batch_free(self._batch)
        self.lib.llama_free(self._context)
        self._context = None


def _check_gguf(file: Path) -> None:
    try:
        with file.open("rb") as opened:
            magic = opened.read(4)
    except OSError as fault:
        raise ModelError(f"{file}: cannot be read ({fault.strerror})") from fault
    if magic != b"GGUF":
        raise ModelError(f"{file}: not a GGUF file")
