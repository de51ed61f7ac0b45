"""What a server says of its tools is read, or is a fault in words: it never stops the program."""

import pytest

from tinyagent_cli.errors import UsageError
from tinyagent_cli.own import servers
from tinyagent_cli.own.session import Session

SESSION = Session("srv", ("x",), {})


@pytest.mark.parametrize(
    "listed",
    [
        {},
        {"name": None, "inputSchema": []},
        {"name": "a", "inputSchema": {"required": 5}},
        {"name": "a", "inputSchema": {"properties": ["x"]}},
        {"name": "a", "inputSchema": {"properties": {"x": {"anyOf": 5}}}},
        {"name": "a", "inputSchema": {"required": [[]]}},
        {"name": "a", "annotations": "all"},
    ],
)
def test_an_odd_description_is_a_fault_in_words(listed):
    try:
        tool, _ = servers.read("srv", listed, SESSION)
    except UsageError as fault:
        assert "cannot be read" in str(fault)
    else:
        assert tool.effect == "send"
