"""Speech is found in silence and in noise, and neither is taken for speech."""

import numpy as np
import pytest

from tinyagent_cli.voice import audio, detect
from tinyagent_cli.voice.faults import NothingHeardError

SILENCE = np.zeros(2 * audio.RATE, np.float32)


def noise(seconds, level=0.05):
    return (level * np.random.default_rng(1).standard_normal(int(seconds * audio.RATE))).astype(np.float32)


def states(listener, sound):
    return [
        listener.hear(sound[at : at + detect.FRAME])
        for at in range(0, len(sound) - detect.FRAME, detect.FRAME)
    ]


def test_it_begins_with_speech_and_ends_with_silence(detector, speak):
    said = audio.read(str(speak("Text Sid that I am late")), 30)
    listener = detect.Listener(detector.judge())
    seen = states(listener, np.concatenate([SILENCE, said, SILENCE]))
    assert list(dict.fromkeys(seen)) == ["listening", "hearing", "ended"]
    assert seen.index("hearing") * detect.FRAME > len(SILENCE)
    assert abs(audio.seconds_of(listener.said()) - audio.seconds_of(said)) < 0.8


@pytest.mark.parametrize(("program", "voice"), [("flite", "slt"), ("flite", "kal16"), ("espeak-ng", "en-us+f3")])
@pytest.mark.parametrize("command", ["Text Sid that I am late", "Forward this to Pat", "Find the slides", "Put it off"])
def test_neither_the_first_sound_nor_the_last_is_cut_off(detector, speak, program, voice, command):
    said = audio.read(str(speak(command, program=program, voice=voice)), 30)
    around = np.concatenate([SILENCE, said, SILENCE])
    listener = detect.Listener(detector.judge())
    ended = states(listener, around).index("ended") * detect.FRAME
    kept = listener.said()
    first = ended - len(kept) - round((listener.silence - listener.patience.margin) * audio.RATE)
    audible = np.flatnonzero(np.abs(around) > 0.03)
    assert first < audible[0]
    assert first + len(kept) > audible[-1]


def test_what_comes_after_the_end_changes_nothing(detector, speak):
    said = audio.read(str(speak("Text Sid")), 30)
    listener = detect.Listener(detector.judge())
    states(listener, np.concatenate([SILENCE, said, SILENCE]))
    before = listener.said()
    states(listener, np.concatenate([SILENCE, said, SILENCE]))
    assert np.array_equal(listener.said(), before)


def test_a_pause_between_words_does_not_end_it(detector, speak):
    said = audio.read(str(speak("Text Sid")), 30)
    pause = np.zeros(int(0.4 * audio.RATE), np.float32)
    seen = states(detect.Listener(detector.judge()), np.concatenate([said, pause, said]))
    assert "ended" not in seen


def test_speech_is_found_in_noise(detector, speak):
    said = audio.read(str(speak("Remind me to call Rosa tomorrow morning")), 30)
    around = np.concatenate(
        [noise(1.5, 0.01), said + noise(audio.seconds_of(said), 0.01)[: len(said)], noise(1.5, 0.01)]
    )
    speech = detector.speech_of(around)
    assert 0.7 * len(said) < len(speech) < len(said) + audio.RATE


def test_silence_alone(detector):
    with pytest.raises(NothingHeardError, match="only silence in 2 seconds"):
        detector.speech_of(SILENCE)


@pytest.mark.parametrize(
    "sound", [noise(3), noise(3, 0.4), 0.3 * np.sin(np.arange(48_000) / 10).astype(np.float32)]
)
def test_noise_alone(detector, sound):
    with pytest.raises(NothingHeardError, match="nobody speaks in 3 seconds"):
        detector.speech_of(sound)


def test_a_microphone_that_gives_nothing_is_told_from_a_quiet_one():
    assert "may not use it" in str(detect.nothing_heard(SILENCE, microphone=True))
    assert "speak up" in str(detect.nothing_heard(noise(1, 0.0001), microphone=True))
