"""Which tools a planner of another model is offered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from answering import Server

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models.names import EndpointName
from tinyagent_cli.planner.endpoint_client import Endpoint, EndpointError
from tinyagent_cli.planner.tool_choice import EndpointChoice, StarterChoice, open_choice
from tinyagent_cli.settings import PlannerSettings, Settings
from tinyagent_cli.toolbox import built_in

TOOLS = built_in()


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


def choice(server: Server) -> EndpointChoice:
    return EndpointChoice(TOOLS, Endpoint(EndpointName(server.url, "m"), pause=0.0))


def test_a_server_names_the_tools(server: Server) -> None:
    server.answers = ["`send_sms`, get_phone_number and fly_to_the_moon."]
    retrieved = choice(server)("text Sid\nthat I am late")
    assert retrieved.names == ("get_phone_number", "send_sms")
    assert retrieved.scores["send_sms"] == 1.0
    asked = server.bodies[0]["messages"][0]["content"]
    assert "Command: text Sid that I am late" in asked
    assert all(f"{tool.name}: " in asked for tool in TOOLS)


def test_a_server_that_names_none_leaves_them_all(server: Server) -> None:
    server.answers = ["I cannot say."]
    assert len(choice(server)("hm").names) == len(TOOLS)


def test_a_server_that_fails_says_so(server: Server) -> None:
    server.answers = [(403, "")]
    with pytest.raises(EndpointError, match="may not use"):
        choice(server)("hm")


def chosen_by(name: str) -> object:
    return open_choice(replace(Settings(), planner=PlannerSettings(retriever=name)), TOOLS)


def test_the_settings_name_who_chooses(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    assert isinstance(chosen_by("starter"), StarterChoice)
    assert isinstance(chosen_by(server.url), EndpointChoice)
    assert chosen_by("all") is None
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(ModelError, match="tinyagent models pull toolrag"):
        chosen_by("toolrag")
    with pytest.raises(ModelError, match="chooses no tools"):
        chosen_by("tinyagent-1.1b")
