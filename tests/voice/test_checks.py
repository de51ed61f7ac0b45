"""What `tinyagent doctor` says of the way from a mouth to a command."""

import sys

import pytest

from tinyagent_cli.commands import _checks
from tinyagent_cli.settings import Settings, VoiceSettings
from tinyagent_cli.voice import checks


def test_each_link_is_told_and_a_damaged_model_has_a_remedy(tmp_path):
    broken = tmp_path / "ggml-tiny.en.bin"
    broken.write_bytes(b"lmgg" + bytes(100))
    found = {each.name: each for each in _checks.listening(Settings(voice=VoiceSettings(model=str(broken))))}
    assert list(found) == ["voice", "microphone", "speech detector", "speech model"]
    assert found["speech detector"].health == "good"
    assert "damaged or cut off" in found["speech model"].found
    assert "tinyagent models pull" in found["speech model"].remedy


@pytest.mark.slow
@pytest.mark.model
def test_a_model_that_is_there_is_named(tiny_en):
    assert checks.speech_model(str(tiny_en)).found == str(tiny_en)


def test_what_is_not_installed_is_named_with_the_way_to_install_it(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda module: None if module == "soxr" else sys)
    (found,) = checks.findings()
    assert found.found == "not installed: soxr"
    assert "tinyagent-cli[voice]" in found.remedy


def test_a_part_that_breaks_is_a_finding(monkeypatch):
    monkeypatch.setattr(checks, "detector", lambda: 1 / 0)
    assert [each.health for each in _checks.listening(Settings())][-1] == "bad"
