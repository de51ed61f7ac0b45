"""The targets, measured: python benchmarks/speed.py [--commands N] [--only warm,decoding,...] [--json FILE]

Every figure is of this one run, on two cores and nothing else running; `aim` says what it should be.

warm       plans in one process over commands of corpus/dev-*.txt, and the retrieval in them; the memory of such a process
decoding   tokens a second under the grammar, beside the same tokens without it
cold       `tinyagent plan`, `--version`, `--help` as new processes; a plan by a helper that runs
published  the published prompt's way on the same base file, with every tool; its prefix evaluated and loaded
contacts   the first look-up among 10,000 cards, which makes the index
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tinyagent_cli import toolbox
from tinyagent_cli.learning import corpus
from tinyagent_cli.planner import decoding, starter
from tinyagent_cli.planner.dialects import compact_prompt
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.engine import Engine
from tinyagent_cli.planner.notation_planner import NotationPlanner
from tinyagent_cli.planner.prefixes import Prefixes
from tinyagent_cli.planner.starter_planner import starter as open_starter

ROOT = Path(__file__).parents[1]
COMMAND = "Set up a meeting with Sid and Lutfi tomorrow at 2pm to discuss the meeting notes"
TOOLS = toolbox.built_in()
AIMS = {
    "warm plan, s": ("<", 0.5), "warm retrieve, s": ("<", 0.010), "memory, MB": ("<", 300), "share of the free rate kept": (">", 0.95),
    "cold plan, s": ("<", 1.2), "--version, s": ("<", 0.12), "--help, s": ("<", 0.25), "published way / warm plan": (">", 20),
}  # fmt: skip
Figures = dict[str, float]
MEMORY = """
import sys, datetime as dt
from tinyagent_cli.memory import peak
from tinyagent_cli.planner.starter_planner import starter
from tinyagent_cli.toolbox import built_in
planner = starter(built_in())
for command in sys.argv[1:]:
    planner.plan(command, dt.datetime(2026, 3, 4, 9, 30))
print(peak())
"""


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def child(arguments: list[str], environ: Mapping[str, str] | None = None) -> str:
    """What a Python process says; its bytecode is kept, as an installed program's is."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TINYAGENT_HELPER_USE": "off", **(environ or {})}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run([sys.executable, *arguments], capture_output=True, check=True, text=True, env=env).stdout


def processes(arguments: list[str], times: int, environ: Mapping[str, str] | None = None) -> float:
    """Median seconds of `tinyagent` as a process of its own, after one that warms the disk's cache."""
    run = [seconds(lambda: child(["-m", "tinyagent_cli", *arguments], environ)) for _ in range(times + 1)]
    return statistics.median(run[1:])


def warm(examples: list[corpus.Example]) -> Figures:
    """Plans in one process, the model loaded: medians in seconds."""
    planner = open_starter(TOOLS)
    planner.plan(COMMAND, examples[0].now)
    rows = []
    for e in examples:
        begun = time.perf_counter()
        timing = planner.plan(e.command, e.now).timing
        rows.append((time.perf_counter() - begun, timing.prefill, timing.decode, timing.retrieve))
    planner.close()
    names = ("plan", "prefill", "decode", "retrieve")
    out = {f"warm {name}, s": statistics.median(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    out["warm plan 95 %, s"] = sorted(r[0] for r in rows)[int(len(rows) * 0.95)]
    out["memory, MB"] = float(child(["-c", MEMORY, *(e.command for e in examples[:10])]))
    return out


def rates(examples: list[corpus.Example]) -> Figures:
    """Tokens a second with the grammar, and of the same tokens without it; each turn's two beside each other."""
    engine = Engine(starter.base(), starter.adapter())
    held = free = 0.0
    count = 0
    for e in examples[:20]:
        prompt = compact_prompt.encode(e.command, engine.tokenize)
        engine.evaluate(prompt)
        held += seconds(lambda p=prompt: list(decoding.lines(engine, p, CompactGrammar(TOOLS.tools), compact_prompt.END)))  # type: ignore[misc]
        written = engine.evaluated[len(prompt) :]
        engine.evaluate(prompt)
        for n in range(len(written)):
            tokens = prompt + written[: n + 1]
            free += seconds(lambda t=tokens: engine.evaluate(t).argmax())  # type: ignore[misc]
        count += len(written)
    engine.close()
    return {"under the grammar, tokens/s": count / held, "free, tokens/s": count / free, "share of the free rate kept": free / held}


def cold(_examples: list[corpus.Example]) -> Figures:
    """New processes."""
    out = {
        "cold plan, s": processes(["plan", COMMAND], 5),
        "--version, s": processes(["--version"], 15),
        "--help, s": processes(["--help"], 15),
    }
    with tempfile.TemporaryDirectory() as runtime:
        environ = {"XDG_RUNTIME_DIR": runtime, "TINYAGENT_HELPER_USE": "auto"}
        env = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
        helper = subprocess.Popen([sys.executable, "-m", "tinyagent_cli", "serve"], stderr=subprocess.DEVNULL, env=env)
        while not list(Path(runtime).glob("tinyagent/*.sock")):
            time.sleep(0.05)
        out["plan by a helper, s"] = processes(["plan", COMMAND], 5, environ)
        helper.terminate()
        helper.wait()
    return out


def published(examples: list[corpus.Example]) -> Figures:
    """The published prompt's way on the same base file: every tool described, the notation written."""
    e = examples[0]
    out = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("evaluated", "loaded"):
            planner = NotationPlanner(TOOLS, starter.base(), prefixes=Prefixes(Path(folder)))
            timing = planner.plan(e.command, e.now).timing
            out[f"published way, prefix {name}: prefill, s"] = timing.prefill
            out.setdefault("published way: decode, s", timing.decode)
            planner.close()
    return out


def contacts(_examples: list[corpus.Example]) -> Figures:
    """The index of ten thousand cards."""
    import growth

    found = {(curve, size): taken for curve, size, taken in growth.contacts(10_000)}
    return {f"{curve} of 10,000, s": found[curve, 10_000] for curve in ("contacts, first look-up", "contacts, next look-up")}


PARTS = {"warm": warm, "decoding": rates, "cold": cold, "published": published, "contacts": contacts}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--commands", type=int, default=60)
    options.add_argument("--only", default=",".join(PARTS))
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    names = {t.name: [p.name for p in t.parameters] for t in TOOLS}
    every = list(corpus.read(sorted((ROOT / "corpus").glob("dev-*.txt")), names))
    examples = every[:: max(1, len(every) // chosen.commands)]
    figures: Figures = {"commands": float(len(examples))}
    for part in chosen.only.split(","):
        figures |= PARTS[part](examples)
    if "warm plan, s" in figures and "published way: decode, s" in figures:
        way = figures["published way, prefix evaluated: prefill, s"] + figures["published way: decode, s"]
        figures["published way / warm plan"] = way / figures["warm plan, s"]
    for name, value in figures.items():
        sign, aim = AIMS.get(name, ("", 0.0))
        met = "" if not sign else "met" if (value < aim if sign == "<" else value > aim) else "NOT MET"
        print(f"{name:44} {value:10.3f}" + (f"   {sign} {aim:g}  {met}" if sign else ""))
    if chosen.json:
        chosen.json.write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
