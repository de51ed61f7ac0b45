"""Feed everything that reads the texts of others with what nobody would write, guided by coverage.

    python benchmarks/trust/fuzz.py --minutes 20 [--only notation] [--seed N] [--corpus FOLDER] [--json figures.json]

Tells for each reader how often it was fed, how many different steps from line to line that reached, and every
fault: an exception that is not the reader's own, a property that does not hold, more than ten seconds of
processor time. Exit code 1 where there is a fault.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
import sys
import warnings
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2])]

from guided import Result, feed
from targets import targets


def main() -> int:
    """Parse, feed, tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="in all; each reader gets the same share")
    parser.add_argument("--only", default="", help="readers whose name has this in it")
    parser.add_argument("--seed", default="trust")
    parser.add_argument("--corpus", type=Path, help="keep there what reached something new, and go on from it")
    parser.add_argument("--json", type=Path, help="write the figures there")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    chosen = [t for t in targets() if given.only in t.name]
    results = []
    for target in chosen:
        keep = given.corpus / f"{target.name.replace(' ', '-')}.json" if given.corpus else None
        results.append(feed(target, given.minutes * 60 / len(chosen), given.seed, keep))
        tell(results[-1])
    total, found = sum(r.executions for r in results), sum(len(r.findings) for r in results)
    busy = sum(r.processor for r in results) / 60
    print(f"{total:,} executions in {given.minutes:g} minutes, {busy:.1f} of processor time, {found} faults")
    if given.json:
        given.json.write_text(json.dumps([dataclasses.asdict(r) for r in results], indent=1))
    return 1 if found else 0


def tell(result: Result) -> None:
    """Write what one reader came to."""
    print(
        f"{result.target:32} {result.executions:>9,} executions  {result.edges:>5} edges  {result.kept:>5} kept"
        f"  slowest {result.slowest:.2f} s  {len(result.findings)} faults",
        flush=True,
    )
    for fault, text in result.findings.items():
        shown = ascii(text) if len(text) < 300 else f"{text[:200]!a} … ({len(text)} characters)"
        print(f"    {fault}\n        {shown}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
