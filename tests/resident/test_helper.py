"""The resident helper: the same answers as in the process, for its owner alone, whatever is sent to it."""

import asyncio
import datetime as dt
import json
import os
import socket
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_planner import Known
from strategies import TOOLS, plans, thorough

from tinyagent_cli.errors import ModelError, PlanError
from tinyagent_cli.planner.base import Planned, Timing
from tinyagent_cli.resident import client, messages, places, server
from tinyagent_cli.resident.planner import HelpedPlanner, beside
from tinyagent_cli.settings import load

NOW = dt.datetime(2026, 3, 4, 9, 30, tzinfo=ZoneInfo("Europe/Madrid"))


def raw(path, data, *, end=True):
    """What comes back for bytes sent as they are; empty where the connection is closed without a word."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(path))
        try:
            connection.sendall(data)
            if end:
                connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read()
        except (BrokenPipeError, ConnectionResetError):
            return b""


def never():
    raise AssertionError("the helper was to plan")


def test_a_plan_by_the_helper_is_the_plan_of_this_process(running):
    by_helper = HelpedPlanner(running().helper.path, TOOLS, never).plan("remind me", NOW)
    assert by_helper == Known().plan("remind me", NOW)
    assert by_helper.now is NOW


def test_a_refusal_and_an_error_come_as_they_are(running):
    helped = HelpedPlanner(running().helper.path, TOOLS, never)
    assert helped.plan("sing", NOW) == Known().plan("sing", NOW)
    with pytest.raises(PlanError) as by_helper:
        helped.plan("nonsense", NOW)
    assert (str(by_helper.value), by_helper.value.line, by_helper.value.column) == ("line 1, column 4: the model wrote nonsense", 1, 4)


def test_what_fails_inside_the_helper_is_planned_here_and_not_told(running):
    at = running()
    with pytest.raises(client.Unreachable, match="RuntimeError") as fault:
        at.ask(messages.plan_request("break", NOW))
    assert "secret" not in str(fault.value)
    helped = HelpedPlanner(at.helper.path, TOOLS, lambda: Known())
    with pytest.raises(RuntimeError):
        helped.plan("break", NOW)


@thorough
@given(plans(), st.text(), st.sampled_from([None, ZoneInfo("Asia/Tokyo")]), st.integers(0, 1))
def test_every_plan_and_command_travels_unchanged(plan, command, zone, fold):
    now = NOW.replace(tzinfo=zone, fold=fold)
    sent = messages.read(messages.line(messages.plan_request(command, now)))
    assert messages.asked(sent) == (command, now)
    assert messages.asked(sent)[1].fold == fold
    planned = Planned(command, now, "starter", ("a", "b"), plan, plan.refused, "why", Timing(1, 2, 3, 4))
    data = messages.read(messages.line(messages.answer(planned)))
    assert messages.answered(data, command, now, TOOLS) == planned


def test_a_zone_without_a_name_is_not_sent():
    assert messages.plan_request("remind me", NOW.replace(tzinfo=dt.timezone(dt.timedelta(hours=1)))) is None


def test_the_socket_is_for_its_owner_alone(running):
    path = running().helper.path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_folder_that_others_may_enter_is_neither_listened_in_nor_asked(runtime, running):
    at = running()
    at.helper.path.parent.chmod(0o755)
    with pytest.raises(client.Unreachable):
        at.ask({"op": "status"})
    with pytest.raises(ModelError, match="not yours alone"):
        asyncio.run(server.Helper(Known(), at.helper.path.with_name("two.sock")).serve())
    at.helper.path.parent.chmod(0o700)
    assert at.ask({"op": "status"})["pid"] == os.getpid()


def test_a_link_in_the_folders_place_is_refused(runtime):
    (runtime / "elsewhere").mkdir(mode=0o700)
    (runtime / "tinyagent").symlink_to(runtime / "elsewhere")
    assert not places.is_own_folder(runtime / "tinyagent")


def test_another_user_is_turned_away_at_both_ends(running, monkeypatch):
    at = running()
    with monkeypatch.context() as patched:
        patched.setattr(messages, "user_of", lambda _connection: os.getuid() + 1)
        assert raw(at.helper.path, messages.line({"op": "status"})) == b""
        with pytest.raises(client.Unreachable, match="another user"):
            at.ask({"op": "status"})


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_the_system_keeps_another_user_out(running):
    path = running().helper.path
    child = os.fork()
    if not child:
        code = 1
        try:
            os.setgid(65534)
            os.setuid(65534)
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(str(path))
        except PermissionError:
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.skipif(not hasattr(socket, "SO_PEERCRED"), reason="Linux's way")
def test_the_kernel_says_who_is_at_the_other_end():
    one, other = socket.socketpair(socket.AF_UNIX)
    with one, other:
        assert messages.user_of(one) == os.getuid()


@pytest.mark.parametrize("data", [
    b"", b"\n", b"{", b"[]\n", b"nonsense\n", b"\xff\xfe\n", b"{}\n", b'{"op":"plan"}\n', b'{"op":"shutdown"}\n', b"null\n",
    b'{"op":"plan","command":1,"now":"2026-03-04","fold":0,"zone":null}\n',
    b'{"op":"plan","command":"x","now":"soon","fold":0,"zone":null}\n',
    b'{"op":"plan","command":"x","now":"2026-03-04","fold":[],"zone":null}\n',
    b'{"op":"plan","command":"x","now":"2026-03-04","fold":0,"zone":"../../etc/passwd"}\n',
    b'{"op":"plan","command":"x","now":"2026-03-04","fold":0,"zone":"Nowhere/Land"}\n',
    b"[" * 100_000 + b"\n", b'{"op":' * 50_000 + b"\n",
])  # fmt: skip
def test_what_is_no_message_is_answered_with_an_error_and_harms_nobody(running, data):
    planner = Known()
    at = running(planner)
    answer = raw(at.helper.path, data)
    assert not answer or json.loads(answer)["error"]["kind"] == "malformed"
    assert not planner.seen
    assert at.ask({"op": "status"})["waiting"] == 0


@thorough
@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_any_json_is_a_request_or_a_message_error(value):
    for message in (value, {"op": "plan", "command": "x", "now": value, "fold": value, "zone": value}):
        try:
            messages.asked(messages.read(json.dumps(message).encode()))
        except messages.MessageError:
            continue
        assert isinstance(message["now"], str)


def test_a_line_beyond_the_limit_is_cut_off_before_it_is_held_in_memory(running):
    at = running()
    sent = 0
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(at.helper.path))
        try:
            while sent < 50 * messages.MOST_ASKED:
                sent += connection.send(b"x" * 65536)
        except (BrokenPipeError, ConnectionResetError):
            pass
    assert sent < 5 * messages.MOST_ASKED
    assert at.ask({"op": "status"})["plans"] == 0


def test_an_answer_without_end_is_given_up(runtime):
    (runtime / "tinyagent").mkdir(mode=0o700)
    path = runtime / "tinyagent" / "mad.sock"
    listening = server._bound(path)
    listening.listen()

    def flood():
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            while True:
                connection.sendall(b"x" * 65536)

    thread = threading.Thread(target=flood, daemon=True)
    thread.start()
    with pytest.raises(client.Unreachable, match="no end"):
        client.ask(path, {"op": "status"})
    thread.join(10)
    listening.close()


def test_a_helper_that_says_nothing_is_waited_for_only_so_long(runtime):
    (runtime / "tinyagent").mkdir(mode=0o700)
    path = runtime / "tinyagent" / "mute.sock"
    listening = server._bound(path)
    listening.listen()
    begun = time.monotonic()
    with pytest.raises(client.Unreachable):
        client.ask(path, {"op": "status"}, seconds=0.3)
    assert time.monotonic() - begun < 10
    listening.close()


def test_a_client_that_never_ends_its_line_does_not_hold_up_others(running, monkeypatch):
    monkeypatch.setattr(server, "SPEAKING", 0.5)
    at = running()
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(str(at.helper.path))
        connection.sendall(b'{"op":')
        assert at.ask({"op": "status"})["pid"] == os.getpid()
        assert connection.recv(10) == b""  # after half a second it is closed


def test_a_thousand_at_once_are_all_answered_each_its_own(running):
    planner = Known()
    at = running(planner)
    server._more_files()  # this process holds both ends
    commands = [f"command {n} " + "x" * (n % 50) for n in range(1000)]

    def ask(command):
        return at.ask(messages.plan_request(command, NOW), seconds=120)["reason"]

    with ThreadPoolExecutor(100) as pool:
        reasons = list(pool.map(ask, commands))
    assert reasons == [f"not {command}" for command in commands]
    assert at.ask({"op": "status"})["plans"] == 1000


def test_a_thousand_connections_open_at_once_are_all_answered(running):
    at = running()
    server._more_files()
    opened = []
    for n in range(1000):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(60)
        connection.connect(str(at.helper.path))
        connection.sendall(messages.line(messages.plan_request(f"number {n}", NOW)))
        opened.append(connection)
    answers = [json.loads(connection.makefile("rb").readline()) for connection in opened]
    assert [answer["ok"]["reason"] for answer in answers] == [f"not number {n}" for n in range(1000)]
    for connection in opened:
        connection.close()


def test_nothing_is_planned_for_whoever_has_gone(running):
    planner = Known(slow=0.5)
    at = running(planner)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(at.ask, messages.plan_request("first", NOW))
        while not planner.seen:
            time.sleep(0.01)
        raw_connection = socket.socket(socket.AF_UNIX)
        raw_connection.connect(str(at.helper.path))
        raw_connection.sendall(messages.line(messages.plan_request("gone", NOW)))
        raw_connection.close()
        first.result()
    assert at.ask(messages.plan_request("last", NOW))["reason"] == "not last"
    assert planner.seen == ["first", "last"]


def test_it_ends_when_nobody_has_asked_for_long_enough_and_leaves_no_socket(running):
    at = running(idle=0.6)
    at.ask(messages.plan_request("keep", NOW))
    assert at.ended()
    assert not at.helper.path.exists()


def test_stopping_lets_what_was_asked_before_end_well(running):
    planner = Known(slow=0.5)
    at = running(planner)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(at.ask, messages.plan_request("first", NOW))
        while not planner.seen:
            time.sleep(0.01)
        at.ask({"op": "stop"})
        assert answer.result()["reason"] == "not first"
    assert at.ended()


def test_one_listens_at_a_time_and_what_a_killed_one_left_is_taken_over(running):
    at = running()
    with pytest.raises(ModelError, match="running already"):
        asyncio.run(server.Helper(Known(), at.helper.path).serve())
    at.ask({"op": "stop"})
    assert at.ended()
    left = server._bound(at.helper.path)  # as after a kill: the socket is there, nobody behind it
    left.close()
    with pytest.raises(client.Unreachable):
        at.ask({"op": "status"})
    assert running().ask({"op": "status"})["plans"] == 0


def test_without_a_helper_this_process_plans(runtime):
    settings = load()
    here = Known()
    assert beside(settings, TOOLS, None, lambda: here) is here  # none runs, and none is to be started
    helped = HelpedPlanner(runtime / "tinyagent" / "none.sock", TOOLS, lambda: here)
    assert helped.plan("remind me", NOW).plan.steps
    assert here.seen == ["remind me"]


def test_other_settings_tools_or_files_have_another_helper(runtime, monkeypatch):
    def path(toolbox=TOOLS, **options):
        return places.socket_of(load({k.replace("__", "."): v for k, v in options.items()}), toolbox)

    usual = path()
    assert usual == path()
    others = {path(planner__threads=3), path(TOOLS.without_apps(["maps"]))}
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    others.add(path())
    assert len(others - {usual}) == 3


def test_other_models_and_a_helper_switched_off_are_planned_here(runtime, running):
    here = Known()
    running(name=places.socket_of(load(), TOOLS).stem)
    assert isinstance(beside(load(), TOOLS, None, lambda: here), HelpedPlanner)
    assert beside(load(), TOOLS, "qwen2.5-1.5b", lambda: here) is here
    assert beside(load({"helper.use": "off"}), TOOLS, None, lambda: here) is here
