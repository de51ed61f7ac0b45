"""`tinyagent bench` on the real starter model."""

import json
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.model, pytest.mark.slow]


def test_every_figure_is_measured_shown_as_data_and_drawn(tmp_path, monkeypatch):
    monkeypatch.setenv("TINYAGENT_HOME", str(tmp_path))
    picture = tmp_path / "bench.svg"
    command = [sys.executable, "-m", "tinyagent_cli", "bench", "--commands", "1", "--json", "--picture", str(picture)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=500, check=True)
    data = json.loads(told.stdout)["data"]
    figures = {each["name"]: each["value"] for each in data["figures"]}
    assert list(figures) == [
        "load", "prefill", "decode, free", "decode, in the grammar", "plan, median", "plan, slowest", "memory", "new process",
    ]  # fmt: skip
    assert all(value > 0 for value in figures.values())
    assert figures["memory"] < 300  # the one figure that no other program on the machine changes
    assert data["machine"]["threads"]["write"] >= 1
    drawn = picture.read_text()
    assert drawn.startswith("<svg")
    assert "tokens/s" in drawn.replace("&#160;", " ")
