"""What was said is being understood before it is sure that it was all."""

import time

import numpy as np
import pytest

from tinyagent_cli.voice import audio
from tinyagent_cli.voice.faults import NoWordsError
from tinyagent_cli.voice.hearing import Ears, understand
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.transcribe import Transcript, Word


@pytest.fixture(scope="module")
def ears(tiny_en):
    with Ears(tiny_en, Lexicon) as listening:
        yield listening


@pytest.mark.slow
@pytest.mark.model
def test_what_was_begun_in_a_pause_is_what_is_understood(ears, speak):
    speech = audio.read(str(speak("Remind me to call Rosa tomorrow")), 30)
    alone = ears.understand(speech)
    ears.begin(speech)
    time.sleep(2 * alone.transcript.took + 1)
    begun = ears.understand(speech.copy())
    assert begun.text == alone.text
    assert begun.waited < min(0.1, begun.transcript.took)


@pytest.mark.slow
@pytest.mark.model
def test_where_transcribing_is_slow_nothing_is_begun_in_a_pause(ears, speak, monkeypatch):
    monkeypatch.setattr("tinyagent_cli.voice.hearing.LONG", 0.0)
    speech = audio.read(str(speak("Remind me to call Rosa tomorrow")), 30)
    ears.understand(speech)
    ears.begin(speech)
    assert ears._begun is None


@pytest.mark.slow
@pytest.mark.model
def test_what_was_begun_too_early_is_dropped(ears, speak):
    begun = audio.read(str(speak("Remind me to call Rosa")), 30)
    more = audio.read(str(speak("tomorrow at noon")), 30)
    ears.begin(begun)
    assert "noon" in ears.understand(np.concatenate([begun, more])).text


@pytest.mark.slow
@pytest.mark.model
def test_what_was_begun_without_words_is_told_when_it_is_wanted(ears):
    nothing = np.zeros(audio.RATE, np.float32)
    ears.begin(nothing)
    with pytest.raises(NoWordsError):
        ears.understand(nothing)


class Hears:
    """What a transcriber hears, one text after the other; nothing for an empty one."""

    def __init__(self, *texts):
        self.texts, self.prompts = list(texts), []

    def transcribe(self, sound, prompt=""):
        self.prompts.append(prompt)
        words = [Word(word, n / 4, (n + 1) / 4, 0.6) for n, word in enumerate(self.texts.pop(0).split())]
        if not words:
            raise NoWordsError("no words")
        return Transcript(" ".join(word.text for word in words), tuple(words), took=1.0)


def test_the_words_are_those_of_the_first_hearing_which_was_told_nothing():
    hears = Hears("text lutfy that I'm late", "Text. Lutfi dead I'm late.")
    heard = understand(hears, np.zeros(10), Lexicon(("Lutfi",)))
    assert heard.text == "text Lutfi that I'm late"
    assert heard.transcript.took == 2.0
    assert hears.prompts == ["", "Text Lutfi."]


def test_a_second_hearing_without_words_changes_nothing():
    heard = understand(Hears("text lucky that I'm late", ""), np.zeros(10), Lexicon(("Lutfi",)))
    assert heard.text == "text lucky that I'm late"
