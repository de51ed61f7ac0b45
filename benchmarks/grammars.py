"""What holding a model to a grammar costs a token: python benchmarks/grammars.py [--tokens N]

The grammar of the published notation, all sixteen tools, over a plan that is given: the seconds of the processor at each
of its tokens until it is known to be allowed, the starter's vocabulary (49,152 tokens).

llama.cpp     its grammar sampler masks the whole vocabulary
llguidance    computes the mask of the whole vocabulary (needs the package llguidance)
tinyagent     checks the one token that the model likes best
"""

from __future__ import annotations

import argparse
import ctypes
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

from tinyagent_cli import toolbox
from tinyagent_cli.planner import starter
from tinyagent_cli.planner.dialects import notation_gbnf
from tinyagent_cli.planner.dialects.notation_grammar import NotationGrammar
from tinyagent_cli.planner.engine import Engine

TOOLS = toolbox.built_in().tools
END = 2
PLAN = (
    '1. get_email_address("Sid")\n2. get_email_address("Lutfi")\n'
    '3. create_calendar_event("Meeting", "tomorrow at 2pm", "", "", ["$1", "$2"], "to discuss the meeting notes", "")\n'
    "4. join()<END_OF_PLAN>"
)
Seconds = list[float]


def timed(work: Callable[[], object], into: Seconds) -> Any:
    """Do it, and put down how long it kept the processor busy."""
    begun = time.process_time()
    result = work()
    into.append(time.process_time() - begun)
    return result


def by_llama(engine: Engine, plan: Sequence[int], gbnf: str) -> Seconds:
    """llama.cpp's sampler."""
    lib, taken = engine.lib, []
    sampler = lib.llama_sampler_init_grammar(engine.vocab, gbnf.encode(), b"root")
    data = (lib.llama_token_data * engine.size)()
    for token in plan:
        for n in range(engine.size):
            data[n].id, data[n].logit = n, 0.0
        array = lib.llama_token_data_array(data, engine.size, -1, False)
        timed(lambda a=array: lib.llama_sampler_apply(sampler, ctypes.byref(a)), taken)  # type: ignore[misc]
        if data[token].logit < -1e30:
            raise SystemExit(f"llama.cpp does not allow {engine.piece(token)!r}")
        lib.llama_sampler_accept(sampler, token)
    lib.llama_sampler_free(sampler)
    return taken


def by_llguidance(engine: Engine, plan: Sequence[int], gbnf: str) -> Seconds:
    """The matcher of llguidance."""
    import llguidance
    import llguidance.numpy as masks
    from llguidance.gbnf_to_lark import any_to_lark
    from llguidance.llamacpp import lltokenizer_from_vocab

    tokenizer = lltokenizer_from_vocab(engine.vocab, eos_token=END)
    matcher = llguidance.LLMatcher(tokenizer, llguidance.grammar_from("lark", any_to_lark(gbnf)))
    mask, taken = masks.allocate_token_bitmask(1, engine.size), []
    for token in plan:
        timed(lambda: masks.fill_next_token_bitmask(matcher, mask), taken)
        if not (int(mask[0][token // 32]) >> token % 32) & 1 or not matcher.consume_token(token):
            raise SystemExit(f"llguidance does not allow {engine.piece(token)!r} {matcher.get_error()}")
    return taken


def by_tinyagent(engine: Engine, plan: Sequence[int], _gbnf: str) -> Seconds:
    """The check of `planner.decoding`."""
    grammar, line, taken = NotationGrammar(TOOLS), b"", []
    for token in plan:
        before, break_, after = (line + engine.piece(token)).partition(b"\n")
        if not timed(lambda b=before, e=break_: grammar.ends(b) if e else grammar.allows(b), taken):  # type: ignore[misc]
            raise SystemExit(f"tinyagent does not allow {engine.piece(token)!r}")
        if break_:
            grammar.take(before.decode())
        line = after if break_ else before
    return taken


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tokens", type=int, default=1000)
    chosen = options.parse_args()
    engine = Engine(starter.base())
    plan = [token for line in PLAN.splitlines(keepends=True) for token in engine.tokenize(line)][: chosen.tokens]
    gbnf = notation_gbnf.grammar(TOOLS)
    print(f"{len(plan)} tokens   median, ms   slowest, ms")
    for name, way in (("llama.cpp", by_llama), ("llguidance", by_llguidance), ("tinyagent", by_tinyagent)):
        way(engine, plan[:2], gbnf)
        taken = way(engine, plan, gbnf)
        print(f"{name:12} {statistics.median(taken) * 1000:12.4f} {max(taken) * 1000:13.4f}", flush=True)
    engine.close()


if __name__ == "__main__":
    main()
