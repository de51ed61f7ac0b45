"""A runtime directory with a short path, as sockets need it, and a helper that listens there."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from known_planner import Known

from tinyagent_cli.resident import client
from tinyagent_cli.resident.server import Helper


@pytest.fixture
def runtime(monkeypatch):
    """An empty runtime directory, and a home of the program in it."""
    folder = Path(tempfile.mkdtemp(prefix="ta"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    monkeypatch.setenv("TINYAGENT_HOME", str(folder / "home"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Running:
    """A helper in a thread of this process."""

    helper: Helper
    thread: threading.Thread

    def ask(self, message, seconds=20.0):
        return client.ask(self.helper.path, message, seconds=seconds)

    def ended(self, within=10.0):
        self.thread.join(within)
        return not self.thread.is_alive()


@pytest.fixture
def running(runtime):
    """Starts a helper; it is stopped at the end."""
    started = []

    def start(planner=None, *, idle=0.0, name="one"):
        helper = Helper(planner or Known(), runtime / "tinyagent" / f"{name}.sock", idle)
        thread = threading.Thread(target=lambda: asyncio.run(helper.serve()), daemon=True)
        thread.start()
        made = Running(helper, thread)
        for _ in range(1000):
            with suppress(client.Unreachable):
                made.ask({"op": "status"})
                break
            if not thread.is_alive():
                break
            time.sleep(0.02)
        started.append(made)
        return made

    yield start
    for each in started:
        if each.thread.is_alive():
            each.ask({"op": "stop"})
            assert each.ended()
