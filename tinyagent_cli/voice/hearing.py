"""From sound to a command: cut to the speech, transcribed, the names in it mended."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYetError
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from tinyagent_cli.voice import names, twice
from tinyagent_cli.voice.apart import Apart
from tinyagent_cli.voice.faults import NoWordsError
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.names import Correction
from tinyagent_cli.voice.transcribe import Transcript, Word

if TYPE_CHECKING:
    from tinyagent_cli.voice.audio import Sound
    from tinyagent_cli.voice.detect import Judge

LONG = 2.5
"""Seconds of transcribing from which on nothing is transcribed in a pause that may be none."""
NAMES_WAIT = 3.0
"""Seconds that names are waited for once something was said."""


@dataclass(frozen=True)
class Heard:
    """A transcript with the corrections found in it; `text` has the applied ones.

    `waited` is the part of its transcribing that came after the end of the recording, in seconds.
    """

    transcript: Transcript
    corrections: tuple[Correction, ...] = ()
    waited: float = 0.0

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
            "seconds": {
                "speech": round(said.seconds, 3),
                "transcribing": round(said.took, 3),
                "waited": round(self.waited, 3),
            },
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
    """The model, apart, and the names, both being fetched in the background while the person begins to speak.

    What detects has a process too, so that it hears on while the model is at work on what may be all.
    """

    def __init__(self, file: Path, lexicon: Callable[[], Lexicon], threads: int = 0) -> None:
        """Start to listen with a model's file. Raises VoiceError."""
        self._model = Apart(file, threads)
        self._detector = Apart()
        self._behind = ThreadPoolExecutor(1, "transcribing")
        pool = ThreadPoolExecutor(1, "names")
        self._lexicon: Future[Lexicon] = pool.submit(lexicon)
        pool.shutdown(wait=False)
        self._begun: tuple[Sound, Future[Heard]] | None = None
        self._took = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._behind.shutdown(wait=False, cancel_futures=True)
        self._detector.close()
        self._model.close()

    def judge(self) -> Judge:
        """A fresh detector of speech. Raises VoiceError."""
        return self._detector.judge()

    def speech_of(self, sound: Sound) -> Sound:
        """Cut a recording to what is said in it. Raises NothingHeardError, VoiceError."""
        return self._detector.speech_of(sound)

    def begin(self, speech: Sound) -> None:
        """Begin to understand what may be all that is said, while it is seen whether more comes.

        Where that has taken long, it is not begun: what is said after all would have to wait for it.
        """
        if self._took > LONG:
            return
        if self._begun:
            self._begun[1].cancel()
        self._begun = speech, self._behind.submit(self._understood, speech)

    def understand(self, speech: Sound) -> Heard:
        """Transcribe and mend, or wait for what was begun. Raises NothingHeardError, ModelError, VoiceError."""
        begun, self._begun = self._begun, None
        since = time.perf_counter()
        heard = begun[1].result() if begun and same(begun[0], speech) else self._understood(speech)
        return replace(heard, waited=time.perf_counter() - since)

    def _understood(self, speech: Sound) -> Heard:
        try:
            lexicon = self._lexicon.result(NAMES_WAIT)
        except NotYetError:
            lexicon = Lexicon()
        heard = understand(self._model, speech, lexicon)
        self._took = heard.transcript.took
        return heard


def same(one: Sound, other: Sound) -> bool:
    """True where two sounds are the same."""
    import numpy as np

    return np.array_equal(one, other)


def understand(transcriber: Transcribes, speech: Sound, lexicon: Lexicon) -> Heard:
    """Transcribe, and mend the names; where some are in doubt, with a second hearing that was told of them."""
    hearings = [transcriber.transcribe(speech)]

    def again() -> tuple[Word, ...]:
        told = lexicon if names.fits(lexicon) else names.likely(lexicon, hearings[0].words)
        try:
            hearings.append(transcriber.transcribe(speech, names.prompt(told)))
        except NoWordsError:
            return ()
        return hearings[1].words

    words, found = twice.agreed(hearings[0].words, again, lexicon)
    said = next(each for each in hearings if each.words is words)
    return Heard(replace(said, took=sum(each.took for each in hearings)), tuple(found))
