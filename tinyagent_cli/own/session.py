"""A conversation with a Model Context Protocol server, begun at its first use and kept until the program ends.

The protocol's library is asynchronous and this program is not: an event loop on a thread of its own runs the
conversation. The thread is a daemon's, so that a server that hangs keeps nobody from ending the program.
"""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import os
import threading
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tinyagent_cli.errors import DesktopError, TinyAgentError, UsageError

START, CALL = 20.0, 60.0
"""Seconds that a server has to begin, and for one call."""


@dataclass
class Session:
    """One server, run as a child process with the variables in `env`. Any thread may call it."""

    name: str
    command: tuple[str, ...]
    env: Mapping[str, str]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _loop: asyncio.AbstractEventLoop | None = field(default=None, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)
    _over: asyncio.Event | None = field(default=None, repr=False)
    _client: Any = field(default=None, repr=False)

    def tools(self) -> list[dict[str, Any]]:
        """Ask which tools there are, as the protocol describes them. Raises TinyAgentError."""

        async def every(client: Any) -> list[dict[str, Any]]:
            found: list[dict[str, Any]] = []
            cursor = None
            while True:
                page = await client.list_tools(cursor=cursor)
                found += [t.model_dump(mode="json", by_alias=True, exclude_none=True) for t in page.tools]
                cursor = page.next_cursor
                if not cursor:
                    return found

        return list(self._asked(every))

    def call(self, tool: str, arguments: Mapping[str, Any]) -> str:
        """Call a tool and return its result as text. Raises DesktopError."""

        async def called(client: Any) -> Any:
            return await client.call_tool(tool, dict(arguments))

        result = self._asked(called)
        texts = [each.text for each in result.content if getattr(each, "text", None)]
        text = "\n".join(texts).strip()
        if result.is_error:
            raise DesktopError(f"{self.name}: {text or 'the server says that it failed, and not why'}")
        return text

    def close(self) -> None:
        """End the server."""
        with self._lock:
            loop, thread, over = self._loop, self._thread, self._over
            self._client = self._loop = self._thread = self._over = None
        if loop is not None and over is not None and thread is not None:
            with suppress(RuntimeError):  # the loop has ended by itself
                loop.call_soon_threadsafe(over.set)
            thread.join(5)

    def _asked(self, question: Callable[[Any], Awaitable[Any]]) -> Any:
        with self._lock:
            if self._client is None:
                self._begin()
            client, loop = self._client, self._loop
        assert loop is not None

        async def asked() -> Any:
            return await asyncio.wait_for(question(client), CALL)

        try:
            return asyncio.run_coroutine_threadsafe(asked(), loop).result(CALL + 5)
        except (TimeoutError, concurrent.futures.TimeoutError) as fault:
            self.close()
            raise DesktopError(f"{self.name}: the server took longer than {CALL:g} s") from fault
        except TinyAgentError:
            raise
        except Exception as fault:
            if type(fault).__name__ != "MCPError":
                self.close()  # the next call begins it anew
            raise DesktopError(f"{self.name}: {fault or type(fault).__name__}") from fault

    def _begin(self) -> None:
        try:
            import mcp
        except ImportError as fault:
            raise UsageError("the package mcp is missing: pip install 'tinyagent-cli[mcp]'") from fault
        server = mcp.StdioServerParameters(
            command=self.command[0], args=list(self.command[1:]), env=dict(self.env)
        )
        ready: concurrent.futures.Future[Any] = concurrent.futures.Future()

        async def conversation() -> None:
            over = asyncio.Event()
            try:
                # What a server says on standard error is for its author, not for this terminal.
                with open(os.devnull, "w", encoding="utf-8") as log:  # noqa: PTH123
                    async with mcp.Client(mcp.stdio_client(server, errlog=log)) as client:
                        ready.set_result((client, asyncio.get_running_loop(), over))
                        await over.wait()
            except BaseException as fault:  # noqa: BLE001 (told by whoever waits for it)
                if not ready.done():
                    ready.set_exception(_innermost(fault))

        self._thread = threading.Thread(target=lambda: asyncio.run(conversation()), daemon=True)
        self._thread.start()
        try:
            self._client, self._loop, self._over = ready.result(START)
        except (TimeoutError, concurrent.futures.TimeoutError) as fault:
            raise DesktopError(f"the server {self.command[0]} says nothing for {START:g} s") from fault
        except Exception as fault:
            why = fault.strerror if isinstance(fault, OSError) else f"{type(fault).__name__}: {fault}"
            raise DesktopError(f"the server {self.command[0]} cannot be started ({why})") from fault
        atexit.register(self.close)


def _innermost(fault: BaseException) -> BaseException:
    """The fault that others only carry."""
    while isinstance(fault, BaseExceptionGroup) and fault.exceptions:
        fault = fault.exceptions[0]
    return fault if isinstance(fault, Exception) else RuntimeError(type(fault).__name__)
