"""What asks, what does not, and what the person is shown before a yes."""

import pytest
from desks import NOW, TOOLS, Folder, plan, step
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyagent_cli.run import lookalikes, secret_files
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.run.policy import STRICTNESS, Policy, normal
from tinyagent_cli.settings import PolicySettings

words = st.text(st.sampled_from("aeілorn1m0.-é"), min_size=1, max_size=10)
addresses = st.builds(lambda name, domain: f"{name}@{domain}.com", words, words)


def policy(tmp_path, **settings):
    made = Policy.of(PolicySettings(**settings))
    return Policy(made.effects, made.apps, made.recipients, made.max_sends, home=tmp_path)


def judged(rules, *steps, known=()):
    return rules.verdict(plan(*steps), TOOLS, {s.id: s.args for s in steps}, known)


def kinds(verdict, number=1):
    return [m.kind for m in verdict.decisions[number].marks]


def text(number=1, *to):
    return step(number, "send_sms", recipients=to or ("+3905512",), message="x")


def mail(*to, attachments=()):
    return step(1, "compose_new_email", recipients=to, attachments=attachments)


def test_by_default_reading_and_opening_need_no_question(tmp_path):
    rules = policy(tmp_path)
    looks = step(1, "get_phone_number", name="mom"), step(2, "open_note", name="x")
    assert judged(rules, *looks).rule == "allow"
    assert judged(rules, *looks, step(3, "create_note", name="x")).rule == "ask"
    assert judged(rules, text()).rule == "ask"


def test_an_app_is_over_an_effect_and_a_recipient_over_both(tmp_path):
    rules = policy(
        tmp_path, send="deny", apps={"mail": "allow"}, recipients={"+39 055 12": "allow", "*@evil.org": "deny"}
    )
    assert judged(rules, mail("a@x.org"), known={"a@x.org"}).rule == "allow"
    assert judged(rules, text(1, "+39 (055) 12")).rule == "allow"
    assert judged(rules, text(1, "555 1234")).rule == "deny"
    assert judged(rules, mail("a@x.org", "Bob@Evil.org")).rule == "deny"
    assert "evil.org" in judged(rules, mail("bob@evil.org")).denied[0].reason


def test_members_of_a_group_are_judged_one_by_one(tmp_path):
    rules = policy(tmp_path, recipients={"bo@x.org": "deny"})
    assert judged(rules, mail("ana@x.org, bo@x.org")).rule == "deny"


def test_yes_answers_questions_and_never_overrides_deny(tmp_path):
    rules = policy(tmp_path, apps={"messages": "deny"})
    verdict = judged(rules, step(1, "create_note", name="x"), text(2)).with_yes()
    assert verdict.rule == "allow"
    assert [d.step for d in verdict.denied] == [2]
    assert verdict.decisions[2].rule == "deny"


def test_a_denied_step_is_not_done_even_where_nobody_looked_at_the_verdict(tmp_path):
    desk = Folder(tmp_path)
    rules = policy(tmp_path, recipients={"sid@example.com": "deny"})
    of = plan(step(1, "get_email_address", name="Sid"), step(2, "compose_new_email", recipients=("$1",)))
    report = Execution(of, TOOLS, desk, now=NOW, guard=rules.guard(TOOLS)).carry_out()
    assert report.step(2).state == "denied"
    assert desk.files() == []


def test_a_tool_that_is_switched_off_is_denied(tmp_path):
    rules = policy(tmp_path)
    only = TOOLS.without_apps(["notes"])
    steps = plan(step(1, "create_note", name="x"))
    assert rules.verdict(steps, only, {}).rule == "deny"


@pytest.mark.parametrize(("messages", "word"), [(5, ""), (6, "send")])
def test_more_messages_than_allowed_need_a_typed_word_that_yes_does_not_give(tmp_path, messages, word):
    verdict = judged(policy(tmp_path), *(text(n, f"555 100{n}") for n in range(1, messages + 1))).with_yes()
    assert verdict.typed_word == word
    assert verdict.rule == ("ask" if word else "allow")
    assert judged(policy(tmp_path), text(1, *(f"555 100{n}" for n in range(messages)))).typed_word == word
    assert judged(policy(tmp_path, max_sends=0), text(1, *(f"555{n}" for n in range(99)))).typed_word == ""


