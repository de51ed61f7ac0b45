"""Lets the tests import what stands beside them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parent.parent / "commands")]

from sandboxed import home, program, template  # noqa: E402, F401
