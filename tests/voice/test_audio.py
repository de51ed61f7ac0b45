"""Sound of any rate, depth and number of channels is read; what is none is refused with a reason."""

import io
import sys

import numpy as np
import pytest
import soundfile

from tinyagent_cli.errors import UsageError
from tinyagent_cli.voice import audio
from tinyagent_cli.voice.faults import NothingHeardError


def tone(seconds=1.0, rate=16_000, hertz=440.0):
    return (0.3 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize(("ending", "kind"), [("wav", "PCM_16"), ("wav", "FLOAT"), ("flac", "PCM_24")])
@pytest.mark.parametrize("channels", [1, 2])
def test_rates_depths_and_channels(tmp_path, rate, ending, kind, channels):
    file = tmp_path / f"said.{ending}"
    soundfile.write(file, np.stack([tone(rate=rate)] * channels, 1), rate, subtype=kind)
    sound = audio.read(str(file), 30)
    assert sound.dtype == np.float32
    assert abs(audio.seconds_of(sound) - 1.0) < 0.01
    assert np.argmax(np.abs(np.fft.rfft(sound))) == pytest.approx(440, abs=2)


def test_ogg(tmp_path):
    file = tmp_path / "said.ogg"
    soundfile.write(file, tone(rate=48_000), 48_000, format="OGG", subtype="VORBIS")
    assert abs(audio.seconds_of(audio.read(str(file), 30)) - 1.0) < 0.05


def test_standard_input(monkeypatch):
    data = io.BytesIO()
    soundfile.write(data, tone(), 16_000, format="FLAC")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data.getvalue())))
    assert len(audio.read("-", 30)) == 16_000


@pytest.mark.parametrize("data", [b"", b"hello, I am a text", b"RIFF\x00\x00\x00\x00WAVE", bytes(1000)])
def test_what_is_no_sound_is_refused(tmp_path, data):
    file = tmp_path / "no.wav"
    file.write_bytes(data)
    with pytest.raises(UsageError, match=r"no\.wav: (no sound|there is no sound)"):
        audio.read(str(file), 30)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        audio.read(str(tmp_path / "none.wav"), 30)


def test_half_an_hour_is_refused_before_it_is_read(tmp_path):
    file = tmp_path / "talk.flac"
    soundfile.write(file, np.zeros(30 * 60 * 8_000, np.int16), 8_000)
    with pytest.raises(UsageError, match=r"30 minutes of sound.*--max-seconds 1800"):
        audio.read(str(file), 120)


def test_a_file_with_no_numbers_in_it_is_silence(detector, tmp_path):
    file = tmp_path / "nan.wav"
    soundfile.write(file, np.full(16_000, np.nan, np.float32), 16_000, subtype="FLOAT")
    with pytest.raises(NothingHeardError, match="only silence"):
        detector.speech_of(audio.read(str(file), 30))


def test_what_is_kept_is_for_its_owner_alone(tmp_path):
    file = tmp_path / "kept" / "said.wav"
    audio.write(file, tone())
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(audio.read(str(file), 30)) == 16_000
    with pytest.raises(UsageError, match="cannot be kept"):
        audio.write(file, tone())


def test_loudness():
    assert audio.loudness(np.zeros(100, np.float32)) == -120
    assert audio.loudness(np.ones(100, np.float32)) == pytest.approx(0, abs=0.01)
