"""From sound to a command: cut to the speech, transcribed with the names in mind, mended."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from tinyagent_cli.voice import names
from tinyagent_cli.voice.apart import Apart
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.names import Correction
from tinyagent_cli.voice.transcribe import Transcript

if TYPE_CHECKING:
    from tinyagent_cli.voice.audio import Sound
    from tinyagent_cli.voice.detect import Judge

NAMES_WAIT = 3.0
"""Seconds that names are waited for once something was said."""


@dataclass(frozen=True)
class Heard:
    """A transcript with the corrections found in it; `text` has the applied ones."""

    transcript: Transcript
    corrections: tuple[Correction, ...] = ()

    @property
    def text(self) -> str:
        """The command."""
        return names.mended(self.transcript.words, self.corrections)

    def with_all(self, *, applied: bool) -> Heard:
        """Return it with every correction applied, or none."""
        return replace(self, corrections=tuple(names.taken(self.corrections, wanted=applied)))

    def data(self) -> dict[str, Any]:
        """Return it as JSON data, times in seconds, probabilities from 0 to 1."""
        said = self.transcript
        return {
            "text": self.text,
            "heard": said.text,
            "confidence": round(said.confidence, 4),
            "model": said.model,
            "seconds": {"speech": round(said.seconds, 3), "transcribing": round(said.took, 3)},
            "words": [
                {"word": w.text, "start": w.start, "end": w.end, "confidence": round(w.confidence, 4)}
                for w in said.words
            ],
            "corrections": [
                {
                    "heard": c.heard,
                    "name": c.name,
                    "likeness": c.likeness,
                    "applied": c.applied,
                    "word": c.start,
                }
                for c in self.corrections
            ],
        }


class Transcribes(Protocol):
    """What writes down what is said: a model here, or one apart."""

    def transcribe(self, sound: Sound, prompt: str = "") -> Transcript:
        """Write down what is said, `prompt` being the text before it."""


class Ears:
    """The model, apart, and the names, both being fetched in the background while the person begins to speak."""

    def __init__(self, file: Path, lexicon: Callable[[], Lexicon], threads: int = 0) -> None:
        """Start to listen with a model's file. Raises VoiceError."""
        self._apart = Apart(file, threads)
        pool = ThreadPoolExecutor(1, "names")
        self._lexicon: Future[Lexicon] = pool.submit(lexicon)
        pool.shutdown(wait=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._apart.close()

    def judge(self) -> Judge:
        """A fresh detector of speech. Raises VoiceError."""
        return self._apart.judge()

    def speech_of(self, sound: Sound) -> Sound:
        """Cut a recording to what is said in it. Raises NothingHeardError, VoiceError."""
        return self._apart.speech_of(sound)

    def understand(self, speech: Sound) -> Heard:
        """Transcribe and mend. Raises NothingHeardError, ModelError, VoiceError."""
        try:
            lexicon = self._lexicon.result(NAMES_WAIT)
        except NotYetError:
            lexicon = Lexicon()
        return understand(self._apart, speech, lexicon)


def understand(transcriber: Transcribes, speech: Sound, lexicon: Lexicon) -> Heard:
    """Transcribe with the names in mind, and mend. With more names than Whisper can be told of, it listens twice."""
    if names.fits(lexicon):
        said = transcriber.transcribe(speech, names.prompt(lexicon))
    else:
        first = transcriber.transcribe(speech)
        said = transcriber.transcribe(speech, names.prompt(names.likely(lexicon, first.words)))
        said = replace(said, took=said.took + first.took)
    return Heard(said, tuple(names.corrections(said.words, lexicon)))
