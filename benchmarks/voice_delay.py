"""From the end of speech to the plan on the screen, with a microphone: seconds, and their parts.

    python benchmarks/voice_delay.py              20 of the clips of `voice_clips.py`
    python benchmarks/voice_delay.py --json FILE  every measurement

Each clip, without its silence, is played into a PulseAudio null sink whose monitor is the default microphone, and
`tinyagent listen --dry-run --json` listens to it. The clock runs from the clip's last sample to the last line of the
answer. Debian packages besides those of `voice_clips.py`: `libportaudio2 pulseaudio pulseaudio-utils libasound2-plugins`.
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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from voice_clips import chosen, ready, spoken

SILENCE = 0.9
"""Seconds of silence that end a command: the default of voice.silence."""


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
    clips = [clip for clip in chosen(72, args.folder) if clip.noise in {None, 30}][: args.count]
    ready(clips)
    rows = []
    with tempfile.TemporaryDirectory() as home, microphone(Path(home)) as environ:
        for number, clip in enumerate(clips, 1):
            spoken(clip)
            dry = trimmed(clip.file, Path(home) / "said.wav")
            row = measured(dry, model, environ)
            if row:
                rows.append(row)
            sys.stderr.write(f"\r{number} of {len(clips)}  ")
    if not rows:
        sys.stderr.write("nothing was heard\n")
        return 1
    print(f"{len(rows)} of {len(clips)} clips planned, load {os.getloadavg()[0]:.1f}; medians in seconds:")
    for part in rows[0]:
        print(f"{part:<32}{statistics.median(row[part] for row in rows):>7.2f}")
    if args.json:
        args.json.write_text(json.dumps(rows, indent=2), encoding="utf-8")
    return 0


def tiny() -> Path:
    """The file of tiny.en."""
    from whisper_file import tiny_en

    return tiny_en()


def trimmed(clip: Path, target: Path) -> Path:
    """Cut the 0.8 seconds after the speech off, so that the end of the file is the end of speech."""
    subprocess.run(["sox", clip, target, "trim", "0", "-0.8"], check=True, capture_output=True)
    return target


@contextmanager
def microphone(home: Path) -> Iterator[Mapping[str, str]]:
    """Start a PulseAudio with a null sink as microphone; yields the environment in which it is the default one."""
    runtime = home / "pulse"
    runtime.mkdir(mode=0o700)
    places = {"XDG_RUNTIME_DIR": runtime, "PULSE_RUNTIME_PATH": runtime, "HOME": home, "TINYAGENT_HOME": home}
    environ = os.environ | {name: str(path) for name, path in places.items()}
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no",
         "-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=tester"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ,
    )  # fmt: skip
    try:
        for _ in range(100):
            command = ["pactl", "set-default-source", "tester.monitor"]
            if not subprocess.run(command, capture_output=True, check=False, env=environ).returncode:
                break
            time.sleep(0.1)
        yield environ
    finally:
        server.terminate()
        server.wait(10)


def measured(said: Path, model: Path, environ: Mapping[str, str]) -> dict[str, float] | None:
    """Play one clip to a listening program; None where no plan came of it."""
    command = [sys.executable, "-m", "tinyagent_cli", "listen", "--dry-run", "--json", "--whisper-model", str(model)]
    program = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        env=dict(environ), cwd=ROOT,
    )  # fmt: skip
    assert program.stderr
    program.stderr.readline()  # listening…
    time.sleep(0.5)
    # paplay returns when the sink has played the last sample.
    subprocess.run(
        ["paplay", "--latency-msec=20", "--device=tester", str(said)], check=True, env=dict(environ)
    )
    ended = time.perf_counter()
    out, _ = program.communicate(timeout=300)
    total = time.perf_counter() - ended
    answer: dict[str, Any] = json.loads(out) if out else {}
    if "timing" not in answer.get("data", {}):
        return None
    data, timing = answer["data"], answer["data"]["timing"]
    parts = {
        "silence waited for": SILENCE,
        "transcribing": data["transcript"]["seconds"]["transcribing"],
        "planning": sum(timing.values()),
    }
    return {"from speech to plan": total, **parts, "everything else, and leaving": total - sum(parts.values())}


if __name__ == "__main__":
    sys.exit(main())
