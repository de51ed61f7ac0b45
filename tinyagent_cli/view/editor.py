"""A text in the person's own editor."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tinyagent_cli.errors import TinyAgentError, UsageError

USUAL = ("sensible-editor", "nano", "vim", "vi")


def editor_command() -> list[str]:
    """Return the editor's command: $VISUAL, $EDITOR, or a usual one. Raises UsageError where there is none."""
    for variable in ("VISUAL", "EDITOR"):
        if given := os.environ.get(variable, "").strip():
            return shlex.split(given)
    for program in USUAL:
        if found := shutil.which(program):
            return [found]
    raise UsageError("no editor is known; set EDITOR, as in: export EDITOR=nano")


def edit_text(text: str, *, suffix: str = ".txt") -> str:
    """Let the person edit a text; returns it as it was saved. Raises TinyAgentError where the editor fails."""
    command = editor_command()
    handle, name = tempfile.mkstemp(prefix="tinyagent-", suffix=suffix)
    file = Path(name)
    try:
        with open(handle, "w", encoding="utf-8") as out:  # noqa: PTH123 (a descriptor, not a path)
            out.write(text)
        status = subprocess.run([*command, name], stdout=_standard_error(), check=False).returncode
        if status:
            raise TinyAgentError(f"the editor {command[0]} ended with status {status}; nothing was changed")
        return file.read_text(encoding="utf-8")
    except FileNotFoundError as fault:
        raise UsageError(f"the editor {command[0]} is not there; set EDITOR to one that is") from fault
    except (OSError, UnicodeDecodeError) as fault:
        raise TinyAgentError(f"what the editor saved cannot be read ({fault})") from fault
    finally:
        file.unlink(missing_ok=True)


def _standard_error() -> int | None:
    """Where an editor may write; standard output is for results."""
    try:
        return sys.stderr.fileno()
    except (OSError, ValueError):
        return None
