"""What is recorded, from a virtual microphone and from blocks as PortAudio hands them on."""

import queue
import subprocess
import sys
import textwrap
import threading

import numpy as np
import pytest

from tinyagent_cli.voice import audio, detect, record
from tinyagent_cli.voice.faults import NothingHeardError, VoiceError


def frames(sound):
    return iter(list(record.framed([sound], audio.RATE)))


def test_blocks_of_any_size_and_rate_become_frames():
    tone = np.sin(np.arange(44_100) / 20).astype(np.float32)
    blocks = np.array_split(tone, 37)
    made = list(record.framed(blocks, 44_100))
    assert {len(each) for each in made} == {detect.FRAME}
    assert len(made) * detect.FRAME == pytest.approx(audio.RATE, abs=2_000)


def test_one_command_is_recorded(detector, speak):
    said = audio.read(str(speak("Text Sid that I am late")), 30)
    quiet = np.zeros(2 * audio.RATE, np.float32)
    seen = []
    speech = record.listen(
        frames(np.concatenate([quiet, said, quiet])),
        detect.Listener(detector.judge()),
        30,
        lambda state, _: seen.append(state),
    )
    assert abs(len(speech) - len(said)) < audio.RATE
    assert list(dict.fromkeys(seen)) == ["listening", "hearing", "ended"]


def test_at_every_pause_it_is_told_what_was_said_and_at_the_last_that_is_all(detector, speak):
    said = audio.read(str(speak("Text Sid that I am late")), 30)
    pause, quiet = np.zeros(audio.RATE // 2, np.float32), np.zeros(2 * audio.RATE, np.float32)
    paused = []
    speech = record.listen(
        frames(np.concatenate([quiet, said, pause, said, quiet])),
        detect.Listener(detector.judge()),
        30,
        pause=paused.append,
    )
    assert len(paused) > 1
    assert len(paused[0]) < 0.7 * len(speech)
    assert np.array_equal(paused[-1], speech)


def test_a_command_that_never_ends_is_cut(detector, speak):
    said = np.tile(audio.read(str(speak("and so on and so on")), 30), 10)
    speech = record.listen(frames(said), detect.Listener(detector.judge()), 3)
    assert 2.5 < audio.seconds_of(speech) < 3.6


def test_nobody_speaks(detector):
    with pytest.raises(NothingHeardError, match="muted"):
        record.listen(frames(np.zeros(8 * audio.RATE, np.float32)), detect.Listener(detector.judge()), 3)


def test_a_key_ends_it_and_all_before_is_kept(speak):
    said = audio.read(str(speak("Text Sid that I am late")), 30)
    pressed = iter([False] * 30 + [True] * 1000)
    sound = record.until(frames(said), lambda: next(pressed), 30)
    assert np.array_equal(sound, said[: 31 * detect.FRAME])


def test_without_a_key_it_ends_too():
    sound = record.until(frames(np.zeros(8 * audio.RATE, np.float32)), lambda: False, 3)
    assert audio.seconds_of(sound) == pytest.approx(3, abs=0.05)


def test_unplugged_in_mid_sentence():
    arrived = queue.Queue()
    arrived.put(np.ones(100, np.float32))
    arrived.put(None)
    blocks = record.blocks_from(arrived)
    assert len(next(blocks)) == 100
    with pytest.raises(VoiceError, match="unplugged"):
        next(blocks)


def test_a_microphone_that_falls_silent_for_good_counts_as_unplugged():
    arrived = queue.Queue()
    with pytest.raises(VoiceError, match="unplugged"):
        next(record.blocks_from(arrived, starting=0.05))
    arrived.put(np.ones(100, np.float32))
    blocks = record.blocks_from(arrived, stalled=0.05)
    assert len(next(blocks)) == 100
    with pytest.raises(VoiceError, match="unplugged"):
        next(blocks)


def test_a_microphone_that_is_slow_to_start_is_waited_for():
    arrived = queue.Queue()
    threading.Timer(0.4, arrived.put, [np.ones(100, np.float32)]).start()
    assert len(next(record.blocks_from(arrived, stalled=0.05))) == 100


class NoLibrary:
    def find_spec(self, name, path=None, target=None):
        if name == "sounddevice":
            raise OSError("PortAudio library not found")


def test_no_portaudio(monkeypatch):
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    monkeypatch.setattr(sys, "meta_path", [NoLibrary(), *sys.meta_path])
    with pytest.raises(VoiceError, match="PortAudio library is not there; install it"):
        record.portaudio()


def test_the_extra_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(VoiceError, match=r"tinyagent-cli\[voice\]"):
        record.portaudio()


RECORD = textwrap.dedent("""
    import sys
    from tinyagent_cli.voice import audio, detect, record
    from tinyagent_cli.voice.apart import Apart
    from pathlib import Path
    listener = detect.Listener(Apart().judge())
    states = []
    def show(state, level):
        if not states or states[-1] != state:
            states.append(state)
            print(state, flush=True)
    speech = record.listen(record.frames_of(sys.argv[2]), listener, 20, show)
    audio.write(Path(sys.argv[1]), speech)
""")


def recording(tmp_path, device=""):
    # A process of its own: PortAudio looks for devices once, when it is loaded.
    return subprocess.Popen(
        [sys.executable, "-c", RECORD, str(tmp_path / "heard.wav"), device],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.slow
def test_a_virtual_microphone(virtual_microphone, speak, tmp_path):
    said = speak("Text Sid that I am late")
    recorder = recording(tmp_path)
    assert recorder.stdout.readline().strip() == "listening"
    player = virtual_microphone.play(said)
    out, err = recorder.communicate(timeout=60)
    player.wait(20)
    assert out.split() == ["hearing", "ended"], err
    assert (
        abs(
            audio.seconds_of(audio.read(str(tmp_path / "heard.wav"), 30))
            - audio.seconds_of(audio.read(str(said), 30))
        )
        < 1
    )


@pytest.mark.slow
def test_a_virtual_microphone_that_goes_away(virtual_microphone, tmp_path):
    recorder = recording(tmp_path)
    assert recorder.stdout.readline().strip() == "listening"
    virtual_microphone.server.kill()
    _, err = recorder.communicate(timeout=60)
    assert "VoiceError" in err
    assert not (tmp_path / "heard.wav").exists()


@pytest.mark.slow
def test_a_microphone_that_nobody_has(virtual_microphone, tmp_path):
    _, err = recording(tmp_path, "gramophone").communicate(timeout=60)
    assert 'no microphone answers to "gramophone"' in err
