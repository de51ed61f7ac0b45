"""A model on a server, at a real terminal: steps shown and looked up as they come, planned anew after a failure."""

from __future__ import annotations

import datetime as dt
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from answering import Server
from sandboxed import Program

from tinyagent_cli.commands import _house, _planning
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.plan import notation
from tinyagent_cli.planner.asking import OnStep
from tinyagent_cli.planner.base import Planned
from tinyagent_cli.planner.dialects.tinyagent import Again

pexpect: Any = pytest.importorskip("pexpect")
if sys.platform == "win32":
    pytest.skip("a pseudo-terminal is needed", allow_module_level=True)

COMMAND = "text Zed that I am late"
FIRST = '1. get_phone_number("Zed")\n2. send_sms(["$1"], "I am late")\n3. join()<END_OF_PLAN>'
SECOND = '1. get_phone_number("Sid")\n2. send_sms(["$1"], "Tell Zed that I am late")\n3. join()<END_OF_PLAN>'
QUESTION = r"\[no\] "
Start = Callable[..., Any]


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as made:
        yield made


@pytest.fixture
def start(home: Path, server: Server, at_terminal: Start) -> Start:
    """Start a command at a terminal, with a planner on the server."""

    def begin(*options: str, **settings: str) -> Any:
        command = ("run", COMMAND, "--model", server.url, "--now", "2026-03-04 09:30", *options)
        return at_terminal(*command, environ=settings, columns=160)

    return begin


def outbox(home: Path) -> list[str]:
    return [path.read_text(encoding="utf-8") for path in (home / "outbox").rglob("*") if path.is_file()]


@pytest.mark.model
@pytest.mark.slow
def test_after_a_failure_another_plan_is_shown_asked_about_and_carried_out(start: Start, server: Server, home: Path) -> None:
    server.answers = [FIRST, SECOND]
    child = start("--yes", TINYAGENT_PLANNER_ROUNDS="1")
    child.expect("Another phone number")
    child.sendline("")
    child.expect("Planning anew")
    assert outbox(home) == []
    child.expect(QUESTION)
    assert "Tell Zed" in child.before, "the new plan is shown, and --yes does not agree to it"
    child.sendline("y")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert len(outbox(home)) == 1
    asked = server.bodies[1]["messages"]
    assert 'given a "Previous Plan"' in asked[0]["content"]
    assert '1. get_phone_number("Zed")\nObservation: Error: ' in asked[1]["content"]
    assert "2. send_sms" in asked[1]["content"]
    assert asked[1]["content"].rstrip().split("\n\n")[-1].startswith("Current Plan:")


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize(
    ("second", "says"),
    [(FIRST, QUESTION), ("1. join()<END_OF_PLAN>", "There is no other way"), ("no plan", "There is no new plan")],
)
def test_the_rounds_come_to_an_end(start: Start, server: Server, home: Path, second: str, says: str) -> None:
    server.answers = [FIRST, second, second]
    child = start("--yes", TINYAGENT_PLANNER_ROUNDS="1")
    child.expect("Another phone number")
    child.sendline("")
    if second == FIRST:
        child.expect("Another phone number")
        child.sendline("")
    child.expect(says)
    if says == QUESTION:
        child.sendline("n")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7
    assert outbox(home) == []


@pytest.mark.model
@pytest.mark.slow
def test_without_rounds_a_failure_is_the_end(start: Start, server: Server) -> None:
    server.answers = [FIRST, SECOND]
    child = start("--yes")
    child.expect("Another phone number")
    child.sendline("")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 7
    assert len(server.bodies) == 1


class Slow:
    """Writes a plan step by step, and each time waits until something has come of the step before."""

    name, stepwise = "slow", True

    def __init__(self, text: str, looked_up: threading.Event) -> None:
        self.text, self.looked_up, self.waited = text, looked_up, False

    def plan(
        self, command: str, now: dt.datetime, *, previous: tuple[Again, ...] = (), on_step: OnStep | None = None
    ) -> Planned:
        from tinyagent_cli.toolbox import built_in

        assert on_step
        plan = notation.read(self.text, built_in())
        for step in plan.steps:
            on_step(step)
            if step.id == 1:
                self.waited = self.looked_up.wait(20)
        return Planned(command, now, self.name, (), plan)

    def close(self) -> None:
        pass


def test_look_ups_run_while_the_plan_is_written_and_nothing_else_does(program: Program) -> None:
    house = _house.open_house()
    looked_up, calls = threading.Event(), []
    desk = house.desktop

    class Watched:
        name, keeps_ids = desk.name, desk.keeps_ids

        def call(self, tool: str, args: Any, call: Call) -> Outcome:
            outcome = desk.call(tool, args, call)
            calls.append(tool)
            looked_up.set()
            return outcome

    text = '1. get_phone_number("Sid")\n2. send_sms(["$1"], "Hi")\n3. create_note("A", "b", "")\n4. join()'
    house.__dict__["desktop"] = Watched()
    house.__dict__["planner"] = slow = Slow(text, looked_up)
    now = dt.datetime(2026, 3, 4, 9, 30).astimezone()
    planned, early = _planning.planned(house, "text Sid hi", now)
    assert slow.waited, "the number was found before the plan was whole"
    assert early
    early.stop()
    assert calls == ["get_phone_number"]
    from tinyagent_cli.commands import _carrying

    wish = _carrying.Wish(planned.plan, now, "text Sid hi", early=early)
    assert _carrying.carry_out(house, wish, _carrying.Manner("run", yes=True)) == 0
    assert sorted(calls) == ["create_note", "get_phone_number", "send_sms"], "what was found is not looked up again"
