"""What was agreed to, held against what a step turns out to be when its turn comes.

A summary, a note's text or a chosen contact becomes an argument after the question. What the person would have
been warned of is not done for want of a warning.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tinyagent_cli.plan.model import Step
from tinyagent_cli.run.policy import Decision, Policy, Verdict, addresses_of
from tinyagent_cli.toolbox import Toolbox

How = Literal["asked", "yes", "allowed"]
"""A person was asked and agreed; `--yes` agreed beforehand; nothing was to be asked."""
OWN = frozenset({"outside", "secret"})
WARNINGS = OWN | {"lookalike", "letters"}


@dataclass(frozen=True)
class _Given:
    verdict: Verdict
    known: frozenset[str]
    how: How
    contacts: frozenset[str]


class Agreed:
    """`Execution`'s guard. Until `given` was called only what the policy denies is kept from being done."""

    def __init__(self, policy: Policy, toolbox: Toolbox) -> None:
        self.policy, self.toolbox = policy, toolbox
        self._given: _Given | None = None
        self._sends: dict[int, int] = {}
        self._lock = threading.Lock()

    def given(
        self, verdict: Verdict, how: How, known_addresses: Collection[str] = (), contacts: Collection[str] = ()
    ) -> None:
        """Take the agreement: what was shown, how it was agreed to, and which addresses were known then."""
        self._given = _Given(verdict, frozenset(known_addresses), how, frozenset(contacts))

    def ahead(self, step: Step) -> bool:
        """Say whether a look-up may be made before the agreement: where looking something up asks, it waits for it."""
        return self.policy.decide(step, self.toolbox, step.args).rule != "ask"

    def __call__(self, step: Step, args: Mapping[str, Any]) -> str:
        """Say why a step must not be done with these arguments; "" where it may."""
        given = self._given
        known, contacts = (given.known, given.contacts) if given else ((), ())
        decision = self.policy.decide(step, self.toolbox, args, known, contacts)
        if decision.rule == "deny":
            return decision.reason
        return self._unasked(step, args, decision, given) if given else ""

    def _unasked(self, step: Step, args: Mapping[str, Any], decision: Decision, given: _Given) -> str:
        shown = given.verdict.decisions.get(step.id)
        seen = {mark.text for mark in shown.marks} if shown else set()
        new = [mark for mark in decision.marks if mark.kind in WARNINGS and mark.text not in seen]
        if any(mark.kind in OWN for mark in new) or (new and given.how != "yes"):
            return "nobody could be asked about it beforehand: " + "; ".join(mark.text for mark in new)
        if given.how == "allowed" and decision.rule == "ask":
            return f"nobody was asked: {decision.reason}"
        return self._too_many(step, args, given)

    def _too_many(self, step: Step, args: Mapping[str, Any], given: _Given) -> str:
        tool, most = self.toolbox.get(step.tool), self.policy.max_sends
        if tool is None or tool.effect != "send" or not most or given.verdict.typed_word:
            return ""
        with self._lock:
            self._sends[step.id] = max(1, len(addresses_of(tool, self.toolbox, args)))
            sends = sum(self._sends.values())
            if sends <= most:
                return ""
            del self._sends[step.id]
        return f"with it {sends} messages would be sent, and for more than {most} a word must be typed"
