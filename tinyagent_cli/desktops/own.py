"""The desktop around any other: it carries out the tools of one's own and passes the rest on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinyagent_cli.desktops.base import Call, Desktop, Outcome
from tinyagent_cli.desktops.once import Ledger, uid_of
from tinyagent_cli.errors import DesktopError, TinyAgentError
from tinyagent_cli.own import Own, OwnTool, outcome


class OwnDesktop:
    """Carries calls out. What `inner` says of itself holds; `state` is where it is written down what was begun."""

    def __init__(self, inner: Desktop, own: Own, state: Path) -> None:
        self.inner, self.own, self.ledger = inner, own, Ledger(state)
        self.name = inner.name
        self.keeps_ids = inner.keeps_ids

    def call(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        """Carry one call out; see `Desktop.call`. Raises DesktopError and its kinds."""
        own = self.own.get(tool)
        if own is None:
            return self.inner.call(tool, args, call)
        if own.tool.effect in {"read", "open"}:
            return outcome(own, _ran(own, args, call))
        return self._once(own, args, call)

    def undo(self, undo: Mapping[str, Any], *, force: bool = False) -> str:
        """Take a call back; see `Desktop.undo`."""
        return self.inner.undo(undo, force=force)

    def addresses(self) -> frozenset[str]:
        """Return the e-mail addresses of the person's contacts, as far as `inner` can tell. Raises DesktopError."""
        found = getattr(self.inner, "addresses", None)
        return found() if found else frozenset()

    def _once(self, own: OwnTool, args: Mapping[str, Any], call: Call) -> Outcome:
        """Whether a tool of one's own has done its work cannot be seen from outside: what was begun is not begun again."""
        uid = uid_of(call)
        if (self.ledger.get(uid) or {}).get("begun"):
            raise DesktopError(
                f"{own.tool.name} was begun before and cut off: it is not known whether it was done, "
                "and it was not done again. Look there."
            )
        self.ledger.put(uid, {"tool": own.tool.name, "begun": True})
        try:
            result = _ran(own, args, call)
        except TinyAgentError:
            self.ledger.put(uid, {"tool": own.tool.name, "begun": False})
            raise
        return outcome(own, result)


def _ran(own: OwnTool, args: Mapping[str, Any], call: Call) -> object:
    try:
        return own.run(args, call)
    except TinyAgentError:
        raise
    except Exception as fault:
        said = f"{type(fault).__name__}: {fault}" if str(fault) else type(fault).__name__
        raise DesktopError(f"{own.tool.name} failed: {said} ({own.origin})") from fault
