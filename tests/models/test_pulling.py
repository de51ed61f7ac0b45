"""`tinyagent models` against a hub: fetched once whoever asks, looked over, damaged and found out, removed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hub_server import NAME, HubServer

from tinyagent_cli.models.hub import Hub

HF = "hf:owner/repo/model.gguf"


@pytest.fixture
def environ(hub: Hub, tmp_path: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("HF_", "TINYAGENT_"))}
    return {
        **kept, "HF_ENDPOINT": hub.endpoint, "HF_HUB_CACHE": str(hub.cache), "TINYAGENT_HOME": str(tmp_path / "home"),
    }  # fmt: skip


def models(environ: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "tinyagent_cli", "models", *arguments], env=environ, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def said(environ: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    child = models(environ, *arguments)
    out, err = child.communicate(timeout=120)
    return child.returncode, out, err


def test_several_processes_fetch_a_file_once_and_all_have_it(
    environ: dict[str, str], server: HubServer, hub: Hub, model: bytes
) -> None:
    server.faults.slow = 0.05
    children = [models(environ, "pull", HF) for _ in range(3)]
    told = [child.communicate(timeout=180)[1] for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], told
    fetched = [each for each in server.seen if each[:2] == ("store", "GET")]
    assert len(fetched) == 1
    assert any("another process is fetching it" in each for each in told)
    assert hub.cached("owner/repo", "model.gguf")


def test_a_model_is_fetched_shown_verified_damaged_and_removed(
    environ: dict[str, str], server: HubServer, hub: Hub, model: bytes
) -> None:
    code, _, err = said(environ, "pull", HF)
    assert code == 0, err
    assert "verified" in err
    assert f"model.gguf: {len(model) / 1e6:,.1f} MB" in err, "its size is told where no bar can be shown"
    facts = json.loads(said(environ, "show", HF, "--json")[1])
    assert facts["bytes"] == len(model)
    assert facts["paths"]
    assert said(environ, "verify", HF)[0] == 0
    blob = Path(facts["paths"][0]).resolve()
    blob.chmod(0o644)
    blob.write_bytes(b"GGUF" + b"\0" * (len(model) - 4))
    code, _, err = said(environ, "verify", HF)
    assert code == 7
    assert "damaged" in err
    assert f"tinyagent models remove {HF}" in err
    assert said(environ, "remove", HF, "--yes")[0] == 0
    assert hub.cached("owner/repo", "model.gguf") is None
    code, _, err = said(environ, "verify", HF)
    assert code == 7
    assert f"tinyagent models pull {HF}" in err


def test_offline_a_script_gets_an_answer_and_an_exit_code(environ: dict[str, str], server: HubServer) -> None:
    code, _, err = said({**environ, "HF_HUB_OFFLINE": "1"}, "pull", HF)
    assert code == 7
    assert "HF_HUB_OFFLINE" in err
    assert not server.seen


def test_a_token_of_the_environment_reaches_the_hub(
    environ: dict[str, str], model: bytes, tmp_path: Path
) -> None:
    with HubServer({NAME: model}, token="hf_good") as closed:
        environ |= {"HF_ENDPOINT": closed.url, "HF_HUB_CACHE": str(tmp_path / "other")}
        code, _, err = said(environ, "pull", HF)
        assert code == 7
        assert "HF_TOKEN" in err
        code, _, err = said({**environ, "HF_TOKEN": "hf_good"}, "pull", HF)
        assert code == 0, err
        assert "hf_good" not in err


def test_at_a_terminal_a_bar_shows_size_speed_and_the_time_left(environ: dict[str, str], server: HubServer) -> None:
    pexpect = pytest.importorskip("pexpect")
    server.faults.slow = 0.1
    child = pexpect.spawn(
        sys.executable, ["-m", "tinyagent_cli", "models", "pull", HF], env={**environ, "TERM": "xterm-256color"},
        encoding="utf-8", timeout=90, dimensions=(40, 140),
    )  # fmt: skip
    try:
        child.expect(r"model\.gguf .*\d\.\d/3\.0\D+MB.*[kM]B/s.*\d\d:\d\d")
        child.expect("verified")
        child.expect(pexpect.EOF)
    finally:
        child.close(force=True)
