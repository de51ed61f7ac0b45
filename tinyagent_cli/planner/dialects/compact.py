r"""The compact dialect: a plan in the fewest tokens, for models that have learned the tools.

    mail Sid, bob@x.com | subject Budget | say Here it is | attach budget.xlsx
    zoom Chapter 3 | start tomorrow at 3 | end 45 minutes | with Ana
    event Chapter 3 | start tomorrow at 3 | end 45 minutes | with Ana | notes ^zoom

A line is a step: the tool's word, its main argument, then ` | key value` for every argument that is not
empty. Where a parameter takes what a look-up finds (an address, a path), the line gives the name and the
look-up is a step of its own in the plan; look-ups come first, each once, in the order in which the
command mentions them. `^word` is the result of the line with that word (`^phone2` of the second such
line). `\` escapes `\`, `,` in lists, `|` and `^`; `\n` is a line break. `none` is the plan of a command
that the tools cannot fulfil.

Methods: function and argument names as learned single tokens, after Octopus v2 (arXiv 2404.01744).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import Parameter, Tool
from tinyagent_cli.plan.validation import MOST_STEPS

NONE = "none"
E_MAIL = re.compile(r"\S+@\S+")
NUMBER = re.compile(r"\+?[\d(][\d\s().\-/]{2,}")
_PIECE = re.compile(r"\\.|\\$|\^(?P<word>[a-z_]+?)(?P<count>[0-9]{0,2})(?![a-z_0-9])|.", re.DOTALL)
_BETWEEN = {mark: re.compile(rf"(?:\\.|\\$|[^\\{mark}])+", re.DOTALL) for mark in "|,"}


# -- from a plan to lines ------------------------------------------------------------------------------


def write(plan: Plan, tools: Mapping[str, Tool]) -> str:
    """Write a plan in the compact dialect, without a final line break."""
    if plan.refused:
        return NONE
    inline = _inline(plan, tools)
    names = _pointers(plan, tools, inline)
    steps = {step.id: step for step in plan.steps}

    def value_of(parameter: Parameter, text: str) -> str:
        number = references.whole(text)
        if parameter.look_up and number in steps and steps[number].tool == parameter.look_up:
            return escape(_main_text(steps[number], tools), ",|^")
        return _write_text(text, names, "|^," if parameter.kind == "list" else "|^")

    lines = []
    for step in plan.steps:
        if step.id in inline:
            continue
        tool = tools[step.tool]
        main = tool.parameter(tool.main)
        parts = [" ".join(filter(None, [tool.word, _write_value(main, step.args[main.name], value_of)]))]
        for p in tool.parameters:
            if p.name == tool.main or p.all_day_of or step.args[p.name] == p.default:
                continue
            parts.append(f"{p.key} {_write_value(p, step.args[p.name], value_of)}")
        lines.append(" | ".join(parts))
    return "\n".join(lines)


def escape(text: str, special: str) -> str:
    r"""Put a backslash before every special character, and write line breaks as `\n`."""
    text = text.replace("\\", "\\\\").replace("\r", "\\r").replace("\n", "\\n")
    return "".join("\\" + c if c in special else c for c in text)


def unescape(text: str) -> str:
    """Undo `escape`."""
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "r": "\r"}.get(m[1], m[1]), text, flags=re.DOTALL)


def parts_of(line: str) -> list[str]:
    """Split a line at its bars."""
    return _BETWEEN["|"].findall(line)


def items_of(text: str) -> list[str]:
    """Split a list at its commas; behind a last one stands an empty item."""
    items = _BETWEEN[","].findall(text)
    return [*items, ""] if not items or re.search(r"(?<!\\),$", text) else items


def _write_value(p: Parameter, value: Value, value_of: Callable[[Parameter, str], str]) -> str:
    if isinstance(value, tuple):
        return ", ".join(value_of(p, item) for item in value)
    if isinstance(value, Moment):
        return value_of(p, value.said)
    return value_of(p, value if isinstance(value, str) else str(value))


def _write_text(text: str, names: Mapping[int, str], special: str) -> str:
    out, at = "", 0
    for match in references.REFERENCE.finditer(text):
        plain = references.substitute(text[at : match.start()], str)
        out += escape(plain, special) + "^" + names[int(match[1])]
        at = match.end()
    return out + escape(references.substitute(text[at:], str), special)


def _inline(plan: Plan, tools: Mapping[str, Tool]) -> set[int]:
    """The look-ups that need no line: every use is where a parameter asks for just that look-up."""
    uses: dict[int, list[bool]] = {}
    for step in plan.steps:
        for p in tools[step.tool].parameters:
            value = step.args[p.name]
            for text in value if isinstance(value, tuple) else [value] if isinstance(value, str) else []:
                for number in references.find(text):
                    fits = references.whole(text) == number and p.look_up == plan.step(number).tool
                    uses.setdefault(number, []).append(fits)
    return {number for number, fits in uses.items() if all(fits)}


def _pointers(plan: Plan, tools: Mapping[str, Tool], inline: set[int]) -> dict[int, str]:
    names: dict[int, str] = {}
    count: dict[str, int] = {}
    for step in plan.steps:
        if step.id not in inline:
            word = tools[step.tool].word
            count[word] = count.get(word, 0) + 1
            names[step.id] = word if count[word] == 1 else f"{word}{count[word]}"
    return names


def _main_text(step: Step, tools: Mapping[str, Tool]) -> str:
    value = step.args[tools[step.tool].main]
    return references.substitute(str(value), str)


# -- from lines to a plan ------------------------------------------------------------------------------


class Reader:
    """Reads lines of the compact dialect one by one; `plan()` numbers what was read.

    `tools` maps names to tools; `command` settles the order of the look-ups.
    """

    def __init__(self, tools: Iterable[Tool], command: str = "") -> None:
        self.by_word = {tool.word: tool for tool in tools}
        self.by_name = {tool.name: tool for tool in self.by_word.values()}
        self.command = command.casefold()
        self.look_ups: list[tuple[Tool, str]] = []
        self.actions: list[tuple[Tool, dict[str, Value]]] = []
        self.pointers: dict[str, tuple[bool, int]] = {}
        self.refused = False
        self.line = 0

    def read(self, line: str) -> None:
        """Read one line. Raises PlanError."""
        self.line += 1
        if self.line > MOST_STEPS:
            raise PlanError(f"the plan has more than {MOST_STEPS} lines", self.line)
        if line.strip() == NONE:
            self.refused = True
            return
        head, *rest = parts_of(line) or [""]
        word, _, main = head.strip().partition(" ")
        tool = self.by_word.get(word)
        if tool is None:
            raise PlanError(f"no tool has the word {word!r}", self.line, 1)
        texts = {tool.main: main.strip()}
        keys = {p.key: p for p in tool.parameters}
        for part in rest:
            key, _, text = part.strip().partition(" ")
            if key not in keys or keys[key].name in texts:
                raise PlanError(f"{word} takes no {key!r} here", self.line, line.index(part) + 1)
            texts[keys[key].name] = text.strip()
        args = {p.name: self._value(p, texts[p.name]) if p.name in texts else p.default for p in tool.parameters}
        self._add(tool, args)  # type: ignore[arg-type]

    def _add(self, tool: Tool, args: dict[str, Value]) -> None:
        if tool.effect in ("read", "open") and self._looks_up(tool):
            where = (True, self._look_up(tool, references.substitute(str(args[tool.main]), str)))
        else:
            self.actions.append((tool, args))
            where = (False, len(self.actions) - 1)
        count = 1 + sum(re.fullmatch(tool.word + r"\d*", name) is not None for name in self.pointers)
        self.pointers[tool.word if count == 1 else f"{tool.word}{count}"] = where

    def _looks_up(self, tool: Tool) -> bool:
        return any(p.look_up == tool.name for t in self.by_word.values() for p in t.parameters)

    def _look_up(self, tool: Tool, name: str) -> int:
        for at, (other, known) in enumerate(self.look_ups):
            if other is tool and known.casefold() == name.casefold():
                return at
        self.look_ups.append((tool, name))
        return len(self.look_ups) - 1

    def _value(self, p: Parameter, text: str) -> Value:
        if p.kind == "list":
            return tuple(self._text(p, item.strip()) for item in _BETWEEN[","].findall(text) if item.strip())
        if p.kind == "bool":
            return text.lower() in ("yes", "true", "1")
        if p.kind == "int" and not p.end_of:
            if not re.fullmatch(r"-?\d{1,9}", text):
                raise PlanError(f"{p.key} takes a number: {text!r}", self.line)
            return int(text)
        return self._text(p, text)

    def _text(self, p: Parameter, text: str) -> str:
        """A text with references as `@look-up,` or `@action` placeholders, numbered in `plan`."""
        parts = [""]
        for match in _PIECE.finditer(text):
            if match["word"] is None:
                parts[-1] += match[0]
                continue
            target = self.pointers.get(match["word"] + match["count"])
            if target is None:
                raise PlanError(f"{match[0]} refers to no line above", self.line)
            parts += [_placeholder(*target), ""]
        finder = self.by_name.get(p.look_up) if p.look_up else None
        alone = unescape(parts[0])
        if finder and len(parts) == 1 and alone and not _given(alone):
            return _placeholder(True, self._look_up(finder, alone))
        parts[::2] = [references.literal(unescape(part)) for part in parts[::2]]
        return "".join(parts)

    def plan(self) -> Plan:
        """Number the steps: look-ups in the order of their mention, then the rest."""
        order = sorted(range(len(self.look_ups)), key=lambda at: self._mention(self.look_ups[at][1]))
        number = {(True, at): n for n, at in enumerate(order, 1)}
        number |= {(False, at): len(order) + at + 1 for at in range(len(self.actions))}

        def final(value: Value) -> Value:
            if isinstance(value, tuple):
                return tuple(_number(item, number) for item in value)
            return _number(value, number) if isinstance(value, str) else value

        steps = []
        for at in order:
            tool, name = self.look_ups[at]
            args = {p.name: references.literal(name) if p.name == tool.main else p.default for p in tool.parameters}
            steps.append(Step(number[True, at], tool.name, args))  # type: ignore[arg-type]
        for at, (tool, values) in enumerate(self.actions):
            steps.append(Step(number[False, at], tool.name, {k: final(v) for k, v in values.items()}))
        return Plan(tuple(steps))

    def _mention(self, name: str) -> int:
        at = self.command.find(name.casefold())
        return at if at >= 0 else len(self.command)


def read(text: str, tools: Iterable[Tool], command: str = "") -> Plan:
    """Read a plan in the compact dialect. Raises PlanError with the line."""
    reader = Reader(tools, command)
    for line in text.split("\n"):
        if line.strip():
            reader.read(line)
    return reader.plan()


def _given(text: str) -> bool:
    """True for an address or a number: what needs no look-up."""
    return any(pattern.fullmatch(text) for pattern in (E_MAIL, NUMBER))


# Steps have no numbers until all of them are known; private-use characters hold their places.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE = re.compile(_OPEN + r"([01])(\d+)" + _CLOSE)


def _placeholder(look_up: bool, at: int) -> str:
    return f"{_OPEN}{int(look_up)}{at}{_CLOSE}"


def _number(text: str, number: Mapping[tuple[bool, int], int]) -> str:
    return _PLACE.sub(lambda m: f"${number[m[1] == '1', int(m[2])]}", text)
