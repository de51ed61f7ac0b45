"""A planner on a server: streamed, mended once, every failure in words. The server here answers what it is told to."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tinyagent_cli.errors import ModelError, PlanError
from tinyagent_cli.models.names import EndpointName, endpoint_of
from tinyagent_cli.plan.model import Step
from tinyagent_cli.planner.endpoint import EndpointPlanner
from tinyagent_cli.planner.endpoint_client import Endpoint, EndpointError, key_for
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30)
TOOLS = built_in().only(["get_phone_number", "send_sms"])
GOOD = '1. get_phone_number("Sid")\n2. send_sms(["$1"], "I am late")\n3. join()<END_OF_PLAN>'


class Server:
    """Answers each request with the next of `answers`: a text that is streamed, or (status, body)."""

    def __init__(self) -> None:
        self.answers: list[str | tuple[int, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.cut = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                outer.keys.append(self.headers.get("Authorization", ""))
                answer = outer.answers.pop(0)
                status, text = answer if isinstance(answer, tuple) else (200, "")
                self.send_response(status)
                self.send_header("Content-Type", "text/event-stream" if status == 200 else "application/json")
                self.end_headers()
                if isinstance(answer, tuple):
                    self.wfile.write(text.encode())
                    return
                for at in range(0, len(answer), 7):
                    piece = {"choices": [{"delta": {"content": answer[at : at + 7]}}]}
                    self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
                self.wfile.write(b"" if outer.cut else b"data: [DONE]\n\n")

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    threading.Thread(target=made.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield made
    made.http.shutdown()
    made.http.server_close()


def planner(server: Server, **options: Any) -> EndpointPlanner:
    return EndpointPlanner(TOOLS, Endpoint(EndpointName(server.url, "m"), "sk-secret", pause=0.0), **options)


def test_a_plan_comes_step_by_step(server: Server) -> None:
    server.answers = [GOOD]
    steps: list[Step] = []
    planned = planner(server).plan("text Sid that I am late", NOW, on_step=steps.append)
    assert [step.tool for step in planned.plan.steps] == ["get_phone_number", "send_sms"]
    assert [step.id for step in steps] == [1, 2]
    assert server.bodies[0]["stream"] is True
    assert server.bodies[0]["messages"][1]["content"] == "Question: text Sid that I am late"
    assert server.keys == ["Bearer sk-secret"]


def test_a_server_that_knows_no_grammar_is_asked_without(server: Server) -> None:
    server.answers = [(400, '{"error": {"message": "unknown field grammar"}}'), GOOD, GOOD]
    of = planner(server)
    assert of.plan("text Sid", NOW).plan.steps
    assert "grammar" in server.bodies[0]
    assert "grammar" not in server.bodies[1]
    of.plan("text Sid", NOW)
    assert "grammar" not in server.bodies[2]


def test_a_wrong_plan_is_mended_once(server: Server) -> None:
    server.answers = ['1. call_phone("Sid")\n2. join()', GOOD]
    assert len(planner(server).plan("text Sid", NOW).plan.steps) == 2
    assert "there is no tool 'call_phone'" in server.bodies[1]["messages"][3]["content"]


def test_a_plan_that_is_wrong_twice_is_an_error(server: Server) -> None:
    server.answers = ["Sure! Here is a plan.", "Sorry."]
    with pytest.raises(PlanError):
        planner(server).plan("text Sid", NOW)
    assert len(server.bodies) == 2


@pytest.mark.parametrize(
    ("status", "says"),
    [(401, "wants a key"), (403, "may not use"), (404, "no such address"), (413, "too long"), (418, "does not take")],
)
def test_a_refusal_is_said_at_once(server: Server, status: int, says: str) -> None:
    server.answers = [(status, '{"error": {"message": "no: sk-secret"}}')]
    with pytest.raises(EndpointError, match=says) as caught:
        planner(server, structured="none").plan("text Sid", NOW)
    assert "sk-secret" not in str(caught.value)
    assert len(server.bodies) == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_trouble_that_passes_is_waited_out(server: Server, status: int) -> None:
    server.answers = [(status, ""), (status, ""), GOOD]
    assert planner(server).plan("text Sid", NOW).plan.steps


def test_what_is_no_stream_is_said(server: Server) -> None:
    server.answers = [(200, "<html>hello</html>")]
    with pytest.raises(EndpointError, match="unlike an OpenAI-compatible server"):
        planner(server).plan("text Sid", NOW)


def test_a_stream_that_ends_early_is_a_plan_without_its_end(server: Server) -> None:
    server.cut, server.answers = True, ['1. get_phone_number("Sid")\n', '1. get_phone_number("Sid")\n']
    with pytest.raises(PlanError, match="join"):
        planner(server).plan("text Sid", NOW)


def test_nobody_there_is_said() -> None:
    lonely = EndpointPlanner(TOOLS, Endpoint(EndpointName("http://127.0.0.1:9/v1"), pause=0.0))
    with pytest.raises(EndpointError, match="nothing answers"):
        lonely.plan("text Sid", NOW)


def test_a_key_stays_where_it_belongs() -> None:
    at = endpoint_of("http://127.0.0.1:8080/v1#m")
    assert at == EndpointName("http://127.0.0.1:8080/v1", "m")
    assert key_for(at, "", {"OPENAI_API_KEY": "sk-1"}) == ""
    assert key_for(endpoint_of("https://api.openai.com/v1#m"), "", {"OPENAI_API_KEY": "sk-1"}) == "sk-1"
    assert key_for(at, "MY_KEY", {"MY_KEY": "k"}) == "k"
    assert "sk-1" not in repr(Endpoint(at, "sk-1"))
    with pytest.raises(ModelError, match="key does not belong"):
        endpoint_of("http://me:secret@host/v1")
