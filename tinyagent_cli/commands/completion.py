"""`tinyagent completion`: the script with which a shell completes commands and options."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

app = typer.Typer(add_completion=False)
Shell = Literal["bash", "zsh", "fish", "powershell", "pwsh"]


@app.command()
def completion(shell: Annotated[Shell, typer.Argument(help="The shell that is to complete.")]) -> None:
    """Write the completion script of a shell.

    For example: tinyagent completion fish > ~/.config/fish/completions/tinyagent.fish
    """
    # --show-completion writes the script of the shell that it finds itself in, whichever is asked for.
    from typer._completion_shared import get_completion_script

    script = get_completion_script(prog_name="tinyagent", complete_var="_TINYAGENT_COMPLETE", shell=shell)
    sys.stdout.write(script + "\n")
