"""Commands spoken, heard and planned: word error rate, names, plan success and real-time factor.

    python benchmarks/voice.py                 72 commands of corpus/dev-*.txt, spoken, with noise; words and names
    python benchmarks/voice.py --plan          the same, and plans for the transcripts beside plans for the text
    python benchmarks/voice.py --json FILE     every figure, every transcript
    python benchmarks/voice.py --part train    commands of corpus/train-*.txt: what is chosen is chosen on these

heard               Whisper's first hearing, told of nothing
heard, mended       and near misses of names mended
told, mended        the second hearing, told of the names, mended
heard twice         what `tinyagent listen` has: the words of the surer hearing, names of both

How they are spoken: `voice_clips.py`. The speech model is tiny.en (`whisper_file.py`), or the one `--whisper-model`
names. From the end of speech to the plan, with a microphone: `voice_delay.py`.

What was spoken, transcribed and planned is kept in `--folder` and not done again, so that a broken run goes on where it
was; delete the folder to take the times anew.

Names are those of the people that the gold plans look up. The address book that Whisper is told of and that names are
mended towards holds them and 21 that are never said: more than one prompt has room for.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import hashlib
import json
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from voice_clips import NOISES, STRANGERS, Clip, chosen, lexicon_of, ready, spoken

from tinyagent_cli.learning.scoring import score
from tinyagent_cli.toolbox import built_in
from tinyagent_cli.voice import audio, names, sounds, twice, weights
from tinyagent_cli.voice.apart import Apart
from tinyagent_cli.voice.faults import NothingHeardError
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.transcribe import Transcriber, Word

Row = dict[str, Any]
SPELT = str.maketrans({"’": "'", "-": " ", "–": " ", "—": " "})
FIGURES = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"oclock": "", "ok": "okay", "mister": "mr", "doctor": "dr"}


def main() -> int:
    """Run the benchmark."""
    args = arguments()
    clips = chosen(args.count, args.folder, args.part)
    ready(clips)
    lexicon = lexicon_of(clips)
    model = weights.whisper_file(args.whisper_model) if args.whisper_model else tiny()
    # In a process of its own, as in `listen`: the libraries that hear and the one that plans must not meet in one.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        first, second = pool.submit(heard, clips, lexicon, model, args.folder).result()
    figures = measured(clips, lexicon, first, second)
    figures["model"] = model.stem
    if args.plan:
        figures["plans"] = planned(clips, figures["texts"], args.folder)
    report(figures)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False, default=str), encoding="utf-8")
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=72, help="how many commands")
    parser.add_argument("--part", default="dev", choices=["dev", "train"], help="which part of the corpus")
    parser.add_argument("--plan", action="store_true", help="plan the transcripts and the texts")
    parser.add_argument("--whisper-model", default="", help="a name or a file; tiny.en otherwise")
    parser.add_argument("--json", type=Path, help="write everything to this file")
    kept = Path(tempfile.gettempdir()) / "tinyagent-voice"
    parser.add_argument("--folder", type=Path, default=kept, help="where clips and results are kept")
    return parser.parse_args()


def tiny() -> Path:
    """The file of tiny.en."""
    from whisper_file import tiny_en

    return tiny_en()


class Kept:
    """Results in a file, a line each, found again by their key."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        self.rows: dict[str, Row] = {row["key"]: row for row in map(json.loads, lines)}

    def get(self, key: str, make: Callable[[], Row]) -> Row:
        """Return the row of a key, made and written down where it is not there."""
        if key not in self.rows:
            self.rows[key] = {"key": key} | make()
            with self.file.open("a", encoding="utf-8") as out:
                out.write(json.dumps(self.rows[key], ensure_ascii=False) + "\n")
        return self.rows[key]


def heard(clips: list[Clip], lexicon: Lexicon, model: Path, folder: Path) -> tuple[list[Row], list[Row]]:
    """Hear every clip twice, without the names and with them."""
    hearing = Hearing(model, folder)
    first = hearing.rows(clips, "first", lambda _: "")
    prompts = {row["clip"]: prompt_for(row, lexicon) for row in first}
    return first, hearing.rows(clips, "second", lambda clip: prompts[clip.file.name])


