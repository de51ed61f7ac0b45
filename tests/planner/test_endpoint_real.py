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
from tinyagent_cli.errors import PlanError
from tinyagent_cli.models.names import EndpointName
from tinyagent_cli.plan.model import Step
from tinyagent_cli.planner import starter
from tinyagent_cli.planner.endpoint import EndpointPlanner
from tinyagent_cli.planner.endpoint_client import Endpoint
from tinyagent_cli.planner.writer import EndpointWriter
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
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()  # it would write its answer to the end
            child.wait()


NOW = dt.datetime(2026, 3, 4, 9, 30)


COMMAND = "remind me at noon to call the bank"


def test_the_base_model_behind_a_server_writes_a_plan_that_can_be_read(url: str) -> None:
    planner = EndpointPlanner(built_in().only(["create_reminder"]), Endpoint(EndpointName(url), timeout=300.0))
    steps: list[tuple[Step, float]] = []
    planned = planner.plan(COMMAND, NOW, on_step=lambda step: steps.append((step, time.monotonic())))
    ended = time.monotonic()
    assert planner.modes[0] == "grammar", "this server takes one"
    assert planned.timing.prefill > 0
    (step,) = planned.plan.steps
    assert step.tool == "create_reminder"
    assert step.args["name"] == "Call the bank"
    assert [each.id for each, _ in steps] == [1]
    assert ended - steps[0][1] > 0.02, "the step is there while the rest is being written"


def test_a_command_is_carried_out_by_the_full_dialect_over_a_server(url: str, tmp_path: Path) -> None:
    """From the words to the reminder's file: the program, the published prompt, a server, the sandbox."""
    home = sandbox(tmp_path / "box")
    environ = {**os.environ, "TINYAGENT_HOME": str(home), "TINYAGENT_ENDPOINT_TIMEOUT": "300"}
    environ.pop("TINYAGENT_CONFIG", None)
    before = set(home.rglob("*.ics"))
    said = subprocess.run(
        [sys.executable, "-m", "tinyagent_cli", "run", "--yes", "--json", "--model", url, "--now", "2026-03-04 09:30", COMMAND],
        env=environ, capture_output=True, text=True, check=False, timeout=550,
    )  # fmt: skip
    assert said.returncode == 0, said.stderr + said.stdout
    told = json.loads(said.stdout)
    assert told["status"] == "done"
    (made,) = set(home.rglob("*.ics")) - before
    text = made.read_text(encoding="utf-8")
    assert "Call the bank" in text
    (step,) = told["data"]["steps"]
    due = step["args"]["due_date"].translate({ord(c): None for c in "-:"}).replace(" ", "T")
    assert f":{due}" in text, "the time that the plan says"


def test_a_real_server_holds_the_model_to_a_schema(url: str) -> None:
    tools = built_in().only(["create_reminder"])
    planner = EndpointPlanner(tools, Endpoint(EndpointName(url), timeout=300.0), structured="json")
    try:
        tools_called = {step.tool for step in planner.plan(COMMAND, NOW).plan.steps}
    except PlanError as fault:  # so small a model, untaught, may not come to an end: never anything but the schema's JSON
        tools_called = {"create_reminder"} if "not whole JSON" in str(fault) else {str(fault)}
    assert tools_called <= {"create_reminder"}
    assert planner.modes == ["json_object"], "this server knows only the older way, and is not asked for the other again"


def test_a_real_server_writes(url: str) -> None:
    writer = EndpointWriter(Endpoint(EndpointName(url), timeout=300.0))
    assert writer("The meeting was moved to Friday. Ana brings the budget. Ben was ill and sends his regards.")
