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
def test_an_odd_description_is_a_fault_in_words_or_a_tool_that_asks(listed):
    found = described(listed)
    assert found == "send" or "cannot be read" in found


def described(listed):
    """The effect of the tool that is made of it, or what is said against it."""
    try:
        return servers.read("srv", listed, SESSION)[0].effect
    except UsageError as fault:
        return str(fault)