def test_recipients_are_marked_when_many_new_or_unknown(tmp_path):
    rules = policy(tmp_path)
    assert kinds(judged(rules, mail("a@x.org"))) == ["new"]
    assert kinds(judged(rules, mail("A@x.org"), known={"a@x.org"})) == []
    many = [f"p{n}@x.org" for n in range(6)]
    assert kinds(judged(rules, mail(*many), known=set(many))) == ["many"]
    assert kinds(judged(rules, mail("$1"))) == ["unknown"]


@pytest.mark.parametrize(
    "fake",
    [
        "sid@examp1e.com", "sid@exarnple.com", "sіd@example.com", "sid@exаmple.com", "sid@example.co", "sid@exmaple.com",
        "sid@xn--exmple-4nf.com",
    ],
)  # fmt: skip
def test_lookalikes_of_a_known_address_are_marked_and_asked(tmp_path, fake):
    rules = policy(tmp_path, create="allow")
    verdict = judged(rules, mail(fake), known={"sid@example.com", "mom@x.org"})
    assert {"lookalike", "new"} <= set(kinds(verdict))
    assert verdict.rule == "ask"


@pytest.mark.parametrize(
    "honest", ["ann@example.com", "lutfi@example.com", "sid@work.org", "office2@example.com", "müller@example.com"]
)
def test_honest_neighbours_are_not(honest):
    known = {"ana@example.com", "sid@example.com", "office1@example.com"}
    assert lookalikes.lookalike(honest, known) is None
    assert not lookalikes.mixed(honest)


def test_letters_of_another_script_are_marked_without_anyone_known(tmp_path):
    assert "letters" in kinds(judged(policy(tmp_path), mail("pаypal@example.com")))
    assert "letters" in kinds(judged(policy(tmp_path), mail("a@аррӏе.com")))
    assert not lookalikes.mixed("почта@пример.рф")


@settings(deadline=None)
@given(addresses, st.sets(addresses, max_size=4))
def test_a_known_address_is_never_a_lookalike(address, known):
    known = {normal(a) for a in known} | {normal(address)}
    assert lookalikes.lookalike(normal(address), known) is None


SECRETS = [
    ".ssh/id_rsa", ".ssh/config", "keys/server.pem", "app/.env", "app/.env.production", "x/id_ed25519", "pw.kdbx",
    ".password-store/bank.gpg", ".aws/credentials", ".netrc", "Backup/ID_RSA.bak", "Library/Keychains/login.keychain-db",
]  # fmt: skip


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_need_a_yes_of_their_own(tmp_path, name):
    rules = policy(tmp_path, create="allow")
    verdict = judged(rules, mail("a@x.org", attachments=(str(tmp_path / name),)), known={"a@x.org"})
    assert kinds(verdict) == ["secret"]
    assert [d.step for d in verdict.with_yes().own_yes] == [1]
    assert verdict.with_yes().rule == "ask"
    assert secret_files.secret(f"~/{name}", tmp_path)


@pytest.mark.parametrize("name", ["budget.xlsx", "keys.txt", "environment.md", ".ssh-notes.md", "id_rsa.pub", "a,b.pdf"])
def test_plain_files_do_not(tmp_path, name):
    verdict = judged(policy(tmp_path), mail("a@x.org", attachments=(str(tmp_path / name),)), known={"a@x.org"})
    assert kinds(verdict) == []


def test_files_outside_the_home_folder_need_one_too_wherever_the_name_leads(tmp_path):
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    (home / ".ssh" / "k").write_text("")
    (home / "holiday.jpg").symlink_to(home / ".ssh" / "k")
    (home / "report.pdf").symlink_to("/etc/hosts")
    for name, kind in (("/etc/hosts", "outside"), ("report.pdf", "outside"), ("../x", "outside"), ("holiday.jpg", "secret")):
        verdict = judged(policy(home), mail("a@x.org", attachments=(str(home / name),)), known={"a@x.org"})
        assert kinds(verdict) == [kind]


@settings(deadline=None)
@given(st.lists(st.sampled_from(["allow", "ask", "deny"]), min_size=1), st.booleans())
def test_the_strictest_recipient_counts(rules, yes):
    people = {f"p{n}@x.org": rule for n, rule in enumerate(rules)}
    made = Policy({"read": "allow", "open": "allow", "create": "allow", "send": "allow"}, recipients=people)
    verdict = judged(made, mail(*people), known=set(people))
    strictest = max(rules, key=STRICTNESS.get)
    assert verdict.decisions[1].rule == strictest
    if yes:
        assert verdict.with_yes().decisions[1].rule == ("deny" if strictest == "deny" else "allow")
