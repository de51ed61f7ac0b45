"""What asks and what does not: the rules of the configuration, and what the person should look at before a yes."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Plan, Step, Value
from tinyagent_cli.plan.signature import Effect, Tool
from tinyagent_cli.run import lookalikes, secret_files
from tinyagent_cli.run.arguments import members
from tinyagent_cli.settings import PolicySettings, Rule
from tinyagent_cli.toolbox import Toolbox

MarkKind = Literal["many", "new", "lookalike", "letters", "unknown", "outside", "secret"]
STRICTNESS: Mapping[Rule, int] = {"allow": 0, "ask": 1, "deny": 2}
TYPED_WORD = "send"
"""What the person types where a plan sends more than `max_sends` messages."""


@dataclass(frozen=True)
class Mark:
    """Something about a step that the person should see: `text` is a few words for the confirmation."""

    kind: MarkKind
    text: str


@dataclass(frozen=True)
class Decision:
    """What holds for one step, and why. `own_yes`: it needs a yes of its own, which `--yes` does not give."""

    step: int
    rule: Rule
    reason: str
    marks: tuple[Mark, ...] = ()
    own_yes: bool = False


@dataclass(frozen=True)
class Verdict:
    """What holds for a plan, step by step. `typed_word` is what the person has to type, "" where a yes is enough.

    `sends` is the number of messages, one for each recipient, that leave the machine.
    """

    decisions: Mapping[int, Decision]
    typed_word: str = ""
    sends: int = 0

    @property
    def rule(self) -> Rule:
        """The strictest of the steps' rules, the denied ones left out where others remain."""
        left = [d.rule for d in self.decisions.values() if d.rule != "deny"]
        if self.decisions and not left:
            return "deny"
        return "ask" if self.typed_word else strictest(left)

    @property
    def denied(self) -> tuple[Decision, ...]:
        """The steps that are not done whatever is answered."""
        return tuple(d for d in self.decisions.values() if d.rule == "deny")

    @property
    def own_yes(self) -> tuple[Decision, ...]:
        """The steps that need a yes of their own."""
        return tuple(d for d in self.decisions.values() if d.own_yes and d.rule == "ask")

    def marks(self) -> dict[int, tuple[Mark, ...]]:
        """Return what to show beside the steps, by number."""
        return {number: d.marks for number, d in self.decisions.items() if d.marks}

    def with_yes(self) -> Verdict:
        """Return what is left to ask when `--yes` was given: `deny`, a step's own yes and the typed word stay."""
        return replace(
            self,
            decisions={
                number: replace(d, rule="allow") if d.rule == "ask" and not d.own_yes else d
                for number, d in self.decisions.items()
            },
        )


