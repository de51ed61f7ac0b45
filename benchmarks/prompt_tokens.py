
"""How many tokens the planner prompt has, with every tool and with those that a command needs.

    python benchmarks/prompt_tokens.py [MODEL.gguf]

Counted with the tokenizer of the starter (SmolLM2, 49,152 tokens) unless another model is given. The published
counts, 2,762 with all tools and 1,397 with retrieval (TinyAgent, arXiv 2409.00608), are by TinyLlama's tokenizer
(32,000 tokens) and with the authors' examples, so that they compare only roughly.
"""

from __future__ import annotations

import datetime as dt
import statistics
import sys
from pathlib import Path

from tinyagent_cli.planner import starter
from tinyagent_cli.planner.dialects import tinyagent
from tinyagent_cli.planner.dialects.tinyagent import Question, bundled
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30)  # noqa: DTZ001 (local time)
PUBLISHED = {"all": 2762, "retrieved": 1397}


def main() -> None:
    """Print both counts beside the published ones."""
    model = Path(sys.argv[1]) if len(sys.argv) > 1 else starter.base()
    engine, tools = Engine(model, context=64), built_in()

    def count(question: Question) -> int:
        return len(engine.tokenize(tinyagent.system(question) + "\n\n" + tinyagent.user(question)))

    counts: dict[str, list[int]] = {"all": [], "retrieved": []}
    for example in bundled()[::4]:
        counts["all"].append(count(Question(example.command, NOW, tools)))
        counts["retrieved"].append(count(Question(example.command, NOW, tools.only(example.tools))))
    print(f"{model.name}, {len(counts['all'])} commands")
    for kind, found in counts.items():
        mean = statistics.mean(found)
        print(f"{kind:>9}: {mean:7,.0f} tokens ({min(found):,} to {max(found):,}); published {PUBLISHED[kind]:,}")


if __name__ == "__main__":
    main()
