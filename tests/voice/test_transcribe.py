"""Real speech through a real tiny.en."""

import numpy as np
import pytest

from tinyagent_cli.errors import ModelError
from tinyagent_cli.voice import audio, hearing, weights
from tinyagent_cli.voice.faults import NothingHeardError
from tinyagent_cli.voice.lexicon import Lexicon
from tinyagent_cli.voice.transcribe import transcript_of, window


@pytest.mark.slow
@pytest.mark.model
def test_words_times_and_confidence(apart, speak):
    said = apart.transcribe(audio.read(str(speak("Set up a meeting with Sid tomorrow at two")), 30))
    assert said.text.lower().startswith("set up a meeting with s")
    assert [word.text for word in said.words] == said.text.split()
    assert 0.3 < said.confidence <= 1
    assert all(
        0 <= word.start <= word.end <= said.seconds + 0.5 and 0 < word.confidence <= 1 for word in said.words
    )


@pytest.mark.slow
@pytest.mark.model
@pytest.mark.parametrize("prompt", ["", "Names: Keisha, Lutfi, Sid."])
def test_words_have_the_times_at_which_they_are_said(apart, speak, prompt):
    parts, begins, at = [np.zeros(audio.RATE // 2, np.float32)], [], 0.5
    for text in ("Remind me", "tomorrow", "to call the doctor"):
        part = audio.read(str(speak(text)), 30)
        audible = np.flatnonzero(np.abs(part) > 0.02)
        part = np.concatenate([part[audible[0] : audible[-1]], np.zeros(audio.RATE // 2, np.float32)])
        begins.append(at)
        at += audio.seconds_of(part)
        parts.append(part)
    said = apart.transcribe(np.concatenate(parts), prompt)
    words = [word.text.casefold().strip(".,") for word in said.words]
    assert words == "remind me tomorrow to call the doctor".split()
    for text, begin in zip(("remind", "tomorrow", "to"), begins, strict=True):
        word = said.words[words.index(text)]
        assert begin - 0.5 <= word.start < begin + 0.4
        assert begin < word.end < begin + 1


@pytest.mark.slow
@pytest.mark.model
def test_a_name_that_whisper_does_not_know_is_heard_all_the_same(apart, speak):
    speech = audio.read(str(speak("Set up a meeting with Sid and Lutfi tomorrow at 2 pm")), 30)
    assert "Lutfi" not in apart.transcribe(speech).text
    assert "Sid and Lutfi" in hearing.understand(apart, speech, Lexicon(("Keisha", "Lutfi", "Sid"))).text


@pytest.mark.slow
@pytest.mark.model
def test_no_words(apart):
    with pytest.raises(NothingHeardError):
        apart.transcribe(np.zeros(audio.RATE, np.float32))


def test_tokens_become_words_and_asides_go():
    tokens = [(b" Text", 0, 1, 0.9), (b" S", 1, 1.2, 0.5), (b"id", 1.2, 1.4, 0.8), (b".", 1.4, 1.4, 0.9), (b" [", 2, 2, 0.1),
              (b"MUSIC", 2, 2, 0.3), (b" PLAYING", 2, 2, 0.3), (b"]", 2, 2, 0.9)]  # fmt: skip
    said = transcript_of(tokens)
    assert said.text == "Text Sid."
    assert (said.words[1].start, said.words[1].end, said.words[1].confidence) == (1, 1.4, 0.5)


def test_the_window_follows_the_length():
    assert 300 <= window(2) < window(10) < 1500
    assert window(29) == 0


@pytest.mark.parametrize(("given", "says"), [
    ("whisper-huge", "there is no speech model"), ("/nowhere/ggml-tiny.bin", "there is no such file"),
])  # fmt: skip
def test_a_model_that_is_none(given, says):
    with pytest.raises(ModelError, match=says):
        weights.whisper_file(given)


def test_a_model_that_is_not_here_says_how_to_get_it(monkeypatch, tmp_path):
    for name in ("HF_HOME", "HF_HUB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path))
    with pytest.raises(ModelError, match="tinyagent models pull whisper-large-v1"):
        weights.whisper_file("large-v1")


def test_a_file_that_is_no_model(tmp_path):
    (tmp_path / "a.bin").write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ModelError, match="no Whisper model"):
        weights.whisper_file(str(tmp_path / "a.bin"))
