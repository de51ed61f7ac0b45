"""Detection and Whisper live in a process of their own: its faults are messages, and the planner's libraries never meet it."""

import os
import signal
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest

from tinyagent_cli.errors import ModelError
from tinyagent_cli.voice import audio, detect
from tinyagent_cli.voice.apart import Apart
from tinyagent_cli.voice.faults import NothingHeardError, VoiceError


@pytest.mark.slow
@pytest.mark.model
def test_it_detects_cuts_and_transcribes(apart, speak):
    said = audio.read(str(speak("Remind me to call Rosa tomorrow morning")), 30)
    around = np.concatenate([np.zeros(16_000, np.float32), said, np.zeros(16_000, np.float32)])
    speech = apart.speech_of(around)
    assert abs(len(speech) - len(said)) < audio.RATE
    assert "call" in apart.transcribe(speech).text
    judge = apart.judge()
    assert judge(np.zeros(detect.FRAME, np.float32)) < detect.LEAVE


@pytest.mark.slow
@pytest.mark.model
def test_what_it_cannot_do_is_raised_here(apart, tmp_path):
    with pytest.raises(NothingHeardError, match="only silence in 2 seconds"):
        apart.speech_of(np.zeros(32_000, np.float32))
    (tmp_path / "ggml-none.bin").write_bytes(b"lmgg")
    other = Apart(tmp_path / "ggml-none.bin")
    with pytest.raises(ModelError, match="damaged or cut off"):
        other.transcribe(np.zeros(32_000, np.float32))
    other.close()


@pytest.mark.slow
@pytest.mark.model
def test_its_crash_is_a_message(tiny_en):
    made = Apart(tiny_en)
    os.kill(made._child.pid, signal.SIGSEGV)
    with pytest.raises(VoiceError, match=r"stopped in the middle \(SIGSEGV\).*--whisper-model"):
        made.judge()
    made.close()


@pytest.mark.slow
@pytest.mark.model
def test_it_ends_with_whoever_started_it(tiny_en):
    code = f"""
    import sys, time
    from pathlib import Path
    from tinyagent_cli.voice.apart import Apart
    print(Apart(Path({str(tiny_en)!r}))._child.pid, flush=True)
    time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        parent.kill()
    for _ in range(200):
        try:
            os.kill(child, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    pytest.fail("the process is still there")


@pytest.mark.slow
@pytest.mark.model
def test_the_model_says_nothing_on_the_terminal_and_leaves_in_peace(tiny_en):
    code = "import sys; from pathlib import Path; from tinyagent_cli.voice.transcribe import Transcriber; Transcriber(Path(sys.argv[1]))"
    done = subprocess.run([sys.executable, "-c", code, str(tiny_en)], capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


@pytest.mark.slow
@pytest.mark.model
def test_a_model_that_only_whisper_finds_broken_is_told(tiny_en, tmp_path):
    code = """
    import sys
    from pathlib import Path
    from tinyagent_cli.errors import ModelError
    from tinyagent_cli.voice import transcribe
    transcribe.checked = lambda file: file
    try:
        transcribe.Transcriber(Path(sys.argv[1]))
    except ModelError as fault:
        print(fault)
    """
    broken = tmp_path / "ggml-broken.bin"
    broken.write_bytes(tiny_en.read_bytes()[:20_000_000])
    command = [sys.executable, "-c", textwrap.dedent(code), str(broken)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "not all tensors loaded" in done.stdout


@pytest.mark.slow
def test_without_a_model_it_detects(detector):
    assert detector.judge()(np.zeros(detect.FRAME, np.float32)) < detect.LEAVE


@pytest.mark.slow
@pytest.mark.model
def test_a_doctor_who_has_looked_at_the_detector_still_finds_the_planner_well():
    code = """
    from tinyagent_cli.voice import checks
    from tinyagent_cli.planner.library import library
    assert checks.detector().health == "good"
    library()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)
