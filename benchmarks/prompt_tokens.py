"""How many tokens the planner prompt has, with every tool and with those that a command needs.

    python benchmarks/prompt_tokens.py [MODEL.gguf | tokenizer.model | mistral]

Counted with the tokenizer of the starter (SmolLM2, 49,152 tokens), or of a GGUF file, or a SentencePiece file.
`mistral` is the tokenizer of Mistral-7B and so of WizardLM-2-7B, from which TinyAgent-7B was trained (32,000 tokens);
the package `mistral-common` carries it: pip install mistral-common sentencepiece. The published counts, 2,762 with all tools and
1,397 with retrieval (TinyAgent, arXiv 2409.00608), are with the authors' examples, so that they compare only roughly.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from tinyagent_cli.planner import starter
from tinyagent_cli.planner.dialects import tinyagent
from tinyagent_cli.planner.dialects.tinyagent import Question, bundled
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30)  # noqa: DTZ001 (local time)
PUBLISHED = {"all": 2762, "retrieved": 1397}


def counter(name: str) -> tuple[str, Callable[[str], int]]:
    """The tokenizer's name, and what counts a text's tokens."""
    if name == "mistral":
        files = metadata.files("mistral-common") or []
        name = str(next(file.locate() for file in files if file.name == "tokenizer.model.v1"))
    if not name or name.endswith(".gguf"):
        from tinyagent_cli.planner.engine import Engine

        file = Path(name) if name else starter.base()
        engine = Engine(file, context=64)
        return file.name, lambda text: len(engine.tokenize(text))
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor(model_file=name)
    return f"{Path(name).name}, {processor.vocab_size():,} pieces", lambda text: len(processor.encode(text))


def main() -> None:
    """Print both counts beside the published ones, and where the tokens go."""
    name, tokens = counter(sys.argv[1] if len(sys.argv) > 1 else "")
    tools = built_in()

    def count(question: Question) -> int:
        return tokens(tinyagent.system(question) + "\n\n" + tinyagent.user(question))

    counts: dict[str, list[int]] = {"all": [], "retrieved": []}
    examples, bare = [], []
    for example in bundled()[::4]:
        every, needed = Question(example.command, NOW, tools), Question(example.command, NOW, tools.only(example.tools))
        counts["all"].append(count(every))
        counts["retrieved"].append(count(needed))
        examples.append(sum(map(tokens, tinyagent.similar(needed))))
        bare.append(counts["retrieved"][-1] - examples[-1])
    print(f"{name}, {len(counts['all'])} commands")
    for kind, found in counts.items():
        mean = statistics.mean(found)
        print(f"{kind:>9}: {mean:7,.0f} tokens ({min(found):,} to {max(found):,}); published {PUBLISHED[kind]:,}")
    print(f"of those retrieved, examples {statistics.mean(examples):,.0f}, all else {statistics.mean(bare):,.0f}")


if __name__ == "__main__":
    main()
