"""The helper itself: listens on a socket that only its owner can reach, plans one command after the other.

Every limit is one that a faulty or hostile program of the same user, or a thousand good ones at once, runs into
without harm: lines of bounded length, connections and waiting commands of bounded number, time to speak and to listen.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tinyagent_cli import memory
from tinyagent_cli.errors import ModelError
from tinyagent_cli.planner.base import Planner
from tinyagent_cli.resident import messages, places

MOST_CONNECTIONS = 2_000
BACKLOG = 1024
"""Connections that may wait to be accepted."""
SPEAKING, LISTENING = 10.0, 10.0
"""Seconds a client has to write its line, and to take the answer."""
BETWEEN = 60.0
"""Seconds a connection may stay open without another question."""
ENDING = 30.0
"""Seconds in which those who have asked are still answered, once the helper is to stop."""


def run(planner: Planner, path: Path, idle: float) -> None:
    """Serve until told to stop, or idle for so many seconds, and free the model. Raises ModelError."""
    try:
        asyncio.run(Helper(planner, path, idle).serve())
    finally:
        planner.close()


@dataclass
class Helper:
    """Plans for whoever asks on the socket at `path`; ends after `idle` seconds without a question, 0 never."""

    planner: Planner
    path: Path
    idle: float = 600.0
    began: float = field(default_factory=time.monotonic)
    plans: int = 0
    open: int = 0
    waiting: int = 0
    busy: int = 0
    last: float = field(default_factory=time.monotonic)

    async def serve(self) -> None:
        """Listen until asked to stop, told to by a signal, or idle for too long. Raises ModelError."""
        from filelock import FileLock, Timeout

        places.made(self.path)
        lock = FileLock(self.path.with_suffix(".lock"), mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout as fault:
            raise ModelError("a helper with these settings is running already") from fault
        with lock:
            await self._listen()

    async def _listen(self) -> None:
        self._stopped = asyncio.Event()
        self._worker = ThreadPoolExecutor(1, "planning")
        for number in (signal.SIGTERM, signal.SIGINT):
            with suppress(NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(number, self._stopped.set)
        _more_files()
        listening = _bound(self.path)
        mark = self.path.lstat().st_ino
        server = await asyncio.start_unix_server(
            self._connected, sock=listening, limit=messages.MOST_ASKED, backlog=BACKLOG
        )
        try:
            await self._until_stopped()
        finally:
            server.close()  # who comes now plans himself; who was here before gets his answer
            with suppress(OSError):
                if self.path.lstat().st_ino == mark:
                    self.path.unlink()
            until = time.monotonic() + ENDING
            while self.busy and time.monotonic() < until:
                await asyncio.sleep(0.02)
            self._worker.shutdown(wait=True, cancel_futures=True)

    async def _until_stopped(self) -> None:
        while not self._stopped.is_set():
            left = self.last + self.idle - time.monotonic() if self.idle and not self.waiting else self.idle or None
            if left is not None and left <= 0:
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), left)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            if messages.user_of(writer.get_extra_info("socket")) != os.getuid():
                return
            if self.open > MOST_CONNECTIONS:
                await _send(writer, {"error": {"kind": "busy", "message": "too many connections"}})
                return
            await self._talk(reader, writer)
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError):
            pass
        finally:
            self.open -= 1
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        patience = SPEAKING
        while True:
            try:
                data = await asyncio.wait_for(reader.readline(), patience)
                if not data.endswith(b"\n"):
                    return
                self.busy += 1
                try:
                    await _send(writer, await self._answer(messages.read(data), reader))
                finally:
                    self.busy -= 1
            except ValueError as fault:  # a line beyond the limit, or one that is no message
                await _send(writer, {"error": {"kind": "malformed", "message": str(fault)}})
                return
            patience = BETWEEN

    async def _answer(self, message: dict[str, Any], reader: asyncio.StreamReader) -> dict[str, Any]:
        if message.get("op") == "stop":
            self._stopped.set()
            return {"ok": {"pid": os.getpid()}}
        if message.get("op") == "status":
            return {"ok": self.status()}
        if message.get("op") != "plan":
            raise messages.MessageError("op is plan, status or stop")
        command, now = messages.asked(message)

        def work() -> dict[str, Any]:
            if reader.at_eof():  # whoever asked has gone
                return {"error": {"kind": "gone", "message": "nobody waits"}}
            return {"ok": messages.answer(self.planner.plan(command, now))}

        self.waiting += 1
        try:
            given = await asyncio.get_running_loop().run_in_executor(self._worker, work)
            self.plans += 1
        except Exception as fault:  # noqa: BLE001 (whatever it is, the commands after it are planned)
            given = messages.failure(fault)
        finally:
            self.waiting -= 1
            self.last = time.monotonic()
        return given

    def status(self) -> dict[str, Any]:
        """How the helper is: times in seconds, memory in bytes."""
        now = time.monotonic()
        return {
            "pid": os.getpid(), "model": self.planner.name, "plans": self.plans, "waiting": self.waiting,
            "up": round(now - self.began, 1), "idle": round(now - self.last, 1), "ends_after": self.idle,
            "memory": _memory(),
        }  # fmt: skip


async def _send(writer: asyncio.StreamWriter, message: dict[str, Any]) -> None:
    writer.write(messages.line(message))
    await asyncio.wait_for(writer.drain(), LISTENING)


def _bound(path: Path) -> socket.socket:
    """A socket at the path, for its owner alone; what an earlier helper left there goes. Raises ModelError."""
    path.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listening.bind(str(path))
        listening.listen(BACKLOG)
    except OSError as fault:
        listening.close()
        raise ModelError(f"{path}: cannot be listened on ({fault.strerror})") from fault
    finally:
        os.umask(before)
    return listening


def _more_files() -> None:
    """Let a thousand connections be open at once, where the system's hard limit lets them."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + 100
    if soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted if hard < 0 else min(wanted, hard), hard))


def _memory() -> int:
    """Bytes resident now; the most there ever were where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return round(memory.peak() * 1e6)
