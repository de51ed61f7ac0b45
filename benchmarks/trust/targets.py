"""What the fuzzer feeds: everything that reads text which others wrote."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import importlib
import json
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from guided import TOP, Target

from tinyagent_cli import samples, settings, settings_edit, settings_file, settings_values, toolbox
from tinyagent_cli.commands.execute import read_plan
from tinyagent_cli.desktops import programs, vdir
from tinyagent_cli.desktops.base import Call
from tinyagent_cli.errors import DesktopError, PlanError, SettingsError, TinyAgentError, UsageError
from tinyagent_cli.learning import corpus
from tinyagent_cli.own import executables, rules, servers
from tinyagent_cli.own.session import Session
from tinyagent_cli.plan import moments, notation
from tinyagent_cli.plan.model import Moment
from tinyagent_cli.planner.base import Planned
from tinyagent_cli.planner.dialects import compact
from tinyagent_cli.resident import messages
from tinyagent_cli.view.text import visible

TOOLS = toolbox.built_in()
BY_NAME = {tool.name: tool for tool in TOOLS}
NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=ZoneInfo("Europe/Vienna"))
CALL = Call("fuzz-call-0001", NOW)


def part(tool: str, name: str) -> object:
    """Import a module beside a tool, by way of its declaration."""
    return importlib.import_module(f"{TOOLS.functions[tool].__module__}.{name}")


cards, draft, maildir, reminders, calendar = (
    part(tool, name)
    for tool, name in (
        ("get_email_address", "cards"), ("compose_new_email", "draft"), ("compose_new_email", "maildir"),
        ("create_reminder", "open"), ("create_calendar_event", "open"),
    )
)  # fmt: skip


def read_notation(text: str) -> None:
    """A plan that is read is written and read back as the same."""
    plan = notation.read(text, TOOLS)
    assert notation.read(notation.write(plan, TOOLS), TOOLS) == plan


def read_compact(text: str) -> None:
    """A plan that is read can be written, and what was written can be read."""
    plan = compact.read(text, TOOLS, text[:80])
    compact.read(compact.write(plan, BY_NAME), TOOLS, text[:80])


def read_moment(text: str) -> None:
    """Words mean a moment or are refused; what they mean is told as ISO text and means the same then."""
    for start in (None, NOW):
        try:
            moment = moments.resolve(text, NOW, command=text, start=start)
        except moments.MomentError:
            continue
        assert moments.resolve(moments.iso(moment), NOW) == moment
    moments.duration(text)


def read_cards(text: str) -> None:
    """Any bytes give cards and faults; an address read can stand in a header, a number in an argument."""
    data = text.encode("utf-8", "surrogatepass") if "\xff" not in text else text.encode("latin-1", "replace")
    for card in cards.cards_of(data).cards:
        assert cards.Card.of(card.data()) == card
        assert not re.search(r"[\r\n\0]", "".join(v.text for v in (*card.emails, *card.phones)))


def read_calendar(text: str) -> None:
    """A text in a reminder is read back by the library as that text, and brings no property along."""
    from icalendar import Calendar

    made = reminders.todo(CALL, text, NOW, text, 0)
    (todo,) = Calendar.from_ical(vdir.item(made)).walk("VTODO")
    assert set(todo) == set(made)
    assert str(todo["SUMMARY"]) == vdir.text(text)
    assert not text or str(todo["DESCRIPTION"]) == vdir.text(text)
    assert len(todo.subcomponents) == 1


def read_configuration(text: str) -> None:
    """A configuration is read or every fault named; changed by `config set` it stays one."""
    settings_file.parse(text, Path("config.toml"))
    settings_file.parse(settings_edit.changed_text(text, "policy.max_sends", 3), Path("config.toml"))


def read_value(text: str) -> None:
    """A value from an environment variable is of its kind or refused."""
    for name, _ in settings.names():
        try:
            settings_values.from_text(settings_values.hint_of(name), text)
        except ValueError as fault:
            assert type(fault) is ValueError  # noqa: PT017


def read_saved_plan(text: str) -> None:
    """`tinyagent execute`."""
    read_plan(text, TOOLS)


def read_mail(text: str) -> None:
    """The selected message is answered and forwarded, or refused in words."""
    message = email.message_from_bytes(text.encode("utf-8", "replace"), policy=email.policy.default)
    draft.quotation(message)
    draft.original_text(message)
    maildir.reference(message)
    draft.prefixed("Re:", draft.header(message, "Subject"))
    maildir.sender(message)


def read_other_programs(text: str) -> None:
    """Configurations of khal, todoman, khard and git are read or passed over."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "config"
        file.write_text(text, encoding="utf-8", errors="replace")
        programs.sections(file)
        list(programs.literals(file))


def read_request(text: str) -> None:
    """A line to the resident helper: a command with its time, or an error in words."""
    message = messages.read(text.encode("utf-8", "surrogatepass"))
    command, now = messages.asked(message)
    assert isinstance(command, str)
    asked = messages.plan_request(command, now)
    assert asked is None or messages.asked(messages.read(messages.line(asked))) == (command, now)


def read_answer(text: str) -> None:
    """A line from the resident helper, which the client does not trust."""
    message = messages.read(text.encode("utf-8", "surrogatepass"))
    if isinstance(message.get("ok"), dict):
        planned = messages.answered(message["ok"], "x", NOW, TOOLS)
        messages.answered(messages.answer(planned), "x", NOW, TOOLS)
    else:
        assert isinstance(messages.raised(message.get("error")), Exception)


def read_lent_tool(text: str) -> None:
    """What a Model Context Protocol server says of a tool: a tool like any other, or a fault in words."""
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return
    if isinstance(listed, dict):
        tool, _ = servers.read("srv", listed, Session("srv", ("x",), {}))
        rules.checked(tool, TOOLS)