@dataclass(frozen=True)
class Policy:
    """The rules. `many` is the number of recipients above which a step is marked.

    A recipient's rule is over an app's, an app's over an effect's. Of several recipients the strictest counts.
    A recipient may be a pattern: `*@example.com`.
    """

    effects: Mapping[Effect, Rule]
    apps: Mapping[str, Rule] = field(default_factory=dict)
    recipients: Mapping[str, Rule] = field(default_factory=dict)
    max_sends: int = 5
    many: int = 5
    home: Path = field(default_factory=Path.home)

    @classmethod
    def of(cls, settings: PolicySettings) -> Policy:
        """Take the rules from the configuration."""
        effects: dict[Effect, Rule] = {
            "read": settings.read, "open": settings.open, "create": settings.create, "send": settings.send,
        }  # fmt: skip
        return cls(effects, settings.apps, settings.recipients, settings.max_sends)

    def verdict(
        self, plan: Plan, toolbox: Toolbox, args: Mapping[int, Mapping[str, Value]],
        known_addresses: Collection[str] = (), contacts: Collection[str] = (),
    ) -> Verdict:  # fmt: skip
        """Judge a plan. `args` are `execution.resolved(step)` by step number, `known_addresses` are the journal's.

        `contacts` are the addresses of the person's contacts, of which another may be a lookalike.
        A step of a tool that is not in the toolbox is denied.
        """
        known = frozenset(known_addresses)
        decisions = {
            step.id: self.decide(step, toolbox, args.get(step.id, step.args), known, contacts) for step in plan.steps
        }
        sends = sum(
            max(1, len(addresses_of(tool, toolbox, args.get(step.id, step.args))))
            for step in plan.steps
            if (tool := toolbox.get(step.tool)) and tool.effect == "send" and decisions[step.id].rule != "deny"
        )
        typed = TYPED_WORD if self.max_sends and sends > self.max_sends else ""
        return Verdict(decisions, typed, sends)

    def decide(
        self, step: Step, toolbox: Toolbox, args: Mapping[str, Any], known: Collection[str] = (),
        contacts: Collection[str] = (),
    ) -> Decision:  # fmt: skip
        """Judge one step."""
        tool = toolbox.get(step.tool)
        if tool is None:
            return Decision(step.id, "deny", f"there is no tool {step.tool}, or its app is switched off")
        rule, reason = self._rule(tool, addresses_of(tool, toolbox, args))
        if tool.effect not in {"create", "send"}:
            return Decision(step.id, rule, reason)
        marks = (*self._recipient_marks(tool, toolbox, args, known, contacts), *self._file_marks(tool, toolbox, args))
        own_yes = any(m.kind in {"outside", "secret"} for m in marks)
        if rule == "allow" and (own_yes or any(m.kind in {"lookalike", "letters"} for m in marks)):
            rule, reason = "ask", next(m.text for m in marks if m.kind not in {"many", "new", "unknown"})
        return Decision(step.id, rule, reason, marks, own_yes)

    def guard(self, toolbox: Toolbox) -> Callable[[Step, Mapping[str, Any]], str]:
        """Return `Execution`'s guard: what is denied is not done, whatever its arguments turn out to be at last."""

        def why_not(step: Step, args: Mapping[str, Any]) -> str:
            decision = self.decide(step, toolbox, args)
            return decision.reason if decision.rule == "deny" else ""

        return why_not

    def _rule(self, tool: Tool, addresses: Collection[str]) -> tuple[Rule, str]:
        if tool.app in self.apps:
            base, why = self.apps[tool.app], f"[policy.apps] {tool.app}"
        else:
            base, why = self.effects[tool.effect], f"[policy] {tool.effect}"
        rules: list[tuple[Rule, str]] = []
        for address in addresses:
            found = strictest_match(address, self.recipients)
            rules.append((found, f"[policy.recipients] {address}") if found else (base, why))
        rule, reason = max(rules or [(base, why)], key=lambda pair: STRICTNESS[pair[0]])
        return rule, f"{reason} = {rule}"

    def _recipient_marks(
        self, tool: Tool, toolbox: Toolbox, args: Mapping[str, Any], known: Collection[str], contacts: Collection[str]
    ) -> Iterator[Mark]:
        addresses = addresses_of(tool, toolbox, args)
        if len(addresses) > self.many:
            yield Mark("many", f"{len(addresses)} recipients")
        for text in given(tool, toolbox, args, "read"):
            if references.REFERENCE.search(text) and normal(text) not in addresses:
                yield Mark("unknown", "a recipient that is not known yet")
        new = [a for a in addresses if a not in known]
        for address in new:
            if lookalikes.mixed(address):
                yield Mark("letters", f"{address} has letters of another script that look like Latin ones")
            if taken_for := lookalikes.lookalike(address, known, contacts):
                yield Mark("lookalike", f"{address} looks like {taken_for}, and is not")
        if new:
            yield Mark("new", "never written to before: " + ", ".join(new[:3]) + (", …" if len(new) > 3 else ""))

    def _file_marks(self, tool: Tool, toolbox: Toolbox, args: Mapping[str, Any]) -> Iterator[Mark]:
        for text in given(tool, toolbox, args, "open"):
            if references.whole(text) is not None:
                continue
            if pattern := secret_files.secret(text, self.home):
                yield Mark("secret", f"{text} may hold secrets ({pattern})")
            if secret_files.outside(text, self.home):
                yield Mark("outside", f"{text} is outside your home folder")


def addresses_of(tool: Tool, toolbox: Toolbox, args: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the addresses and numbers that a call reaches, each once, as `normal` writes them; `$k` left out.

    They are the arguments that a `read` tool finds values for (`Parameter.look_up`). Look-ups themselves reach nobody.
    """
    if tool.effect not in {"create", "send"}:
        return ()
    texts = [t for t in given(tool, toolbox, args, "read") if references.whole(t) is None]
    return tuple(dict.fromkeys(normal(part) for text in texts for part in members(text)))


def writes_to_somebody(plan: Plan, toolbox: Toolbox) -> bool:
    """True where a step of the plan has a recipient."""
    tools = ((step, toolbox.get(step.tool)) for step in plan.steps)
    return any(t and t.effect in {"create", "send"} and any(given(t, toolbox, s.args, "read")) for s, t in tools)


def given(tool: Tool, toolbox: Toolbox, args: Mapping[str, Any], effect: Effect) -> Iterator[str]:
    """Yield the texts in the arguments whose values tools of that effect find: addresses by `read`, paths by `open`."""
    for parameter in tool.parameters:
        finder = toolbox.get(parameter.look_up) if parameter.look_up else None
        if finder is None or finder.effect != effect:
            continue
        value = args.get(parameter.name)
        items = (value,) if isinstance(value, str) else value if isinstance(value, list | tuple) else ()
        yield from (str(item) for item in items if item and not isinstance(item, dt.date))


def normal(address: str) -> str:
    """Return an address in one form: e-mail in small letters, a number without what only spaces it."""
    text = address.strip()
    if "@" in text:
        return text.casefold()
    return re.sub(r"[\s()./-]", "", text) or text


def strictest(rules: Collection[Rule]) -> Rule:
    """Return the strictest rule, `allow` where there is none."""
    return max(rules, key=lambda rule: STRICTNESS[rule], default="allow")


def strictest_match(address: str, rules: Mapping[str, Rule]) -> Rule | None:
    """Return the rule for an address: its own one, else the strictest pattern's."""
    own = {normal(name): rule for name, rule in rules.items() if not set(name) & set("*?")}
    if address in own:
        return own[address]
    fits = [rule for name, rule in rules.items() if set(name) & set("*?") and fnmatchcase(address, normal(name))]
    return strictest(fits) if fits else None
