"""A virtual microphone: a PulseAudio null sink whose monitor is the default one. For tests and benchmarks.

Debian packages: `libportaudio2 pulseaudio pulseaudio-utils libasound2-plugins`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 60.0
"""Seconds that the server is given to answer, and to leave."""
AHEAD = 1000
"""Milliseconds of sound that the server holds of what is played: a busy machine tears none of it to pieces."""


@dataclass(frozen=True)
class Microphone:
    """The environment in which it is the default one, and the server that it is in."""

    environ: Mapping[str, str]
    server: subprocess.Popen[bytes]

    def play(self, file: Path, ahead: int = AHEAD) -> subprocess.Popen[bytes]:
        """Play a file into it; the program ends when the last sample was played, to within `ahead` milliseconds."""
        command = ["paplay", f"--latency-msec={ahead}", "--device=tester", str(file)]
        return subprocess.Popen(command, env=dict(self.environ))


@contextmanager
def microphone(home: Path) -> Iterator[Microphone]:
    """Start one for programs that are at home there. Raises OSError where there is no PulseAudio, or it does not answer."""
    runtime = Path(tempfile.mkdtemp(prefix="ta-pulse-"))  # a socket's path may have 107 characters
    places = {"XDG_RUNTIME_DIR": runtime, "PULSE_RUNTIME_PATH": runtime, "HOME": home, "TINYAGENT_HOME": home}
    # A server that is named is one that no client starts another one beside.
    environ = os.environ | {name: str(path) for name, path in places.items()} | {"PULSE_SERVER": f"unix:{runtime}/native"}
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--exit-idle-time=-1", "--daemonize=no", "--use-pid-file=no",
         "-L", "module-native-protocol-unix", "-L", "module-null-sink sink_name=tester"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environ,
    )  # fmt: skip
    try:
        answering(server, environ)
        yield Microphone(environ, server)
    finally:
        server.terminate()
        server.wait(PATIENCE)
        shutil.rmtree(runtime, ignore_errors=True)


def answering(server: subprocess.Popen[bytes], environ: Mapping[str, str]) -> None:
    """Wait until the server has made its monitor the default microphone. Raises OSError."""
    command = ["pactl", "set-default-source", "tester.monitor"]
    until = time.monotonic() + PATIENCE
    while subprocess.run(command, capture_output=True, check=False, env=dict(environ)).returncode:
        if server.poll() is not None:
            raise OSError("PulseAudio does not start here")
        if time.monotonic() > until:
            raise OSError("PulseAudio does not answer here")
        time.sleep(0.1)
