"""A server's key: from the environment or the keyring, never from a file of ours and never in a message."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tinyagent_cli.models.names import EndpointName
from tinyagent_cli.planner.endpoint_client import Endpoint

if TYPE_CHECKING:
    from tinyagent_cli.settings import EndpointSettings

KEYRING = "tinyagent-endpoint"


def open_endpoint(at: EndpointName, of: EndpointSettings) -> Endpoint:
    """The server with its key, as the settings say."""
    return Endpoint(at, key_for(at, of.key_variable), float(of.timeout or 60))


def key_for(at: EndpointName, variable: str, environ: Mapping[str, str] | None = None) -> str:
    """The key of a server: from the variable that the settings name, else from the keyring, by the server's host.

    `keyring set tinyagent-endpoint HOST` puts one in. The default variable, which holds OpenAI's key, goes to
    OpenAI's own host alone.
    """
    environ = os.environ if environ is None else environ
    host = urlsplit(at.url).hostname or ""
    if variable and (key := environ.get(variable, "").strip()):
        return key
    if not variable and host == "api.openai.com" and (key := environ.get("OPENAI_API_KEY", "").strip()):
        return key
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError:
        return ""
    try:
        return keyring.get_password(KEYRING, host) or ""
    except KeyringError:
        return ""
