"""Where the start of a process goes: python benchmarks/start.py [--times N] [--beside DIR] [--instructions]

imports       what a plan imports, in milliseconds by package: the least of N processes for each module
beside        `tinyagent plan`, `--help` and `--version` of this checkout and of another (`git worktree add DIR COMMIT`), in
              turns: medians of the seconds that passed and of the processor's
instructions  of a whole `tinyagent plan`, by library: counted by valgrind, which takes minutes and no idle machine

benchmarks/profiles/measured.txt keeps what this and other benchmarks printed.
"""

from __future__ import annotations

import argparse
import collections
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
COMMAND = "Set up a meeting with Sid and Lutfi tomorrow at 2pm to discuss the meeting notes"
PLAN = ["-m", "tinyagent_cli", "plan", "--now", "2026-03-04 09:30", COMMAND]
IMPORT = re.compile(r"import time:\s*(\d+) \|\s*\d+ \| *([\w.]+)$", re.MULTILINE)
COUNTED = re.compile(r"^\s*([\d,]+) \(.*?\[([^\]]+)\]$", re.MULTILINE)


def ran(arguments: Sequence[str], *, checkout: Path = ROOT, before: Sequence[str] = ()) -> str:
    """Run Python and return what it says on standard error; its bytecode is kept, as an installed program's is."""
    env = {**os.environ, "PYTHONPATH": str(checkout), "TINYAGENT_HELPER_USE": "off", "PYTHONHASHSEED": "0"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return subprocess.run(
        [*before, sys.executable, *arguments], capture_output=True, check=True, text=True, env=env, cwd=checkout
    ).stderr


def imports(times: int) -> None:
    """Print what the imports take."""
    best: dict[str, int] = {}
    for _ in range(times):
        for taken, module in IMPORT.findall(ran(["-X", "importtime", *PLAN])):
            best[module] = min(best.get(module, 1 << 60), int(taken))
    packages: collections.Counter[str] = collections.Counter()
    for module, taken in best.items():
        packages[module.partition(".")[0]] += taken
    print(f"{sum(best.values()) / 1000:8.1f} ms  {len(best)} modules")
    for package, taken in packages.most_common(20):
        print(f"{taken / 1000:8.1f} ms  {package}")


def beside(other: Path, times: int) -> None:
    """Print the seconds of both checkouts."""
    for what, arguments in (("plan", PLAN), ("--help", [*PLAN[:2], "--help"]), ("--version", [*PLAN[:2], "--version"])):
        taken: dict[Path, list[tuple[float, float]]] = {other: [], ROOT: []}
        for turn in range(times + 1):
            for checkout, rows in taken.items():
                before, begun = busy(), time.perf_counter()
                ran(arguments, checkout=checkout)
                if turn:  # the first has found the disk's cache empty
                    rows.append((time.perf_counter() - begun, busy() - before))
        for name, rows in (("the other", taken[other]), ("this one", taken[ROOT])):
            passed, of_processor = (statistics.median(column) for column in zip(*rows, strict=True))
            print(f"{what:10} {name:10} {passed:8.3f} s passed {of_processor:8.3f} s of the processor", flush=True)


def busy() -> float:
    """The seconds that processes begun here have kept the processor busy."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def instructions() -> None:
    """Print the instructions of a plan by library."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind"
        ran(PLAN, before=["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"])
        told = subprocess.run(
            ["callgrind_annotate", "--threshold=100", "--auto=no", str(out)], capture_output=True, check=True, text=True
        ).stdout
    libraries: collections.Counter[str] = collections.Counter()
    for count, library in COUNTED.findall(told):
        libraries[Path(library).name] += int(count.replace(",", ""))
    print(f"{libraries.total() / 1e9:8.2f} thousand million instructions")
    for library, count in libraries.most_common(10):
        print(f"{count / 1e9:8.2f}  {library}")


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--times", type=int, default=9)
    options.add_argument("--beside", type=Path)
    options.add_argument("--instructions", action="store_true")
    chosen = options.parse_args()
    if chosen.beside:
        beside(chosen.beside.absolute(), chosen.times)
    elif chosen.instructions:
        instructions()
    else:
        imports(chosen.times)


if __name__ == "__main__":
    main()
