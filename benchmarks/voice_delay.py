"""From the end of speech to the plan, with a microphone: seconds, and their parts.

    python benchmarks/voice_delay.py              20 of the clips of `voice_clips.py`
    python benchmarks/voice_delay.py --json FILE  every measurement

Each clip, cut after its last sound, is played into a PulseAudio null sink whose monitor is the default microphone, and
`tinyagent listen --dry-run --json` listens to it, a new process each time. The clock runs from the clip's last sample, to
within 50 ms, to the first byte of the answer, which has the plan. The address book holds the names of `voice_clips.py`.
Debian packages: those of `voice_clips.py` and `microphone.py`.
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
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from microphone import Microphone, microphone
from voice_clips import Clip, chosen, lexicon_of, ready, spoken

from tinyagent_cli.settings import VoiceSettings
from tinyagent_cli.voice import audio

LATENCY = 50
"""Milliseconds of sound that the player is ahead of the sink: less, and a busy machine tears speech to pieces."""
AUDIBLE = 0.05
"""Of the loudest sample: what is less after the last one that is more is no speech."""


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=20, help="how many clips")
    parser.add_argument("--whisper-model", type=Path, help="a file; tiny.en otherwise")
    parser.add_argument("--json", type=Path, help="write every measurement to this file")
    kept = Path(tempfile.gettempdir()) / "tinyagent-voice"
    parser.add_argument("--folder", type=Path, default=kept, help="where clips are kept")
    args = parser.parse_args()
    model = args.whisper_model or tiny()
    every = chosen(72, args.folder)
    clips = [clip for clip in every if clip.noise in {None, 30}][: args.count]
    ready(clips)
    rows = []
    with tempfile.TemporaryDirectory() as home, microphone(Path(home)) as there:
        address_book(Path(home), lexicon_of(every).people)
        for number, clip in enumerate([clips[0], *clips]):  # the first one twice: what it reads from disk, none does after it
            row = measured(cut(clip, Path(home) / "said.wav"), model, there)
            if number and row:
                rows.append({"clip": clip.file.name, **row})
            sys.stderr.write(f"\r{number} of {len(clips)}  ")
    sys.stderr.write("\n")
    if args.json:
        args.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return report(rows, len(clips))


def report(rows: list[dict[str, Any]], of: int) -> int:
    """Write the medians."""
    if not rows:
        sys.stderr.write("no plan came of any of them\n")
        return 1
    heard = sum(row["transcribing in all"] for row in rows) / sum(row["speech"] for row in rows)
    print(f"{len(rows)} of {of} clips planned, {len(os.sched_getaffinity(0))} cores, load {os.getloadavg()[0]:.1f}; "
          f"{heard:.2f} s of transcribing a second of speech; medians in seconds:")  # fmt: skip
    for part in list(rows[0])[1:]:
        print(f"{part:<40}{statistics.median(row[part] for row in rows):>7.2f}")
    return 0


def tiny() -> Path:
    """The file of tiny.en."""
    from whisper_file import tiny_en

    return tiny_en()


def cut(clip: Clip, target: Path) -> Path:
    """Write a clip without what comes after its last sound, so that the end of the file is the end of speech."""
    import numpy as np

    sound = spoken(clip)
    loud = np.flatnonzero(np.abs(sound) > AUDIBLE * np.abs(sound).max())
    target.unlink(missing_ok=True)
    audio.write(target, sound[: loud[-1] + 1])
    return target


def address_book(home: Path, names: Iterable[str]) -> None:
    """Write settings and cards, so that the program that is at home there knows so many people."""
    book = home / "contacts"
    book.mkdir()
    for number, name in enumerate(names):
        *given, last = name.split()
        card = (
            "BEGIN:VCARD", "VERSION:3.0", f"UID:{number}", f"FN:{name}", f"N:{last if given else ''};{' '.join(given) or last};;;",
            f"EMAIL:person{number}@example.com", f"TEL;TYPE=cell:+1555{number:07}", "END:VCARD", "",
        )  # fmt: skip
        (book / f"{number}.vcf").write_text("\r\n".join(card), encoding="utf-8")
    file = home / "config.toml"
    file.write_text(f'[desktop]\nkind = "open"\n[open]\ncontacts = ["{book}"]\n', encoding="utf-8")


def measured(said: Path, model: Path, there: Microphone) -> dict[str, float] | None:
    """Play one clip to a listening program; None where no plan came of it."""
    command = [sys.executable, "-m", "tinyagent_cli", "listen", "--dry-run", "--json", "--whisper-model", str(model)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        env=dict(there.environ), cwd=ROOT,
    ) as program:  # fmt: skip
        assert program.stdout
        assert program.stderr
        state = program.stderr.readline().decode()
        if not state.startswith("listening"):
            raise SystemExit(f"the program does not listen: {state}{program.stderr.read().decode()}")
        there.play(said, LATENCY).wait()
        ended = time.perf_counter()
        first = program.stdout.read(1)
        total = time.perf_counter() - ended
        answer: dict[str, Any] = json.loads(first + program.stdout.read()) if first else {}
    if "timing" not in answer.get("data", {}):
        return None
    heard = answer["data"]["transcript"]["seconds"]
    parts = {
        "silence waited for": VoiceSettings().silence,
        "transcribing after that": heard["waited"],
        "planning": sum(answer["data"]["timing"].values()),
    }
    return {
        "from end of speech to plan": total, **parts, "everything else": total - sum(parts.values()),
        "speech": heard["speech"], "transcribing in all": heard["transcribing"],
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
