r"""The notation of plans: one numbered call a line, ended by `join()`.

    1. get_email_address("Sid")
    2. create_calendar_event("Budget", "tomorrow at 2pm", "", "", ["$1"], "", "")
    3. join()<END_OF_PLAN>

It is LLMCompiler's (arXiv 2312.04511), in the form in which TinyAgent uses it (arXiv 2409.00608): arguments
by position, `Thought: ...` lines between the steps. A refusal is `1. join()<END_OF_PLAN>` alone.

The reader takes more than the writer gives: any Python quotes, arguments by name, `$1` without quotes, line
breaks inside texts and between arguments, `join()` without a number or without `<END_OF_PLAN>`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from tinyagent_cli.errors import PlanError
from tinyagent_cli.plan import calls, validation
from tinyagent_cli.plan.model import Moment, Plan, Step, Value
from tinyagent_cli.plan.signature import Tool
from tinyagent_cli.plan.validation import MOST_STEPS, MOST_TEXT, Tools

END = "<END_OF_PLAN>"

_NUMBER = re.compile(r"\s*([0-9]+)\s*\.\s*")
_NUMBERED = re.compile(r"[ \t]*[0-9]")
_JOIN = re.compile(r"\s*(?:([0-9]+)\s*\.\s*)?join\s*\(\s*\)\s*(<END_OF_PLAN>|$)", re.DOTALL)
_THOUGHT = re.compile(r"\s*Thought:\s*(.*)", re.DOTALL | re.IGNORECASE)
_LABEL = re.compile(r"\s*(?:#\w+\s*)?$")  # LLMCompiler lets a name such as #E1 follow a call
_MARK = re.compile(r"""'{3}|"{3}|["'\\()\[\]\n]""")
_FRAGILE = re.compile("[\x7f-\x9f\u2028\u2029]")


def write(plan: Plan, toolbox: Tools) -> str:
    """Write a plan, without its thoughts and without a final line break; a moment as its ISO text.

    Raises PlanError where a tool is unknown or an argument is missing.
    """
    lines = []
    for step in plan.steps:
        tool = validation.known_tool(step, toolbox)
        validation.check_names(step, tool)
        arguments = ", ".join(_written(step.args[p.name]) for p in tool.parameters)
        lines.append(f"{step.id}. {step.tool}({arguments})")
    last = plan.steps[-1].id if plan.steps else 0
    return "\n".join([*lines, f"{last + 1}. join(){END}"])


def _written(value: Value) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_quoted(item) for item in value) + "]"
    if isinstance(value, Moment):
        return _quoted(value.iso)
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(text: str) -> str:
    """The text in double quotes, on one line however lines are told apart; escapes as JSON and Python share them."""
    return _FRAGILE.sub(lambda m: f"\\u{ord(m[0]):04x}", json.dumps(text, ensure_ascii=False))


def read(text: str, toolbox: Tools) -> Plan:
    """Read a whole plan and check it. Raises PlanError with line and column."""
    reader = Reader(toolbox)
    reader.feed(text)
    return reader.finish()


class Reader:
    """Reads a plan as it is being written; each step is checked and handed out when its line ends.

    What only later steps can tell is settled by `finish`: a `$20` inside a text counts as money until there
    turns out to be a step 20.
    """

    def __init__(self, toolbox: Tools) -> None:
        self._toolbox = toolbox
        self._steps: list[Step] = []  # as they were read: their references are not settled
        self._ready: list[Step] = []
        self._thoughts: list[str] = []
        self._size = 0
        self._open = ""  # the lines that are not over
        self._break = ""  # a carriage return that a line feed may follow
        self._line = 1  # the number of the first of them
        self._scanned, self._quote, self._depth = 0, "", 0
        self._done = False

    @property
    def done(self) -> bool:
        """True once `join()` has been read; what follows is ignored."""
        return self._done

    def feed(self, text: str) -> list[Step]:
        """Take the next piece of the text and return the steps whose lines it ends. Raises PlanError."""
        if self._done:
            return []
        self._size += len(text)
        if self._size > MOST_TEXT:
            raise PlanError(f"the plan has more than {MOST_TEXT:,} characters", self._line)
        text = self._break + text
        self._break = "\r" if text.endswith("\r") else ""
        self._open += text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
        before = len(self._ready)
        for line in self._lines():
            self._take(line)
        return self._ready[before:]

    def finish(self) -> Plan:
        """Read what is left as the last line and return the plan, checked as a whole. Raises PlanError."""
        if not self._done:
            self._take(self._open)
        if not self._done:
            raise PlanError("the plan does not end with join()", self._line)
        return validation.check(Plan(tuple(self._steps), tuple(self._thoughts)), self._toolbox)

    def _lines(self) -> Iterator[str]:
        """Take off the lines that are over, up to join(). Line breaks inside the quotes or brackets of a step end no line."""
        while not self._done and (end := self._end()) is not None:
            line, self._open = self._open[:end], self._open[end + 1 :]
            self._scanned, self._quote, self._depth = 0, "", 0
            yield line
            self._line += line.count("\n") + 1

    def _end(self) -> int | None:
        """Return the offset of the line break that ends the open line, if it is there yet."""
        if not _NUMBERED.match(self._open):
            end = self._open.find("\n")
            return end if end >= 0 else None
        while match := _MARK.search(self._open, self._scanned):
            mark, at = match[0], match.start()
            if self._may_grow(mark, at):
                return None
            self._scanned = match.end()
            if self._quote:
                if mark == "\\":
                    self._scanned += 1
                elif mark.startswith(self._quote):
                    self._scanned = at + len(self._quote)
                    self._quote = ""
            elif mark == "\n" and self._depth <= 0:
                return at
            elif mark[0] in "\"'":
                self._quote = mark
            else:
                self._depth += (mark in "([") - (mark in ")]")
        self._scanned = max(self._scanned, len(self._open))
        return None

    def _may_grow(self, mark: str, at: int) -> bool:
        """True where quotes at the end of what is there may yet become three."""
        if mark not in ("'", '"') or self._quote not in ("", mark * 3):
            return False
        return len(self._open) - at < 3 and not self._open[at:].strip(mark)

    def _take(self, line: str) -> None:
        if not line.strip():
            return
        if thought := _THOUGHT.fullmatch(line):
            self._thoughts.append(thought[1].strip())
        elif join := _JOIN.match(line):
            last = self._steps[-1].id if self._steps else 0
            if join[1] and self._number(join[1]) <= last:
                raise PlanError(f"join() is numbered {join[1]}, and comes after step {last}", self._line)
            self._done = True
        elif number := _NUMBER.match(line):
            self._take_step(line, number)
        else:
            due = 'a step such as 1. tool("text"), a Thought: or join() is due here'
            raise PlanError(due, *self._place(line, len(line) - len(line.lstrip())))

    def _take_step(self, line: str, number: re.Match[str]) -> None:
        if len(self._steps) == MOST_STEPS:
            raise PlanError(f"the plan has more than {MOST_STEPS} steps", self._line)
        try:
            call = calls.read(line, number.end())
            if not _LABEL.match(line, call.rest):
                raise calls.CallError("nothing may follow a call on its line", call.rest)
        except calls.CallError as error:
            raise PlanError(str(error), *self._place(line, error.at)) from None
        places = {"": self._place(line, number.start(1)), "()": self._place(line, call.at)}
        step = Step(self._number(number[1]), call.tool, {}, places)
        validation.check_number(step, self._steps[-1].id if self._steps else 0)
        step = self._bound(step, call, line)
        self._ready.append(validation.check_step(step, [other.id for other in self._steps], self._toolbox))
        self._steps.append(step)

    def _bound(self, step: Step, call: calls.Call, line: str) -> Step:
        """The step with the call's arguments by name. `None` says what leaving the argument empty says."""
        tool = validation.known_tool(step, self._toolbox)
        names = [p.name for p in tool.parameters]
        args: dict[str, Value] = {}
        places = dict(step.places)
        for count, argument in enumerate(call.arguments):
            name = argument.name or (names[count] if count < len(names) else "")
            places[""] = self._place(line, argument.at)
            bare = Step(step.id, step.tool, {}, places)
            if not argument.name and count and call.arguments[count - 1].name:
                raise validation.fault(bare, "arguments by position come before those by name")
            if not name:
                given = f"{len(call.arguments)} are given"
                raise validation.fault(bare, f"{validation.takes(tool)}; {given}")
            if name in args:
                raise validation.fault(bare, f"{name} is given twice")
            places[name] = places[""]
            args[name] = _empty(tool, name) if argument.value is None else argument.value
        places[""] = step.places[""]
        return Step(step.id, step.tool, args, places)

    def _number(self, digits: str) -> int:
        if len(digits) > 9:
            raise PlanError("the number has too many digits", self._line)
        return int(digits)

    def _place(self, line: str, at: int) -> tuple[int, int]:
        """Line and column, from 1, of an offset in the line being read."""
        return self._line + line.count("\n", 0, at), at - line.rfind("\n", 0, at)


def _empty(tool: Tool, name: str) -> Value:
    return next((p.default for p in tool.parameters if p.name == name), "")  # type: ignore[return-value]
