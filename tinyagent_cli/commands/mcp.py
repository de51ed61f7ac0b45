"""`tinyagent mcp`: the tools for other assistants, by the Model Context Protocol on standard input and output."""

from __future__ import annotations

import typer

from tinyagent_cli.commands import _house, _options
from tinyagent_cli.errors import UsageError

app = typer.Typer(add_completion=False)


@app.command()
def mcp(
    *,
    desktop: _options.Desktop = None,
    model: _options.Model = None,
) -> None:
    """Serve the tools to other assistants (Model Context Protocol, on standard input and output).

    What the policy asks about is asked through the client; where the client cannot ask, it is not done.
    """
    try:
        import mcp as _  # noqa: F401 (the extra is there)
    except ImportError as fault:
        raise UsageError("the package mcp is missing: pip install 'tinyagent-cli[mcp]'") from fault
    from tinyagent_cli.serving.server import serve

    # Nobody sits at this terminal: the other program does.
    serve(_house.open_house({"desktop.kind": desktop}, ask=False, model=model))
