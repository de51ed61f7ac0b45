"""What turns out after the question is held against what was agreed to."""

import pytest
from desks import NOW, TOOLS, Folder, plan, step

from tinyagent_cli.desktops.base import Outcome
from tinyagent_cli.run import recovery
from tinyagent_cli.run.agreed import Agreed
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.journal import Journal
from tinyagent_cli.run.policy import Policy
from tinyagent_cli.settings import PolicySettings

KNOWN = frozenset({"samuel@example.com", "sid@example.com"})


class Says(Folder):
    """A desktop whose documents say what the test wants."""

    says = "Short."

    def call(self, tool, args, call):
        if tool == "summarize_pdf":
            return Outcome(self.says, "Summarized it.")
        return super().call(tool, args, call)


def rules(tmp_path, **settings):
    made = Policy.of(PolicySettings(**settings))
    return Policy(made.effects, made.apps, made.recipients, made.max_sends, home=tmp_path / "home")


def carried_out(tmp_path, policy, says, last, how="asked"):
    """A plan whose last step takes what a document says; returns what came of that step."""
    desk = Says(tmp_path / "desk")
    desk.says = says
    of = plan(step(1, "summarize_pdf", pdf_path="/a.pdf"), last)
    guard = Agreed(policy, TOOLS)
    run = Execution(of, TOOLS, desk, now=NOW, guard=guard)
    run.look_up()
    verdict = policy.verdict(of, TOOLS, {s.id: run.resolved(s) for s in of.steps}, KNOWN)
    guard.given(verdict, how, KNOWN)
    return run.carry_out().step(2)


def mail(**args):
    return step(2, "compose_new_email", **{"recipients": ("sid@example.com",), "subject": "s", **args})


@pytest.mark.parametrize("how", ["asked", "yes", "allowed"])
@pytest.mark.parametrize("path", ["~/.ssh/id_rsa", "/etc/passwd", "~/store.kdbx"])
def test_a_document_cannot_name_a_file_that_needs_its_own_yes(tmp_path, path, how):
    found = carried_out(tmp_path, rules(tmp_path, create="allow"), path, mail(attachments=("$1",)), how)
    assert found.state == "denied"
    assert "beforehand" in found.reason


def test_a_file_of_the_persons_that_a_document_names_was_agreed_to_with_the_plan(tmp_path):
    assert carried_out(tmp_path, rules(tmp_path), "~/report.pdf", mail(attachments=("$1",))).state == "done"


@pytest.mark.parametrize(("how", "state"), [("asked", "denied"), ("allowed", "denied"), ("yes", "done")])
def test_a_lookalike_that_nobody_saw_is_written_to_only_where_no_warning_was_wanted(tmp_path, how, state):
    policy = rules(tmp_path, create="allow")
    assert carried_out(tmp_path, policy, "samue1@example.com", mail(recipients=("$1",)), how).state == state


def test_a_rule_for_a_recipient_who_turns_out_later_asks_or_is_not_done(tmp_path):
    policy = rules(tmp_path, create="allow", recipients={"boss@example.com": "ask"})
    assert carried_out(tmp_path, policy, "boss@example.com", mail(recipients=("$1",)), "allowed").state == "denied"
    assert carried_out(tmp_path, policy, "boss@example.com", mail(recipients=("$1",)), "asked").state == "done"
    assert carried_out(tmp_path, policy, "other@example.com", mail(recipients=("$1",)), "allowed").state == "done"


def test_more_messages_than_a_yes_covers_are_not_sent(tmp_path):
    many = ", ".join(f"+39055123{n}" for n in range(6))
    text = step(2, "send_sms", recipients=("$1",), message="hi")
    found = carried_out(tmp_path, rules(tmp_path), many, text)
    assert found.state == "denied"
    assert "6 messages" in found.reason
    assert carried_out(tmp_path, rules(tmp_path), many.rpartition(",")[0], text).state == "done"


def test_messages_of_several_steps_are_counted_together(tmp_path):
    desk = Says(tmp_path / "desk")
    desk.says = "+390551, +390552, +390553"
    policy = rules(tmp_path)
    text = [step(n, "send_sms", recipients=("$1",), message=f"hi {n}") for n in (2, 3)]
    of = plan(step(1, "summarize_pdf", pdf_path="/a.pdf"), *text)
    guard = Agreed(policy, TOOLS)
    guard.given(policy.verdict(of, TOOLS, {s.id: s.args for s in of.steps}), "asked")
    report = Execution(of, TOOLS, desk, now=NOW, guard=guard).carry_out()
    assert sorted(s.state for s in report) == ["denied", "done", "done"]
    assert len(desk.world()) == 1


def test_denied_is_denied_before_and_after(tmp_path):
    policy = rules(tmp_path, send="deny")
    guard = Agreed(policy, TOOLS)
    text = step(1, "send_sms", recipients=("123",), message="x")
    assert guard(text, text.args)
    guard.given(policy.verdict(plan(text), TOOLS, {1: text.args}), "yes")
    assert guard(text, text.args)


@pytest.mark.parametrize(("rule", "seen"), [("allow", {1: "sid@example.com"}), ("ask", {})])
def test_where_looking_up_asks_it_waits_for_the_agreement(tmp_path, rule, seen):
    policy = rules(tmp_path, read=rule)
    desk = Says(tmp_path / "desk")
    of = plan(step(1, "get_email_address", name="Sid"), mail(recipients=("$1",)))
    guard = Agreed(policy, TOOLS)
    run = Execution(of, TOOLS, desk, now=NOW, guard=guard)
    run.look_up()
    assert run.results == seen
    verdict = policy.verdict(of, TOOLS, {s.id: run.resolved(s) for s in of.steps}, KNOWN)
    guard.given(verdict, "asked", KNOWN)
    assert [s.state for s in run.carry_out()] == ["done", "done"]


def test_after_a_crash_what_was_seen_is_what_had_been_looked_up_by_then(tmp_path):
    of = plan(
        step(1, "get_email_address", name="Sid"), step(2, "summarize_pdf", pdf_path="/a.pdf"),
        step(3, "compose_new_email", recipients=("$1",), subject="s", attachments=("$2",)),
    )  # fmt: skip
    with Journal(tmp_path / "journal.sqlite3") as journal:
        found = [(of.step(1), "read", {"name": "Sid"}, Outcome("sid@example.com", "found"))]
        journal.agree("cutshort01", of, "", "folder", NOW, found)
        journal.intent("cutshort01", of.step(2), "read", {})
        journal.outcome("cutshort01", of.step(2), "read", {}, Outcome("~/.ssh/id_rsa", "read"))
        (left,) = recovery.left(journal)
        args = recovery.agreed_args(left.entry, TOOLS)
        assert args[3]["recipients"] == ("sid@example.com",)
        assert args[3]["attachments"] == ("$2",)
        policy = rules(tmp_path)
        guard = Agreed(policy, TOOLS)
        guard.given(policy.verdict(of, TOOLS, args, KNOWN), "asked", KNOWN)
        report = recovery.finish(left, journal, TOOLS, Says(tmp_path / "desk"), guard=guard)
        assert report.step(3).state == "denied"