class Hearing:
    """Detection and Whisper, as `listen` has them, loaded when there is something to hear."""

    def __init__(self, model: Path, folder: Path) -> None:
        self.model, self.folder = model, folder
        self._detector: Apart | None = None
        self._ears: Transcriber | None = None

    def rows(self, clips: list[Clip], name: str, prompt: Callable[[Clip], str]) -> list[Row]:
        """Transcribe every clip that was not yet, and return what was heard with its times."""
        kept = Kept(self.folder / f"{self.model.stem}-{name}.jsonl")
        found = []
        for number, clip in enumerate(clips, 1):
            key = f"{clip.file.name} {digest(prompt(clip))}"
            found.append(kept.get(key, lambda clip=clip: self.one(clip, prompt(clip))))  # type: ignore[misc]
            sys.stderr.write(f"\r{name}: {number} of {len(clips)}  ")
        sys.stderr.write("\n")
        return found

    def one(self, clip: Clip, prompt: str) -> Row:
        """Transcribe one clip and time the parts, in seconds: Whisper by the clock and by the processor."""
        sound = spoken(clip)
        row: Row = {"clip": clip.file.name, "sound": audio.seconds_of(sound), "words": []}
        self._detector = self._detector or Apart()
        begun = time.perf_counter()
        try:
            speech = self._detector.speech_of(sound)
        except NothingHeardError:
            return row | {"speech": 0.0, "detecting": time.perf_counter() - begun, "wall": 0.0, "cpu": 0.0}
        row |= {"speech": audio.seconds_of(speech), "detecting": time.perf_counter() - begun}
        self._ears = self._ears or Transcriber(self.model)
        begun, cpu = time.perf_counter(), time.process_time()
        with contextlib.suppress(NothingHeardError):
            row["words"] = [dataclasses.astuple(word) for word in self._ears.transcribe(speech, prompt).words]
        return row | {"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu}


def prompt_for(first: Row, lexicon: Lexicon) -> str:
    """What Whisper is told before it listens again: as in `hearing.understand`."""
    told = lexicon if names.fits(lexicon) else names.likely(lexicon, words_in(first))
    return names.prompt(told)


def words_in(row: Row) -> list[Word]:
    """The words of a row."""
    return [Word(*word) for word in row["words"]]


def digest(text: str) -> str:
    """A short name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def measured(clips: list[Clip], lexicon: Lexicon, first: list[Row], second: list[Row]) -> dict[str, Any]:
    """Work every figure out."""
    pairs = [(words_in(one), words_in(two)) for one, two in zip(first, second, strict=True)]
    texts = {
        "heard": [names.mended(one, []) for one, _ in pairs],
        "heard, mended": [names.mended(one, names.corrections(one, lexicon)) for one, _ in pairs],
        "told, mended": [names.mended(two, names.corrections(two, lexicon)) for _, two in pairs],
        "heard twice": [names.mended(*twice.agreed(one, lambda two=two: two, lexicon)) for one, two in pairs],  # type: ignore[misc]
    }
    wanted = [clip.example.command for clip in clips]
    alone = Lexicon(STRANGERS)
    return {
        "commands": len(clips),
        "voices": len({(clip.program, clip.voice) for clip in clips}),
        "names_said": sum(len(clip.names) for clip in clips),
        "lexicon": len(lexicon.people),
        "cores": weights.cores(),
        "load_of_the_machine": round(os.getloadavg()[0], 1),
        "wer": {name: error_rate(wanted, each) for name, each in texts.items()},
        "names_wrong": {name: names_wrong(clips, each) for name, each in texts.items()},
        "wer_by_noise": {str(n): by(clips, texts, lambda c, n=n: c.noise == n) for n in NOISES},
        "wer_by_program": {
            p: by(clips, texts, lambda c, p=p: c.program == p) for p in dict.fromkeys(c.program for c in clips)
        },
        "better_by_names": count_changed(wanted, texts["heard"], texts["heard twice"], better=True),
        "worse_by_names": count_changed(wanted, texts["heard"], texts["heard twice"], better=False),
        "mended_towards_strangers": sum(
            names.mended(one, names.corrections(one, alone)) != names.mended(one, []) for one, _ in pairs
        ),
        "heard_again": sum(twice.in_doubt(one, lexicon) for one, _ in pairs),
        "real_time": times(first, second, [twice.in_doubt(one, lexicon) for one, _ in pairs]),
        "texts": {"wanted": wanted, **texts},
        "clips": [clip.file.name for clip in clips],
    }


def by(clips: list[Clip], texts: dict[str, list[str]], which: Callable[[Clip], bool]) -> dict[str, float]:
    """Word error rates of some of the clips."""
    some = [n for n, clip in enumerate(clips) if which(clip)]
    wanted = [clips[n].example.command for n in some]
    return {name: error_rate(wanted, [each[n] for n in some]) for name, each in texts.items()}


def times(first: list[Row], second: list[Row], again: list[bool]) -> dict[str, float]:
    """Seconds spent per second of sound (detection) or speech (Whisper: one hearing, and both where there are two)."""
    speech = sum(row["speech"] for row in first) or 1.0
    once = {kind: sum(row[kind] for row in first) / speech for kind in ("wall", "cpu")}
    more = {
        kind: sum(row[kind] for row, needed in zip(second, again, strict=True) if needed) / speech
        for kind in ("wall", "cpu")
    }
    return {
        "speech_seconds": round(speech, 1),
        "detecting_wall": round(sum(r["detecting"] for r in first) / sum(r["sound"] for r in first), 4),
        "whisper_wall": round(once["wall"], 3), "whisper_cpu": round(once["cpu"], 3),
        "twice_wall": round(once["wall"] + more["wall"], 3), "twice_cpu": round(once["cpu"] + more["cpu"], 3),
    }  # fmt: skip


def words_of(text: str) -> list[str]:
    """Words as they count for the error rate: no case, no accents, no punctuation, numbers in figures, am and pm apart."""
    text = re.sub(r"(\d)\s*([ap])\.?m\b\.?", r"\1 \2m", text.translate(SPELT).casefold())
    text = re.sub(r"\be mail", "email", text)
    words = [FIGURES.get(word, word) for word in sounds.folded(text).split()]
    return [word for word in words if word not in {"uh", "um", ""}]


def error_rate(wanted: Iterable[str], heard: Iterable[str]) -> float:
    """Word error rate of all texts together."""
    from rapidfuzz.distance import Levenshtein

    wrong = of = 0
    for want, got in zip(wanted, heard, strict=True):
        a, b = words_of(want), words_of(got)
        wrong, of = wrong + Levenshtein.distance(a, b), of + len(a)
    return round(wrong / of, 4) if of else 0.0


def names_wrong(clips: list[Clip], texts: list[str]) -> float:
    """The share of the names said that do not stand in the text, letter by letter but for case and accents."""
    wrong = of = 0
    for clip, text in zip(clips, texts, strict=True):
        got = f" {' '.join(words_of(text))} "
        for name in clip.names:
            said = " ".join(words_of(name))
            of += 1
            wrong += f" {said} " not in got and f" {said}s " not in got
    return round(wrong / of, 4) if of else 0.0


def count_changed(wanted: Sequence[str], before: Sequence[str], after: Sequence[str], *, better: bool) -> int:
    """How many texts have fewer errors after than before, or more."""
    changes = [
        error_rate([want], [new]) - error_rate([want], [old])
        for want, old, new in zip(wanted, before, after, strict=True)
    ]
    return sum(change < 0 if better else change > 0 for change in changes)


def planned(clips: list[Clip], texts: dict[str, list[str]], folder: Path) -> dict[str, Any]:
    """Plan the texts and the transcripts with the planner of the settings; plans of the same weights are kept."""
    from tinyagent_cli import settings
    from tinyagent_cli.planner import open_planner, starter

    read = settings.load()
    adapter = starter.adapter()
    weights_ = adapter.read_bytes() if read.planner.model == "starter" and adapter else b""
    kept = Kept(folder / f"plans-{read.planner.model.replace('/', '_')}-{hashlib.sha256(weights_).hexdigest()[:12]}.jsonl")
    planner = open_planner(read, built_in())
    planner.plan(clips[0].example.command, clips[0].example.now)  # so that no time has the loading in it
    results: dict[str, Any] = {}
    for name, each in texts.items():
        rows = [
            kept.get(f"{clip.example.id} {text}", lambda clip=clip, text=text: plan_of(planner, clip, text))  # type: ignore[misc]
            for clip, text in zip(clips, each, strict=True)
        ]
        results[name] = {
            "plan_success": round(statistics.mean(row["plan"] for row in rows), 4),
            "full_success": round(statistics.mean(row["full"] for row in rows), 4),
            "seconds_median": round(statistics.median(row["took"] for row in rows), 3),
        }
    planner.close()
    return results


def plan_of(planner: Any, clip: Clip, text: str) -> Row:
    """Plan one text, and compare with what is wanted."""
    from tinyagent_cli.errors import TinyAgentError

    begun = time.perf_counter()
    try:
        found = score(planner.plan(text, clip.example.now).plan, clip.example.plan)
    except TinyAgentError:
        found = None
    took = round(time.perf_counter() - begun, 3)
    return {"plan": bool(found and found.plan), "full": bool(found and found.full), "took": took}


def report(figures: dict[str, Any]) -> None:
    """Write the figures for a person."""
    print(f"{figures['commands']} commands, {figures['voices']} voices, {figures['names_said']} names said, "
          f"{figures['lexicon']} known; {figures['model']} on {figures['cores']} cores, "
          f"load {figures['load_of_the_machine']}")  # fmt: skip
    print(f"{'':<20}{'WER':>8}{'names wrong':>14}")
    for name in figures["wer"]:
        print(f"{name:<20}{figures['wer'][name]:>8.1%}{figures['names_wrong'][name]:>14.1%}")
    for kind in ("noise", "program"):
        for value, each in figures[f"wer_by_{kind}"].items():
            print(f"WER, {kind} {value}: " + ", ".join(f"{name} {rate:.1%}" for name, rate in each.items()))
    print(f"texts made better by names: {figures['better_by_names']}, worse: {figures['worse_by_names']}; "
          f"heard again: {figures['heard_again']}; mended towards names never said: "
          f"{figures['mended_towards_strangers']}")  # fmt: skip
    print("seconds a second of sound: " + ", ".join(f"{k} {v}" for k, v in figures["real_time"].items()))
    for name, each in figures.get("plans", {}).items():
        print(f"plans of {name}: {each}")


if __name__ == "__main__":
    sys.exit(main())
