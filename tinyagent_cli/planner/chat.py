"""A conversation as a model's tokens, by the chat template in its file."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from tinyagent_cli.planner.engine import Engine

ROOM = 8192
_SYSTEM, _USER = "\ue010", "\ue011"


def tokens(engine: Engine, system: str, user: str) -> list[int]:
    """The prompt for the model's answer; where it has no template that llama.cpp knows, the two texts alone.

    Only the template's own parts may become control tokens: a text that spells one stays a text.
    """
    template = _template(engine)
    if not template:
        return [*_beginning(engine), *engine.tokenize(f"{system}\n\n{user}\n")]
    out: list[int] = _beginning(engine)
    texts = {_SYSTEM: system, _USER: user}
    rest = template
    while rest:
        at = min((i for mark in texts if (i := rest.find(mark)) >= 0), default=len(rest))
        out += engine.tokenize(rest[:at], special=True) if at else []
        out += engine.tokenize(texts[rest[at]]) if at < len(rest) else []
        rest = rest[at + 1 :]
    return out


def _beginning(engine: Engine) -> list[int]:
    """The token that begins a text, for models that want one."""
    lib = engine.lib
    return [int(lib.llama_vocab_bos(engine.vocab))] if lib.llama_vocab_get_add_bos(engine.vocab) else []


class Answering:
    """A model whose answer ends with one token, `end`, whichever of its ends it writes: of a turn, of a text."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.piece = engine, engine.piece
        lib, vocab = engine.lib, engine.vocab
        self.ends = [n for n in range(engine.size) if lib.llama_vocab_is_eog(vocab, n)]
        self.end = max(int(lib.llama_vocab_eos(vocab)), *self.ends[:1], 0)

    def evaluate(self, tokens: Sequence[int]) -> np.ndarray:
        """Return the logits of what follows, as `Engine.evaluate` does."""
        logits = self.engine.evaluate(tokens)
        logits[self.end] = max(logits[n] for n in (self.end, *self.ends))
        return logits


def _template(engine: Engine) -> str:
    """The model's template with marks for the two texts; empty where it has none."""
    lib = engine.lib
    named = lib.llama_model_chat_template(engine._model, None)  # noqa: SLF001 (the handle of the model)
    if not named:
        return ""
    roles = ((b"system", _SYSTEM), (b"user", _USER))
    messages = (lib.llama_chat_message * 2)(*(lib.llama_chat_message(role, mark.encode()) for role, mark in roles))
    buffer = ctypes.create_string_buffer(ROOM)
    length = lib.llama_chat_apply_template(named, messages, 2, True, buffer, ROOM)
    if not 0 < length < ROOM:
        return ""
    applied = buffer.raw[:length].decode("utf-8", "replace")
    return applied if _SYSTEM in applied and _USER in applied else ""
