"""A plan by the full dialect over a real server: llama-cpp-python's, with the starter's file."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinyagent_cli.commands.demo import sandbox
from tinyagent_cli.models.names import EndpointName
from tinyagent_cli.plan.model import Step
from tinyagent_cli.planner import starter
from tinyagent_cli.planner.endpoint import EndpointPlanner
from tinyagent_cli.planner.endpoint_client import Endpoint
from tinyagent_cli.toolbox import built_in

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    pytest.importorskip("uvicorn")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(__file__).with_name("llama_server.py")
    child = subprocess.Popen(
        [sys.executable, script, starter.base(), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            assert child.poll() is None
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        child.terminate()
        child.wait()


NOW = dt.datetime(2026, 3, 4, 9, 30)


def test_the_base_model_behind_a_server_writes_a_plan_that_can_be_read(url: str) -> None:
    tools = built_in().only(["get_phone_number", "send_sms"])
    planner = EndpointPlanner(tools, Endpoint(EndpointName(url), timeout=300.0), structured="grammar")
    steps: list[tuple[Step, float]] = []
    planned = planner.plan("text Sid that I am late", NOW, on_step=lambda s: steps.append((s, time.monotonic())))
    assert planned.tools == ("get_phone_number", "send_sms")
    assert [s.tool for s in planned.plan.steps] == ["get_phone_number", "send_sms"]
    assert planned.timing.prefill > 0
    assert [s.id for s, _ in steps] == [1, 2]
    assert steps[1][1] - steps[0][1] > 0.02, "the first step is there while the second is being written"


def test_a_command_is_carried_out_by_the_full_dialect_over_a_server(url: str, tmp_path: Path) -> None:
    """From the words to the text in the outbox: the program, the published prompt, a server, the sandbox."""
    home = sandbox(tmp_path / "box")
    environ = {**os.environ, "TINYAGENT_HOME": str(home), "TINYAGENT_ENDPOINT_TIMEOUT": "300"}
    environ.pop("TINYAGENT_CONFIG", None)
    said = subprocess.run(
        [sys.executable, "-m", "tinyagent_cli", "run", "--yes", "--json", "--model", url, "--now", "2026-03-04 09:30",
         "text Sid that I am late"],
        env=environ, capture_output=True, text=True, check=False, timeout=550,
    )  # fmt: skip
    told = json.loads(said.stdout)
    assert said.returncode == 0, said.stderr
    assert told["status"] == "done"
    assert [step["tool"] for step in told["data"]["steps"]] == ["get_phone_number", "send_sms"]
    sent = [path.read_text(encoding="utf-8") for path in (home / "outbox").rglob("*") if path.is_file()]
    assert len(sent) == 1
    assert "late" in sent[0]
