"""What a check of the doctor's found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Health = Literal["good", "note", "bad"]
"""A note is worth knowing; only what is bad keeps something from working."""


@dataclass(frozen=True)
class Finding:
    """One check's outcome, and where something is wrong what to do about it."""

    name: str
    health: Health
    found: str
    remedy: str = ""
