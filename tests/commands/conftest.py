"""The sandbox and the program in it, for every test here."""

from __future__ import annotations

from sandboxed import at_terminal, home, program, template  # noqa: F401
