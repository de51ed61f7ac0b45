"""A plan by the full dialect over a real server: llama-cpp-python's, with the starter's file."""

from __future__ import annotations

import datetime as dt
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tinyagent_cli.models.names import EndpointName
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


def test_the_base_model_behind_a_server_writes_a_plan_that_can_be_read(url: str) -> None:
    tools = built_in().only(["get_phone_number", "send_sms"])
    planner = EndpointPlanner(tools, Endpoint(EndpointName(url), timeout=300.0), structured="grammar")
    planned = planner.plan("text Sid that I am late", dt.datetime(2026, 3, 4, 9, 30))
    assert planned.tools == ("get_phone_number", "send_sms")
    assert all(step.tool in planned.tools for step in planned.plan.steps)
    assert planned.timing.prefill > 0
