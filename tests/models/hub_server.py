"""A hub on 127.0.0.1 that speaks the real one's protocol, and fails in the ways that one is told to.

    HEAD /owner/repo/resolve/main/file   302 to the store; X-Repo-Commit, X-Linked-Etag, X-Linked-Size, ETag
    GET  /api/models/owner/repo/tree/main   the files
    GET  (store) /store/<sha256>   200 or 206 with Content-Range; ETag

The store listens on a port of its own, as the hub's does on a host of its own.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

COMMIT = "5" * 40
NAME = "owner/repo/model.gguf"
"""The file that the tests fetch."""
RESOLVE = re.compile(r"/(?P<repo>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<file>.+)")
TREE = re.compile(r"/api/models/(?P<repo>[^/]+/[^/]+)/tree/(?P<revision>[^/?]+)")


@dataclass
class Faults:
    """What goes wrong.

    `status`: what the hub answers; `store_status`: what the store answers, by turns. `break_after`: bytes after which each of the next
    `breaks` answers of the store is cut off. `corrupt`: other bytes of the same length are sent. `slow`: seconds
    between pieces. `ranges` False: the store does not know Range. `more`: bytes that the store sends after the file.
    """

    status: int = 0
    code: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    store_status: list[int] = field(default_factory=list)
    break_after: int = 0
    breaks: int = 0
    corrupt: bool = False
    slow: float = 0.0
    piece: int = 64 * 1024
    ranges: bool = True
    cut_randomly: float = 0.0
    more: int = 0


class HubServer:
    """The hub and its store. `seen` holds (server, method, path, range, authorization) of every request."""

    def __init__(self, files: dict[str, bytes], *, token: str = "") -> None:
        """`files` maps `owner/repo/file` to its bytes."""
        self.files, self.token, self.faults = files, token, Faults()
        self.blobs = {hashlib.sha256(data).hexdigest(): data for data in files.values()}
        self.seen: list[tuple[str, str, str, str, str]] = []
        self.sent = 0
        self.hub, self.store = self._server("hub", self._hub), self._server("store", self._store)
        self.url = f"http://127.0.0.1:{self.hub.server_port}"

    def __enter__(self) -> Self:
        for server in (self.hub, self.store):
            threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in (self.hub, self.store):
            server.shutdown()
            server.server_close()

    def etag(self, name: str) -> str:
        return hashlib.sha256(self.files[name]).hexdigest()

    def _server(self, name: str, answer: object) -> ThreadingHTTPServer:
        seen = self.seen

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                of = self.headers.get
                seen.append((name, self.command, self.path, of("Range", ""), of("Authorization", "")))
                try:
                    answer(self)  # type: ignore[operator]
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_GET = do_HEAD = handle_one  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        return server

    def _hub(self, request: BaseHTTPRequestHandler) -> None:
        if self.faults.status:
            return self._say(request, self.faults.status, {"X-Error-Code": self.faults.code, **self.faults.headers})
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            return self._say(request, 401, {"X-Error-Code": "RepoNotFound"})
        if match := TREE.match(request.path):
            start = match["repo"] + "/"
            rows = [
                {"type": "file", "path": name.removeprefix(start), "size": len(data), "oid": "0" * 40}
                for name, data in self.files.items() if name.startswith(start)
            ]  # fmt: skip
            return self._say(request, 200, {"Content-Type": "application/json"}, json.dumps(rows).encode())
        match = RESOLVE.match(request.path)
        name = f"{match['repo']}/{match['file']}" if match else ""
        if name not in self.files:
            there = match and any(each.startswith(match["repo"] + "/") for each in self.files)
            return self._say(request, 404, {"X-Error-Code": "EntryNotFound" if there else "RepoNotFound"})
        etag = self.etag(name)
        return self._say(
            request, 302, {
                "Location": f"http://127.0.0.1:{self.store.server_port}/store/{etag}", "X-Repo-Commit": COMMIT,
                "X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(len(self.files[name])), "ETag": f'"{COMMIT}"',
            },
        )  # fmt: skip

    def _store(self, request: BaseHTTPRequestHandler) -> None:
        faults = self.faults
        if faults.store_status and (status := faults.store_status.pop(0)) != 200:
            return self._say(request, status, faults.headers)
        data = self.blobs[request.path.rpartition("/")[2]]
        if faults.corrupt:
            data = data[:-1] + bytes([data[-1] ^ 1])
        data += b"." * faults.more
        start = int((re.match(r"bytes=(\d+)-", request.headers.get("Range", "")) or [0, 0])[1]) if faults.ranges else 0
        if start >= len(data):
            return self._say(request, 416, {"Content-Range": f"bytes */{len(data)}"})
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        request.send_header("Content-Length", str(len(data) - start))
        request.end_headers()
        if request.command == "GET":
            self._send(request, data[start:])
        return None

    def _send(self, request: BaseHTTPRequestHandler, data: bytes) -> None:
        faults, sent = self.faults, 0
        cut = 0
        if faults.breaks > 0:
            faults.breaks -= 1
            cut = faults.break_after
        for at in range(0, len(data), faults.piece):
            part = data[at : at + faults.piece]
            if (cut and sent + len(part) > cut) or random.random() < faults.cut_randomly:
                request.wfile.flush()
                request.close_connection = True
                request.connection.shutdown(2)
                return
            request.wfile.write(part)
            sent += len(part)
            self.sent += len(part)
            if faults.slow:
                time.sleep(faults.slow)

    def _say(self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        request.send_response(status)
        for key, value in headers.items():
            if value:
                request.send_header(key, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(body)
