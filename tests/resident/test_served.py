"""`tinyagent serve` as a process of its own, with the real starter model."""

import json
import os
import subprocess
import sys
import time

import pytest

from tinyagent_cli.resident import places
from tinyagent_cli.settings import load

pytestmark = [pytest.mark.model, pytest.mark.slow]
COMMANDS = [
    "Set up a meeting with Sid and Lutfi tomorrow at 2pm to discuss the meeting notes",
    "play some jazz",
    "text Bob and Ana that lunch was $2 each",
    'remind me at noon to say "hi", twice\\',
    "next frobday at half past nothing: lunch with Zoë",
]


def tinyagent(*arguments, given=None, **environ):
    command = [sys.executable, "-m", "tinyagent_cli", *arguments]
    return subprocess.run(
        command, input=given, capture_output=True, text=True, timeout=300, check=False, env={**os.environ, **environ}
    )


def status():
    return json.loads(tinyagent("serve", "--status", "--json").stdout)["data"]["helpers"]


def until(wanted):
    for _ in range(600):
        if wanted():
            return
        time.sleep(0.1)
    raise AssertionError("it never came")


def planned(use):
    told = tinyagent("plan", "--batch", "-", "--now", "2026-03-04 09:30", given="\n".join(COMMANDS), TINYAGENT_HELPER_USE=use)
    assert not told.stderr
    objects = [json.loads(line) for line in told.stdout.splitlines()]
    return [{key: value for key, value in each.items() if key != "timing"} for each in objects], told.returncode


def test_plans_by_the_helper_are_those_of_the_process_itself_and_it_is_started_stopped_and_seen(runtime):
    here = planned("off")
    assert not status()
    assert planned("on") == here  # none runs yet: planned here, and one is started for the next
    until(lambda: list(places.sockets(load())) and status())
    assert planned("auto") == here
    [helper] = status()
    assert helper["plans"] == sum("error" not in each for each in here[0])
    assert tinyagent("serve", "--stop").stdout == "1 helper stopped\n"
    until(lambda: not list(places.sockets(load())))
    assert planned("auto") == here
    assert tinyagent("serve", "--stop").stdout == "no helper runs\n"


def test_a_helper_that_is_killed_is_not_missed(runtime):
    with subprocess.Popen([sys.executable, "-m", "tinyagent_cli", "serve"], stderr=subprocess.DEVNULL) as helper:
        until(status)
        helper.kill()
        helper.wait()
        assert list(places.sockets(load()))  # its socket is still there
        told = tinyagent("plan", "--json", "play some jazz")
        assert json.loads(told.stdout)["refused"]
        assert not told.stderr
