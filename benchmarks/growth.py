"""How cost grows: python benchmarks/growth.py [--only contacts,notes,files,words,steps] [--most N] [--json FILE]

Each curve doubles or decuples its size and prints seconds and seconds a unit beside those of the size before: growth is
no worse than linear where the last column stays at 1 or below.

contacts  a look-up by name among 10 to 100,000 cards: the first (the index is made), and one after it
notes     a line appended to a note found by its title among 10 to 100,000
files     a file found by its name among 10 to 100,000
words     a plan for a command of 5 to 2,000 words, by the starter model
steps     the writing of plans of 1 to 30 steps under the grammar, all but the model itself
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tinyagent_cli import toolbox
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.desktops.open import OpenDesktop
from tinyagent_cli.desktops.places import Places
from tinyagent_cli.planner import decoding
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.starter_planner import starter as open_starter

NOW = dt.datetime(2026, 3, 4, 9, 30).astimezone()
MANY = (10, 100, 1_000, 10_000, 100_000)
TOOLS = toolbox.built_in()
Points = Iterator[tuple[str, int, float]]


def seconds(work: Callable[[], object]) -> float:
    """How long a call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def desktop(folder: Path) -> OpenDesktop:
    """An open desktop in a folder of its own, on which nothing is shown."""
    return OpenDesktop(Places.found({"home": str(folder)}, {"HOME": str(folder)}), TOOLS, opener=lambda _target: False)


def call(desk: OpenDesktop, tool: str, **args: object) -> float:
    """The seconds of one call."""
    values = {p.name: args.get(p.name, p.default) for p in TOOLS[tool].parameters}
    return seconds(lambda: desk.call(tool, values, Call(f"growth-{time.monotonic_ns()}", NOW)))


def contacts(most: int) -> Points:
    """Cards in one address book."""
    for size in (n for n in MANY if n <= most):
        with tempfile.TemporaryDirectory() as place:
            desk = desktop(Path(place))
            book = desk.places.contacts[0]
            book.mkdir(parents=True)
            for n in range(size):
                book.joinpath(f"{n}.vcf").write_text(
                    f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u{n}\r\nFN:Given{n} Family{n % 997}\r\nN:Family{n % 997};Given{n};;;\r\n"
                    f"EMAIL;TYPE=work:g{n}@example.com\r\nTEL;TYPE=cell:+1555{n:07d}\r\nORG:Acme\r\nEND:VCARD\r\n"
                )
            yield "contacts, first look-up", size, call(desk, "get_email_address", name="Given7")
            yield "contacts, next look-up", size, min(call(desk, "get_email_address", name=f"Given{n}") for n in range(3))


def notes(most: int) -> Points:
    """Notes in one folder."""
    for size in (n for n in MANY if n <= most):
        with tempfile.TemporaryDirectory() as place:
            desk = desktop(Path(place))
            desk.places.notes.mkdir(parents=True)
            for n in range(size):
                desk.places.notes.joinpath(f"Note {n}.md").write_text(f"# Note {n}\n\ntext\n")
            yield "notes, append", size, min(call(desk, "append_note_content", name="Note 7", content="more") for _ in range(3))


def files(most: int) -> Points:
    """Files in a hundred folders."""
    for size in (n for n in MANY if n <= most):
        with tempfile.TemporaryDirectory() as place:
            desk = desktop(Path(place))
            for n in range(size):
                folder = Path(place) / "Documents" / str(n % 100)
                folder.mkdir(parents=True, exist_ok=True)
                folder.joinpath(f"report-{n}.txt").write_text("text")
            yield "files, open by name", size, min(call(desk, "open_and_get_file_path", file_name="report-7.txt") for _ in range(3))


def words(_most: int) -> Points:
    """Commands that say more and more."""
    planner = open_starter(TOOLS)
    planner.plan("play some jazz", NOW)
    for size in (5, 50, 500, 2_000):
        command = "new note called Long: " + " ".join(f"word{n % 50}" for n in range(size))
        yield "words, plan", size, seconds(lambda text=command: planner.plan(text, NOW))  # type: ignore[misc]
    planner.close()


class Copying:
    """Writes a given text, byte by byte: a model that costs next to nothing."""

    def __init__(self, text: str) -> None:
        self.wanted = text.encode()
        self.logits = np.zeros(257, dtype=np.float32)

    def evaluate(self, tokens: list[int]) -> np.ndarray:
        """The next byte is the likeliest."""
        self.logits[:] = 0
        self.logits[self.wanted[len(tokens) - 1] if len(tokens) <= len(self.wanted) else 256] = 1
        return self.logits

    def piece(self, token: int) -> bytes:
        """A token is a byte."""
        return bytes([token]) if token < 256 else b""


def steps(_most: int) -> Points:
    """Plans of more and more lines."""
    for size in (1, 2, 5, 10, 20, 30):
        command = "remind me to call " + " ".join(f"number{n}" for n in range(size))
        text = "".join(f"remind call number{n}\n" for n in range(size))
        grammar = lambda of=command: CompactGrammar(TOOLS.tools, copies=Copies(of, NOW), most_lines=size + 1)  # noqa: B023, E731
        write = lambda said=text, make=grammar: list(decoding.lines(Copying(said), [0], make(), 256, most=5000))  # noqa: E731
        write()
        yield "steps, grammar", size, min(seconds(write) for _ in range(5))


CURVES = {"contacts": contacts, "notes": notes, "files": files, "words": words, "steps": steps}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default=",".join(CURVES))
    options.add_argument("--most", type=int, default=MANY[-1])
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    points = []
    before: dict[str, tuple[int, float]] = {}
    print(f"{'curve':26} {'size':>8} {'seconds':>10} {'growth beside linear':>21}")
    for name in chosen.only.split(","):
        for curve, size, taken in CURVES[name](chosen.most):
            old = before.get(curve)
            beside = "" if old is None else f"{(taken / old[1]) / (size / old[0]):.2f}"
            print(f"{curve:26} {size:8,} {taken:10.4f} {beside:>21}", flush=True)
            before[curve] = size, taken
            points.append({"curve": curve, "size": size, "seconds": taken})
    if chosen.json:
        chosen.json.write_text(json.dumps(points, indent=1))


if __name__ == "__main__":
    main()
