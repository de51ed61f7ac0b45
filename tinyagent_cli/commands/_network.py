"""What `tinyagent doctor --network` tells: everything that may use the network, when, and whom it speaks to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

from tinyagent_cli.commands._desktop import kind_of
from tinyagent_cli.errors import TinyAgentError
from tinyagent_cli.finding import Finding
from tinyagent_cli.settings import Settings

USERS = {
    "tinyagent_cli/models": "models", "tinyagent_cli/planner/endpoint_client.py": "endpoint", "tools/zoom": "zoom",
    "tinyagent_cli/own/session.py": "tools of your own", "tinyagent_cli/own/loading.py": "tools of your own",
    "tinyagent_cli/serving": "mcp", "tinyagent_cli/commands/mcp.py": "mcp", "tinyagent_cli/resident": "helper",
}  # fmt: skip
"""The parts of the program that import something which can speak to the network, and the finding that tells of each."""


def uses(read: Settings) -> Iterator[Finding]:
    """Yield every use; a note where it can happen with these settings."""
    yield Finding("planning", "good", "the starter model and models on this machine use no network")
    yield endpoint(read)
    yield Finding(
        "models", "note", "tinyagent models pull, and a yes where a model is offered: huggingface.co"
    )
    yield zoom(read)
    off = read.apps.off
    if "maps" in off or not read.open.launch:
        yield Finding("maps", "good", "links are made, and not opened")
    else:
        site = (
            "maps.apple.com"
            if kind_of(read) == "macos"
            else "www.openstreetmap.org, www.google.com for transit"
        )
        yield Finding(
            "maps", "note", f"a step that shows a map hands the place's link to your browser: {site}"
        )
    yield texts(read)
    yield Finding(
        "calendars, mail", "good", "written as files or by the system's apps; these may synchronise them"
    )
    yield own_tools(read)
    yield Finding("helper", "good", "listens on a Unix socket of this machine that only you can reach, and plans only")
    yield Finding("mcp", "good", "tinyagent mcp speaks over standard input and output only")


def endpoint(read: Settings) -> Finding:
    """The server that plans or writes, where one is set."""
    from tinyagent_cli.models import EndpointName, source_of

    found = []
    for name in dict.fromkeys((read.planner.model, read.planner.retriever, read.writer.model)):
        try:
            source = source_of(name) if name else None
        except TinyAgentError:
            continue
        if isinstance(source, EndpointName):
            found.append(urlsplit(source.url).hostname or source.url)
    if not found:
        return Finding("endpoint", "good", "none is set")
    return Finding("endpoint", "note", f"commands, and texts to be summarized, go to {', '.join(found)}")


def zoom(read: Settings) -> Finding:
    """Zoom's API."""
    if "zoom" in read.apps.off:
        return Finding("zoom", "good", "switched off")
    if not (read.zoom.account_id and read.zoom.client_id):
        return Finding("zoom", "good", "no credentials: nothing is sent")
    return Finding("zoom", "note", "a step that makes a meeting: zoom.us, api.zoom.us")


def texts(read: Settings) -> Finding:
    """Text messages."""
    if "messages" in read.apps.off:
        return Finding("texts", "good", "switched off")
    if kind_of(read) == "macos":
        return Finding("texts", "note", "Messages sends them")
    if shutil.which("kdeconnect-cli"):
        return Finding("texts", "note", "KDE Connect hands them to your phone, over the local network")
    return Finding("texts", "good", "kept in the outbox: no KDE Connect")


def own_tools(read: Settings) -> Finding:
    """Tools that the person has added: what these do is theirs."""
    servers = ", ".join(read.mcp.servers)
    if servers:
        return Finding(
            "tools of your own", "note", f"these programs do as they do: {servers}, and your own tools"
        )
    return Finding("tools of your own", "note", "a tool that you added may do anything that you may")
