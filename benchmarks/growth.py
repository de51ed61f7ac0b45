"""How cost grows: python benchmarks/growth.py [--only contacts,notes,files,words,steps] [--most N] [--picture FILE]

Each curve doubles or decuples its size and prints seconds, and how they have grown beside the size: no worse than
linearly where the last column stays at 1 or below. Seconds are the processor's, of this process and all its threads, so
that other programs hardly matter. `--picture` draws the curves, for which matplotlib is needed.

contacts  a look-up by name among 10 to 100,000 cards: the first (the index is made), and one after it
notes     a line appended to a note found by its title among 10 to 100,000
files     a file found by the words of its name among 10 to 100,000
words     a plan for a command of 5 to 2,000 words, by the starter model, or until it gives one up that gets too long
steps     the writing of plans of 1 to 30 steps under the grammar, all but the model itself
"""

from __future__ import annotations

import argparse
import datetime as dt
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from tinyagent_cli import toolbox
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.desktops.open import OpenDesktop
from tinyagent_cli.desktops.places import Places
from tinyagent_cli.errors import ModelError
from tinyagent_cli.planner import decoding
from tinyagent_cli.planner.dialects.compact_copies import Copies
from tinyagent_cli.planner.dialects.compact_grammar import CompactGrammar
from tinyagent_cli.planner.starter_planner import starter as open_starter

NOW = dt.datetime(2026, 3, 4, 9, 30).astimezone()
MANY = (10, 100, 1_000, 10_000, 100_000)
TOOLS = toolbox.built_in()
PROSE = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))
"""Words that somebody could say; made-up ones lead a language model astray."""
Points = Iterator[tuple[str, int, float]]


def seconds(work: Callable[[], object]) -> float:
    """How long a call keeps the processor busy."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


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
            yield "files, open by name", size, min(call(desk, "open_and_get_file_path", file_name="report 7") for _ in range(3))


def words(_most: int) -> Points:
    """Commands that say more and more."""
    planner = open_starter(TOOLS)
    planner.plan("play some jazz", NOW)

    def plan(command: str) -> None:
        with suppress(ModelError):
            planner.plan(command, NOW)

    prose = [word for file in PROSE for word in re.findall("[A-Za-z]+", file.read_text(encoding="utf-8"))]
    for size in (5, 50, 500, 2_000):
        command = "new note called Long: " + " ".join(prose[: size - 4])
        yield "words, plan", size, seconds(lambda text=command: plan(text))  # type: ignore[misc]
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


def draw(points: list[tuple[str, int, float]], file: Path) -> None:
    """Draw the curves, both axes in powers of ten, and what linear growth looks like."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for curve in dict.fromkeys(curve for curve, _, _ in points):
        axes.plot(*zip(*((size, taken) for name, size, taken in points if name == curve), strict=True), marker="o", label=curve)
    axes.plot([1, 100_000], [0.0001, 10], ":", color="grey", label="linear")
    axes.set(xscale="log", yscale="log", xlabel="how many", ylabel="seconds of the processor")
    axes.legend(fontsize=8)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(file)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default=",".join(CURVES))
    options.add_argument("--most", type=int, default=MANY[-1])
    options.add_argument("--picture", type=Path)
    chosen = options.parse_args()
    points: list[tuple[str, int, float]] = []
    print(f"{'curve':26} {'size':>8} {'seconds':>10} {'growth beside linear':>21}")
    for name in chosen.only.split(","):
        for curve, size, taken in CURVES[name](chosen.most):
            old = next(((n, s) for c, n, s in reversed(points) if c == curve), None)
            beside = f"{(taken / old[1]) / (size / old[0]):.2f}" if old else ""
            print(f"{curve:26} {size:8,} {taken:10.4f} {beside:>21}", flush=True)
            points.append((curve, size, taken))
    if chosen.picture:
        draw(points, chosen.picture)


if __name__ == "__main__":
    main()
