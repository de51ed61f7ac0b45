"""Texts worded by a writer: they stand in the plan before anyone agrees, and can never become anything but texts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from strategies import thorough

from tinyagent_cli.plan import notation
from tinyagent_cli.plan.model import Plan
from tinyagent_cli.planner.drafts import drafted
from tinyagent_cli.planner.writer import Wanted
from tinyagent_cli.run.arguments import put_in
from tinyagent_cli.toolbox import built_in

TOOLS = built_in()
PLAN = notation.read(
    '1. get_email_address("Sid")\n'
    '2. get_zoom_meeting_link("Budget", "2026-03-05 14:00:00", 60, [])\n'
    '3. compose_new_email(["$1"], [], "Budget", "we talk at $2 and it costs \\\\$1", [])\n'
    '4. create_note("Budget", "we talk", "")\n'
    "5. join()",
    TOOLS,
)
KNOWN = {1: "sid@example.com"}


def worded(apps: tuple[str, ...], answer: str, asked: list[Wanted] | None = None) -> Plan:
    def compose(wanted: Wanted) -> str:
        if asked is not None:
            asked.append(wanted)
        return answer

    return drafted(PLAN, TOOLS, apps, KNOWN, "mail Sid the link", compose)


def test_only_the_apps_that_are_named_are_worded() -> None:
    assert worded((), "x") == PLAN
    plan = worded(("notes",), "We talk.")
    assert plan.step(4).args["content"] == "We talk."
    assert plan.step(3) == PLAN.step(3)


def test_the_writer_is_told_the_words_and_the_subject_and_what_comes_later_stands_at_the_end() -> None:
    asked: list[Wanted] = []
    plan = worded(("mail",), "Dear Sid, we talk soon.", asked)
    assert asked == [Wanted("mail", "mail Sid the link", "Budget", "we talk at  and it costs $1")]
    assert plan.step(3).args["context"] == "Dear Sid, we talk soon.\n\n$2"
    assert plan.step(3).depends_on == (1, 2)


def test_a_writer_that_says_nothing_leaves_the_words() -> None:
    assert worded(("notes",), " \n").step(4).args["content"] == "we talk"


@thorough
@given(st.text(alphabet=st.sampled_from('$123\\ .,ab(\n")'), min_size=1).filter(lambda text: text.strip()))
def test_whatever_a_writer_says_comes_out_as_it_was_and_refers_to_nothing(answer: str) -> None:
    plan = worded(("notes",), answer)
    step = plan.step(4)
    assert step.depends_on == ()
    assert put_in(step.args["content"], lambda n: f"<{n}>") == answer.strip()
    assert [s.tool for s in plan.steps] == [s.tool for s in PLAN.steps]
    assert notation.read(notation.write(plan, TOOLS), TOOLS).step(4).args == step.args
