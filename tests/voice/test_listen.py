"""`tinyagent listen` as it is called."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import soundfile


def tinyagent(*arguments, data=None, home):
    return subprocess.run(
        [sys.executable, "-m", "tinyagent_cli", "listen", *map(str, arguments)],
        input=data, capture_output=True, check=False, timeout=300,
        env={"PATH": "/usr/bin:/bin", "TINYAGENT_HOME": str(home), "HOME": str(home), "LANG": "C.UTF-8"},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.model
def test_text_only_and_json(tiny_en, speak, tmp_path):
    said = speak("Remind me to call Rosa tomorrow")
    done = tinyagent("--file", said, "--text-only", "--whisper-model", tiny_en, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert b"call" in done.stdout
    done = tinyagent(
        "--file",
        "-",
        "--text-only",
        "--json",
        "--whisper-model",
        tiny_en,
        data=said.read_bytes(),
        home=tmp_path,
    )
    told = json.loads(done.stdout)
    assert (told["command"], told["status"]) == ("listen", "done")
    transcript = told["data"]["transcript"]
    assert transcript["words"][0].keys() == {"word", "start", "end", "confidence"}
    assert 0 < transcript["confidence"] <= 1


def write(tmp_path, sound):
    file = tmp_path / "said.wav"
    soundfile.write(file, sound, 16_000)
    return file


@pytest.mark.slow
@pytest.mark.parametrize(("sound", "says", "code"), [
    (np.zeros(32_000, np.float32), "only silence", 7),
    (np.random.default_rng(2).normal(0, 0.05, 32_000), "only noise", 7),
    (np.zeros(200 * 16_000, np.int16), "a command lasts 120 seconds at most", 2),
])  # fmt: skip
def test_no_command_in_the_file(tmp_path, tiny_en, sound, says, code):
    done = tinyagent("--file", write(tmp_path, sound), "--whisper-model", tiny_en, home=tmp_path)
    assert done.returncode == code
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr


@pytest.mark.slow
def test_options_that_do_not_go_together(tmp_path):
    for more in ("--push", "--loop"):
        assert tinyagent("--file", "a.wav", more, home=tmp_path).returncode == 2
    assert b"no terminal" in tinyagent("--push", home=tmp_path).stderr


@pytest.mark.slow
def test_no_model_says_how_to_get_one(tmp_path):
    done = tinyagent("--file", write(tmp_path, np.zeros(16_000)), home=tmp_path)
    assert done.returncode == 7
    assert b"tinyagent models pull whisper-" in done.stderr


@pytest.mark.slow
@pytest.mark.model
def test_what_is_heard_is_planned(tiny_en, speak, tmp_path):
    # Heard and planned by one program: the libraries of both bring a ggml, and must not meet in one process.
    said = speak("Remind me tomorrow at noon to call Rosa")
    done = tinyagent("--file", said, "--dry-run", "--json", "--whisper-model", tiny_en, home=tmp_path)
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert [step["tool"] for step in told["data"]["steps"]] == ["create_reminder"]
    assert told["data"]["transcript"]["seconds"]["transcribing"] > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("settings", "says"),
    [("max_seconds = 0", "voice.max_seconds takes seconds from 1"), ("silence = 99", "voice.silence takes seconds")],
)
def test_settings_that_make_no_sense_are_told(tmp_path, settings, says):
    (tmp_path / "config.toml").write_text(f"[voice]\n{settings}\n")
    done = tinyagent(home=tmp_path)
    assert done.returncode == 2
    assert says in done.stderr.decode()


def listening(home, *arguments):
    names = ("PATH", "HOME", "XDG_RUNTIME_DIR", "PULSE_RUNTIME_PATH", "PULSE_SERVER")
    environ = {name: os.environ[name] for name in names} | {"TINYAGENT_HOME": str(home), "LANG": "C.UTF-8"}
    program = subprocess.Popen(
        [sys.executable, "-m", "tinyagent_cli", "listen", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=environ,
    )  # fmt: skip
    assert program.stderr.readline() == "listening…\n"  # there is sound from now on
    return program


@pytest.mark.slow
@pytest.mark.model
def test_a_microphone_is_heard_and_what_it_gave_is_kept_where_that_is_asked_for(
    virtual_microphone, tiny_en, speak, tmp_path
):
    said = speak("Remind me to call the doctor tomorrow")
    for keep in ([], ["--keep", tmp_path / "kept"]):
        program = listening(tmp_path, "--text-only", "--whisper-model", tiny_en, *keep)
        virtual_microphone.play(said).wait(60)
        out, err = program.communicate(timeout=120)
        assert program.returncode == 0, err
        assert "doctor" in out.lower(), "a busy machine may lose a syllable of what is played in real time"
        assert list(tmp_path.rglob("*.wav")) == sorted((tmp_path / "kept").glob("heard-*.wav"))
    (file,) = (tmp_path / "kept").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.slow
@pytest.mark.model
def test_a_microphone_unplugged_in_mid_sentence_does_nothing(virtual_microphone, tiny_en, speak, tmp_path):
    program = listening(tmp_path, "--yes", "--whisper-model", tiny_en)
    player = virtual_microphone.play(speak("Remind me to call the doctor tomorrow and then the dentist at noon"))
    assert program.stderr.readline() == "hearing…\n"
    virtual_microphone.server.kill()
    player.wait(60)
    out, err = program.communicate(timeout=120)
    assert program.returncode == 7
    assert "the microphone stopped: it was unplugged" in err
    assert out == ""


@pytest.mark.slow
@pytest.mark.model
def test_silence_ends_the_waiting(virtual_microphone, tiny_en, tmp_path):
    program = listening(tmp_path, "--max-seconds", "2", "--whisper-model", tiny_en)
    _, err = program.communicate(timeout=120)
    assert program.returncode == 7
    assert "no sound at all" in err
