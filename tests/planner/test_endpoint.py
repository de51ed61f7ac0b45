"""A planner on a server: streamed, mended once, every failure in words. The server here answers what it is told to."""

from __future__ import annotations

import datetime as dt
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from answering import Server

from tinyagent_cli.errors import ModelError, PlanError
from tinyagent_cli.models.names import EndpointName, endpoint_of
from tinyagent_cli.plan.model import Step
from tinyagent_cli.planner.endpoint import EndpointPlanner
from tinyagent_cli.planner.endpoint_client import Endpoint, EndpointError
from tinyagent_cli.planner.endpoint_key import key_for
from tinyagent_cli.toolbox import built_in

NOW = dt.datetime(2026, 3, 4, 9, 30)
TOOLS = built_in().only(["get_phone_number", "send_sms"])
GOOD = '1. get_phone_number("Sid")\n2. send_sms(["$1"], "I am late")\n3. join()<END_OF_PLAN>'


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


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


def test_a_server_that_takes_nothing_of_structure_is_asked_without(server: Server) -> None:
    no = (400, '{"error": {"message": "unknown field"}}')
    server.answers = [no, no, no, GOOD, GOOD]
    of = planner(server)
    assert of.plan("text Sid", NOW).plan.steps
    assert "grammar" in server.bodies[0]
    assert [body.get("response_format", {}).get("type") for body in server.bodies[1:4]] == ["json_schema", "json_object", None]
    of.plan("text Sid", NOW)
    assert not {"grammar", "response_format"} & set(server.bodies[4])


JSON = (
    '{"steps": [{"id": 1, "tool": "get_phone_number", "args": {"name": "Sid"}}, '
    '{"id": 2, "tool": "send_sms", "args": {"recipients": ["$1"], "message": "I am {late}, \\"really\\""}}]}'
)


def test_a_plan_in_json_comes_step_by_step(server: Server) -> None:
    server.answers = [JSON]
    steps: list[Step] = []
    planned = planner(server, structured="json").plan("text Sid that I am late", NOW, on_step=steps.append)
    assert steps == list(planned.plan.steps)
    assert planned.plan.steps[1].args == {"recipients": ("$1",), "message": 'I am {late}, "really"'}
    sent = server.bodies[0]["response_format"]["json_schema"]
    assert sent["strict"]
    tools = sent["schema"]["properties"]["steps"]["items"]["anyOf"]
    assert [tool["properties"]["tool"]["enum"] for tool in tools] == [["get_phone_number"], ["send_sms"]]
    assert "Answer with JSON" in server.bodies[0]["messages"][1]["content"]


def test_what_comes_is_read_for_what_it_is(server: Server) -> None:
    server.answers = [GOOD, " ```json\n" + JSON + "\n```", '{"steps": []}']
    asked = planner(server, structured="json")
    assert len(asked.plan("text Sid", NOW).plan.steps) == 2
    assert len(planner(server, structured="none").plan("text Sid", NOW).plan.steps) == 2
    assert asked.plan("sing", NOW).refused


@pytest.mark.parametrize("broken", ['{"steps": [{"id": 1', '{"steps": [{"id": 1, "tool": "fly", "args": {}}]}', '{"plan": 1}', "{}", "[" * 9999, ""])
def test_json_that_is_no_plan_is_mended_or_said(server: Server, broken: str) -> None:
    server.answers = [broken, JSON, broken, broken]
    asked = planner(server, structured="json")
    assert len(asked.plan("text Sid", NOW).plan.steps) == 2
    with pytest.raises(PlanError):
        asked.plan("text Sid", NOW)


def test_a_grammar_that_was_passed_over_gives_way_to_a_schema_in_the_second_try(server: Server) -> None:
    server.answers = ["Sure! Here it is.", JSON, GOOD]
    asked = planner(server)
    assert len(asked.plan("text Sid", NOW).plan.steps) == 2
    assert "grammar" in server.bodies[0]
    assert server.bodies[1]["response_format"]["type"] == "json_schema"
    asked.plan("text Sid", NOW)
    assert "grammar" in server.bodies[2], "the next plan is in the model's own notation again"


def test_a_host_that_knows_schemas_is_not_asked_for_a_grammar() -> None:
    for url in ("https://api.openai.com/v1", "https://mine.openai.azure.com/openai/deployments/d?api-version=1"):
        assert EndpointPlanner(TOOLS, Endpoint(endpoint_of(url))).modes[0] == "json_schema"


