
"""Commands spoken, heard and planned: word error rate, names, plan success and real-time factor.

    python benchmarks/voice.py                 72 commands of corpus/dev-*.txt, spoken, with noise; words and names
    python benchmarks/voice.py --plan          the same, and plans for the transcripts beside plans for the text
    python benchmarks/voice.py --json FILE     every figure, every transcript

Voices: espeak-ng (formants) and flite (diphones and clustergen), ten in all, at three speeds, with brown or pink noise
mixed in by sox at 30, 20 and 10 dB below the speech, or none. All is chosen by a fixed seed. Debian packages:
`espeak-ng flite sox`. The speech model is tiny.en (`whisper_file.py`), or the one `--whisper-model` names.

What was transcribed is kept in `--folder` and not transcribed again, so that a broken run goes on where it was.

Names are those of the people and files that the gold plans look up. The lexicon that Whisper is told of holds them and
as many again that are never said.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from tinyagent_cli.learning import corpus
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.learning.scoring import score
from tinyagent_cli.toolbox import built_in
from tinyagent_cli.voice import audio, detect, names, sounds, weights
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.transcribe import Transcriber, Word

SEED = 20
FLITE = ("slt", "rms", "awb", "kal16")
ESPEAK = ("en-us", "en-gb", "en-us+f3", "en-gb-scotland", "en-gb-x-rp+m3", "en-us+f4")
SPEEDS = (0.9, 1.0, 1.2)
NOISES = (None, 30, 20, 10)
"""How much the noise is below the speech, in dB."""
STRANGERS = (
    "Beatrix", "Casimir", "Delphine", "Eoghan", "Farouk", "Gudrun", "Hiroshi", "Ingrid", "Joaquin", "Kwame", "Lieselotte",
    "Mbali", "Niamh", "Oluwaseun", "Przemek", "Quentin", "Rashida", "Siobhan", "Thandiwe", "Umberto", "Vasilisa",
)  # fmt: skip
LOOKED_UP = {"get_phone_number": "name", "get_email_address": "name"}
SPELT = str.maketrans({"’": "'", "-": " ", "–": " ", "—": " "})
_PLAIN = re.compile(r"[A-Za-z0-9 ,.'’?!:-]+")


@dataclass(frozen=True)
class Clip:
    """One command as it is spoken."""

    example: Example
    voice: str
    speed: float
    noise: int | None
    file: Path

    @property
    def names(self) -> list[str]:
        """The people that its plan looks up."""
        steps = [s for s in self.example.plan.steps if s.tool in LOOKED_UP]
        return [name for s in steps if isinstance(name := s.args["name"], str) and "$" not in name]


def main() -> int:
    """Run the benchmark."""
    args = arguments()
    clips = chosen(args.count, args.folder)
    lexicon = lexicon_of(clips)
    model = weights.whisper_file(args.whisper_model) if args.whisper_model else tiny()
    with_plain = heard(clips, model, args.folder, "")
    with_names = heard(clips, model, args.folder, names.prompt(lexicon), lexicon)
    figures = measured(clips, lexicon, with_plain, with_names)
    figures["model"] = model.stem
    if args.plan:
        figures["plans"] = planned(clips, figures["texts"])
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
    parser.add_argument("--plan", action="store_true", help="plan the transcripts and the texts")
    parser.add_argument("--whisper-model", default="", help="a name or a file; tiny.en otherwise")
    parser.add_argument("--json", type=Path, help="write everything to this file")
    parser.add_argument(
        "--folder",
        type=Path,
        default=Path(tempfile.gettempdir()) / "tinyagent-voice",
        help="where clips are kept",
    )
    return parser.parse_args()


def tiny() -> Path:
    """The file of tiny.en."""
    from whisper_file import tiny_en

    return tiny_en()


def chosen(count: int, folder: Path) -> list[Clip]:
    """Choose commands, two in three with names in them, and a voice, a speed and a noise for each."""
    signatures = {t.name: [p.name for p in t.parameters] for t in built_in()}
    examples = [e for e in corpus.read(sorted((ROOT / "corpus").glob("dev-*.txt")), signatures) if sayable(e)]
    mixed = random.Random(SEED)
    mixed.shuffle(examples)
    naming = [e for e in examples if any(s.tool in LOOKED_UP for s in e.plan.steps)]
    others = [e for e in examples if e not in naming]
    taken = naming[: count * 2 // 3] + others[: count - count * 2 // 3]
    voices = [("flite", v) for v in FLITE] + [("espeak-ng", v) for v in ESPEAK]
    clips = []
    for number, example in enumerate(taken):
        program, voice = voices[number % len(voices)]
        speed, noise = SPEEDS[number % len(SPEEDS)], NOISES[number % len(NOISES)]
        file = folder / "clips" / f"{number:03}-{example.id.replace(':', '-')}-{voice}.wav"
        clips.append(Clip(example, f"{program} {voice}", speed, noise, file))
    return clips


def sayable(example: Example) -> bool:
    """True for commands that somebody would say: whole words, and no addresses."""
    text = example.command
    terse = re.search(
        r"(?i)\b(w/|re|pls|tmrw|tmr|mtg|appt|txt|u|r|abt|dirs|shld|fri|thu|sat|mon|tue|wed|sun)\b", text
    )
    return bool(_PLAIN.fullmatch(text)) and not terse and 4 <= len(text.split()) <= 25


def lexicon_of(clips: Iterable[Clip]) -> Lexicon:
    """The names that are said, among others that are not, in the order of the alphabet."""
    said = {name for clip in clips for name in clip.names if name[:1].isupper()}
    return Lexicon(tuple(sorted(said | set(STRANGERS))))


def spoken(clip: Clip) -> audio.Sound:
    """Speak a clip, once, and return its sound."""
    if not clip.file.exists():
        clip.file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as work:
            dry = Path(work) / "dry.wav"
            program, voice = clip.voice.split()
            text = clip.example.command
            if program == "flite":
                run(
                    [
                        "flite",
                        "-voice",
                        voice,
                        "--setf",
                        f"duration_stretch={1 / clip.speed:.2f}",
                        "-t",
                        text,
                        "-o",
                        str(dry),
                    ]
                )
            else:
                run(["espeak-ng", "-v", voice, "-s", str(round(150 * clip.speed)), "-w", str(dry), text])
            mix(dry, clip)
    return audio.read(str(clip.file), 60)


def mix(dry: Path, clip: Clip) -> None:
    """Put silence around the speech, and noise under all of it."""
    padded = dry.with_name("padded.wav")
    run(["sox", str(dry), "-r", "16000", "-c", "1", str(padded), "gain", "-n", "-6", "pad", "0.5", "0.8"])
    if clip.noise is None:
        padded.rename(clip.file) if padded.stat().st_dev == clip.file.parent.stat().st_dev else copy(
            padded, clip.file
        )
        return
    noise, kind = dry.with_name("noise.wav"), "brownnoise" if clip.noise % 20 else "pinknoise"
    level = detect_level(padded) - clip.noise
    run(["sox", str(padded), str(noise), "synth", kind, "gain", "-n", "-6"])
    shift = level - detect_level(noise)
    run(
        [
            "sox",
            "-R",
            "-m",
            "-v",
            "1",
            str(padded),
            "-v",
            f"{10 ** (shift / 20):.5f}",
            str(noise),
            str(clip.file),
        ]
    )


def copy(source: Path, target: Path) -> None:
    """Copy a file."""
    target.write_bytes(source.read_bytes())


def detect_level(file: Path) -> float:
    """The loudness of a file in dBFS."""
    return audio.loudness(audio.read(str(file), 60))


def run(command: Sequence[str]) -> None:
    """Run a program. Raises CalledProcessError."""
    subprocess.run(command, check=True, capture_output=True)


def heard(
    clips: list[Clip], model: Path, folder: Path, prompt: str, lexicon: Lexicon | None = None
) -> list[dict[str, Any]]:
    """Transcribe every clip that was not yet, and return what was heard with its times."""
    file = folder / f"{model.stem}-{'biased' if prompt else 'plain'}.jsonl"
    done = {}
    if file.exists():
        done = {row["clip"]: row for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())}
    ears: Transcriber | None = None
    with file_to_append(file) as out:
        for number, clip in enumerate(clips, 1):
            if clip.file.name in done:
                continue
            ears = ears or Transcriber(model)
            row = one(ears, clip, prompt, lexicon)
            done[clip.file.name] = row
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()
            sys.stderr.write(f"\r{file.stem}: {number} of {len(clips)}  ")
    return [done[clip.file.name] for clip in clips]


def file_to_append(file: Path) -> Any:
    """Open a file to write more into."""
    file.parent.mkdir(parents=True, exist_ok=True)
    return file.open("a", encoding="utf-8")


def one(ears: Transcriber, clip: Clip, prompt: str, lexicon: Lexicon | None) -> dict[str, Any]:
    """Transcribe one clip, as `listen` does, and time the parts: detection, and Whisper by the clock and by the processor."""
    sound = spoken(clip)
    row: dict[str, Any] = {"clip": clip.file.name, "sound": audio.seconds_of(sound), "words": []}
    begun = time.perf_counter()
    try:
        speech = detect.speech_of(sound)
    except detect.NothingHeardError:
        return row | {"speech": 0.0, "detecting": time.perf_counter() - begun, "wall": 0.0, "cpu": 0.0}
    row |= {"speech": audio.seconds_of(speech), "detecting": time.perf_counter() - begun}
    begun, cpu = time.perf_counter(), time.process_time()
    try:
        if lexicon and not names.fits(lexicon):
            first = ears.transcribe(speech)
            prompt = names.prompt(names.likely(lexicon, first.words))
        row["words"] = [dataclasses.astuple(word) for word in ears.transcribe(speech, prompt).words]
    except detect.NothingHeardError:
        pass
    return row | {"wall": time.perf_counter() - begun, "cpu": time.process_time() - cpu}


def measured(clips: list[Clip], lexicon: Lexicon, plain: list[Any], biased: list[Any]) -> dict[str, Any]:
    """Work every figure out."""
    texts: dict[str, list[str]] = {}
    for name, rows, mending in (
        ("plain", plain, False), ("mended", plain, True), ("biased", biased, False), ("biased and mended", biased, True),
    ):  # fmt: skip
        texts[name] = [text_of(row, lexicon if mending else None) for row in rows]
    wanted = [clip.example.command for clip in clips]
    speech = sum(row["speech"] for row in biased) or 1.0
    return {
        "commands": len(clips),
        "voices": len({clip.voice for clip in clips}),
        "names_said": sum(len(clip.names) for clip in clips),
        "lexicon": len(lexicon.people),
        "cores": weights.cores(),
        "load_of_the_machine": round(os.getloadavg()[0], 1),
        "wer": {name: error_rate(wanted, each) for name, each in texts.items()},
        "wer_by_noise": {
            str(level): {
                name: error_rate(
                    *zip(
                        *[(w, t) for w, t, c in zip(wanted, each, clips, strict=True) if c.noise == level],
                        strict=True,
                    )
                )
                for name, each in texts.items()
            }
            for level in NOISES
        },
        "names_wrong": {name: names_wrong(clips, each) for name, each in texts.items()},
        "wrongly_mended": sum(
            worse(c, a, b)
            for c, a, b in zip(wanted, texts["biased"], texts["biased and mended"], strict=True)
        ),
        "real_time": {
            "speech_seconds": round(speech, 1),
            "detecting": round(sum(r["detecting"] for r in biased) / sum(r["sound"] for r in biased), 4),
            "whisper_wall": round(sum(r["wall"] for r in biased) / speech, 3),
            "whisper_cpu": round(sum(r["cpu"] for r in biased) / speech, 3),
            "whisper_wall_plain": round(sum(r["wall"] for r in plain) / speech, 3),
            "whisper_cpu_plain": round(sum(r["cpu"] for r in plain) / speech, 3),
        },
        "texts": {"wanted": wanted, **texts},
        "clips": [{"voice": c.voice, "speed": c.speed, "noise": c.noise, "id": c.example.id} for c in clips],
    }


def text_of(row: dict[str, Any], lexicon: Lexicon | None) -> str:
    """The text of a transcript, mended or not."""
    words = [Word(*word) for word in row["words"]]
    found = names.corrections(words, lexicon) if lexicon else []
    return names.mended(words, found)


def words_of(text: str) -> list[str]:
    """Words as they count for the error rate: no case, no accents, no punctuation, numbers in figures, am and pm apart."""
    text = re.sub(r"(\d)\s*([ap])\.?m\b\.?", r"\1 \2m", text.translate(SPELT).casefold())
    return [FIGURES.get(word, word) for word in sounds.folded(text).split() if word not in {"uh", "um"}]


FIGURES = {
    word: str(number)
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve".split()
    )
} | {"oclock": "", "ok": "okay", "mister": "mr", "doctor": "dr", "e": ""}


def error_rate(wanted: Iterable[str], heard_: Iterable[str]) -> float:
    """Word error rate of all texts together."""
    from rapidfuzz.distance import Levenshtein

    wrong = of = 0
    for want, got in zip(wanted, heard_, strict=True):
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


def worse(wanted: str, before: str, after: str) -> bool:
    """True where mending added errors."""
    return error_rate([wanted], [after]) > error_rate([wanted], [before])


def planned(clips: list[Clip], texts: dict[str, list[str]]) -> dict[str, Any]:
    """Plan the texts and the transcripts with the planner of the settings. Times are from end of speech to plan."""
    from tinyagent_cli import settings
    from tinyagent_cli.errors import TinyAgentError
    from tinyagent_cli.planner import open_planner

    planner = open_planner(settings.load(), built_in())
    planner.plan(clips[0].example.command, clips[0].example.now)  # so that no figure has the loading in it
    results: dict[str, Any] = {}
    for name in ("wanted", "plain", "biased and mended"):
        scores, took = [], []
        for clip, text in zip(clips, texts[name], strict=True):
            begun = time.perf_counter()
            try:
                plan = planner.plan(text, clip.example.now).plan
                scores.append(score(plan, clip.example.plan))
            except TinyAgentError:
                scores.append(None)
            took.append(time.perf_counter() - begun)
        results[name] = {
            "plan_success": round(sum(bool(s and s.plan) for s in scores) / len(scores), 4),
            "full_success": round(sum(bool(s and s.full) for s in scores) / len(scores), 4),
            "seconds_median": round(sorted(took)[len(took) // 2], 3),
        }
    planner.close()
    return results


def report(figures: dict[str, Any]) -> None:
    """Write the figures for a person."""
    print(f"{figures['commands']} commands, {figures['voices']} voices, {figures['names_said']} names said, "
          f"{figures['lexicon']} known; {figures['model']} on {figures['cores']} cores, "
          f"load {figures['load_of_the_machine']}")  # fmt: skip
    print(f"{'':<20}{'WER':>8}{'names wrong':>14}")
    for name in figures["wer"]:
        print(f"{name:<20}{figures['wer'][name]:>8.1%}{figures['names_wrong'][name]:>14.1%}")
    for level, each in figures["wer_by_noise"].items():
        print(f"noise {level:>5} dB below: " + ", ".join(f"{name} {rate:.1%}" for name, rate in each.items()))
    print(f"made worse by mending: {figures['wrongly_mended']}")
    print("real-time factor: " + ", ".join(f"{k} {v}" for k, v in figures["real_time"].items()))
    for name, each in figures.get("plans", {}).items():
        print(f"plans of {name}: {each}")


if __name__ == "__main__":
    sys.exit(main())