def read_described_tool(text: str) -> None:
    """The TOML of an executable."""
    with tempfile.TemporaryDirectory() as folder:
        file, program = Path(folder) / "t.toml", Path(folder) / "t"
        file.write_text(text, encoding="utf-8", errors="replace")
        program.touch(0o700)
        rules.checked(executables.read(file).tool, TOOLS)


def show(text: str) -> None:
    """Nothing that could act on a terminal is left."""
    assert not re.search("[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]", visible(text))


def targets() -> list[Target]:
    """Return all of them, with seeds from the corpus and the samples."""
    names = {tool.name: [p.name for p in tool.parameters] for tool in TOOLS}
    examples = corpus.read(sorted((TOP / "corpus").glob("dev-*.txt")), names)
    plans = [e.plan for e in examples if e.plan.steps][::15]
    said = {v.said for e in examples for s in e.plan.steps for v in s.args.values() if isinstance(v, Moment)}
    notations = tuple(notation.write(p, TOOLS) for p in plans)
    contacts = sorted((Path(samples.__file__).parent / "contacts").glob("*.vcf"))
    message = (Path(samples.__file__).parent / "mail" / "selected.eml").read_text()
    event = vdir.item(reminders.todo(CALL, "Milk", NOW, "2 l", 1)).decode()
    config = settings_edit.template()
    filled = (
        '[policy]\ncreate = "allow"\nmax_sends = 3\n[policy.apps]\nmail = "deny"\n[open]\nsearch = ["~/a"]\n'
    )
    json_plan = (
        '{"version": 1, "steps": [{"id": 1, "tool": "create_note", "args": {"name": "a", "content": "$1"}}]}'
    )
    words = tuple(sorted({w for s in said for w in s.split()}))[::3]
    tool_words = tuple(t.name for t in TOOLS) + ("join()", "<END_OF_PLAN>", "$1", "\n2. ", '"""', '["', '"]')
    compact_words = tuple(f"\n{t.word} " for t in TOOLS) + (
        " | say ",
        " | with ",
        "^mail",
        "^phone2",
        "\\|",
        "none",
    )
    request = messages.line(messages.plan_request("text Bob", NOW) or {}).decode()
    made = notation.read(notations[0], TOOLS)
    reply = json.dumps({"ok": messages.answer(Planned("x", NOW, "starter", ("create_note",), made))})
    lent = (
        '{"name": "get_time", "description": "d", "inputSchema": {"properties": {"zone": {"type": "string", "enum": ["a"]}},'
        ' "required": ["zone"]}, "annotations": {"readOnlyHint": true}}'
    )
    described = 'description = "d"\neffect = "read"\ntimeout = 3\nexamples = ["a"]\n[parameters.text]\ntype = "text"\ndefault = ""\n'
    make: Callable[..., Target] = Target
    return [
        make("notation", read_notation, notations, tool_words, (PlanError,)),
        make("compact dialect", read_compact, tuple(compact.write(p, BY_NAME) for p in plans), compact_words, (PlanError,)),
        make("moments", read_moment, tuple(sorted(said)) or ("tomorrow at 2pm",), words, ()),
        make("vCard", read_cards, tuple(c.read_text() for c in contacts), ("\nEMAIL:", "\nTEL;TYPE=cell:", "\nN:", "\r\n ", "\nEND:VCARD", "\nPHOTO:", ";ENCODING=QUOTED-PRINTABLE", "=0A"), ()),
        make("iCalendar written and read", read_calendar, ("Milk", "a\\nb;c,d", event), ("\r\n", "\nBEGIN:VALARM", "\\n", "\\,", "\u2028"), ()),
        make("configuration", read_configuration, (config, filled), ("[policy]\n", "[open]\n", '"', "'''", "[[", "={", "1979-05-27", "max_sends"), (SettingsError,)),
        make("setting", read_value, ("3", "true", "a:b", '{ mail = "deny" }'), ("{", "}", "=", ":", "deny"), ()),
        make("saved plan", read_saved_plan, (json_plan, *notations[:5]), ('"steps"', '"depends_on":[1]', "[", "{", "1e999", "NaN"), (TinyAgentError,)),
        make("mail", read_mail, (message,), ("\nReply-To: ", "\nSubject: =?utf-8?q?", "?=", "\nContent-Type: text/html\n", "\nContent-Transfer-Encoding: base64\n", "boundary=", "<script>", "</style>"), (DesktopError,)),
        make("configuration of other programs", read_other_programs, ("[calendars]\n[[a]]\npath = ~/x\n", 'path = "~/c/*"\n', '[pair x]\na = "y"\n'), ("[", "]", '"', "\\", "="), ()),
        make("request to the helper", read_request, (request,), ('"zone":', "null", "Europe/", '"fold":1', "9999-12-31T", "../"), (messages.MessageError,)),
        make("answer of the helper", read_answer, (reply, '{"error": {"kind": "plan-invalid", "message": "m", "line": 1, "column": null}}'), ('"timing":', "1e999", "[", "{", "null", '"args":'), (messages.MessageError,)),
        make("tool of a server", read_lent_tool, (lent,), ('"anyOf": [', '"type": ["null", "integer"]', '"items": {', '"default": ', "null", "1e999"), (UsageError,)),
        make("tool described in TOML", read_described_tool, (described,), ("[parameters.x]\n", "choices = [", 'type = "int"\n', "default = ", "look_up = "), (UsageError,)),
        make("terminal", show, ("a\u202eb\x1b[2J",), ("\x1b]0;", "\u2066", "\x9b"), ()),
    ]  # fmt: skip
