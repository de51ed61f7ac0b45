"""The texts given to models: templates in `prompts/`, one file each, filled with `string.Template`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from string import Template


def directory() -> Path:
    """The built-in `prompts/`: inside the wheel beside this module, in a checkout at the top."""
    inside = Path(__file__).parent / "prompts"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "prompts"


@lru_cache
def template(name: str) -> Template:
    """Read the template of that name."""
    return Template((directory() / f"{name}.txt").read_text(encoding="utf-8"))


def fill(name: str, **values: str) -> str:
    """Fill a template. Values are put in as they are and never looked at again."""
    return template(name).substitute(values).rstrip("\n")