def test_a_refusal_that_calls_itself_trouble_is_taken_for_what_it_is(server: Server) -> None:
    no = (500, '{"error": {"message": "1 validation error: response_format: Input should be text"}}')
    server.answers = [no, JSON]
    asked = planner(server, structured="json")
    assert asked.plan("text Sid", NOW).plan.steps
    assert asked.modes == ["json_object"]


def test_a_model_that_wants_other_fields_gets_them(server: Server) -> None:
    server.answers = [
        (400, '{"error": {"message": "Unsupported parameter: \'max_tokens\'. Use \'max_completion_tokens\' instead."}}'),
        (400, '{"error": {"message": "\'temperature\' does not support 0 with this model."}}'),
        GOOD, GOOD,
    ]  # fmt: skip
    asked = planner(server)
    assert asked.plan("text Sid", NOW).plan.steps
    assert asked.plan("text Sid", NOW).plan.steps
    assert [("max_tokens" in body, "temperature" in body) for body in server.bodies] == [
        (True, True), (False, True), (False, False), (False, False),
    ]  # fmt: skip
    assert server.bodies[3]["max_completion_tokens"] > 700
    assert "grammar" in server.bodies[3], "the server refused a field, not the grammar"


def test_azure_is_addressed_by_its_deployment_and_its_own_header(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    at = endpoint_of("https://mine.openai.azure.com/openai/deployments/d?api-version=2024-10-21")
    asked = Endpoint(at, "k")
    assert asked._address() == "https://mine.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"
    assert asked._headers() == {"api-key": "k"}
    plain = Endpoint(endpoint_of("https://mine.openai.azure.com/openai/v1#gpt"), "k")
    assert plain._address() == "https://mine.openai.azure.com/openai/v1/chat/completions"


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


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that takes a request and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"


def test_a_server_that_says_nothing_is_given_up(silent: str) -> None:
    lonely = EndpointPlanner(TOOLS, Endpoint(EndpointName(silent), timeout=0.3, tries=2, pause=0.0))
    begun = time.monotonic()
    with pytest.raises(EndpointError, match=r"did not answer within 0.3 s; see endpoint\.timeout"):
        lonely.plan("text Sid", NOW)
    assert 0.5 < time.monotonic() - begun < 20


def test_a_stream_that_breaks_off_is_said_and_not_begun_anew(server: Server) -> None:
    server.answers, server.breaks = [GOOD, GOOD], True
    steps: list[Step] = []
    with pytest.raises(EndpointError, match="broke off"):
        planner(server).plan("text Sid", NOW, on_step=steps.append)
    assert len(server.bodies) == 1
    assert len(steps) < 2


def test_a_key_is_in_no_log_and_in_no_message(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    server.answers = [(500, '{"error": {"message": "bad sk-secret"}}')] * 3
    with pytest.raises(EndpointError) as caught:
        planner(server).plan("text Sid", NOW)
    assert server.keys == ["Bearer sk-secret"] * 3
    assert "sk-secret" not in caplog.text + str(caught.value) + repr(caught.value.__cause__)


def test_a_key_is_found_in_the_keyring_by_the_servers_host() -> None:
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend

    class Held(KeyringBackend):
        priority = 1

        def get_password(self, service: str, username: str) -> str | None:
            return "sk-held" if (service, username) == ("tinyagent-endpoint", "models.example.org") else None

        def set_password(self, service: str, username: str, password: str) -> None:
            raise NotImplementedError

        def delete_password(self, service: str, username: str) -> None:
            raise NotImplementedError

    before = keyring.get_keyring()
    keyring.set_keyring(Held())
    try:
        assert key_for(endpoint_of("https://models.example.org:8443/v1#m"), "", {}) == "sk-held"
        assert key_for(endpoint_of("https://other.example.org/v1"), "", {}) == ""
        assert key_for(endpoint_of("https://models.example.org/v1"), "MINE", {"MINE": "sk-mine"}) == "sk-mine"
    finally:
        keyring.set_keyring(before)


def test_a_key_stays_where_it_belongs() -> None:
    at = endpoint_of("http://127.0.0.1:8080/v1#m")
    assert at == EndpointName("http://127.0.0.1:8080/v1", "m")
    assert key_for(at, "", {"OPENAI_API_KEY": "sk-1"}) == ""
    assert key_for(endpoint_of("https://api.openai.com/v1#m"), "", {"OPENAI_API_KEY": "sk-1"}) == "sk-1"
    assert key_for(at, "MY_KEY", {"MY_KEY": "k"}) == "k"
    assert "sk-1" not in repr(Endpoint(at, "sk-1"))
    with pytest.raises(ModelError, match="key does not belong"):
        endpoint_of("http://me:secret@host/v1")
