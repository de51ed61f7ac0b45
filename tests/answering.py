"""An OpenAI-compatible server on 127.0.0.1 that answers what it is told to."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Server:
    """Answers each request with the next of `answers`: a text that is streamed, or (status, body).

    `bodies` and `keys` are what was asked; `cut` leaves the end of the stream out, `breaks`
    promises more than the half that it sends, `slow` is seconds between pieces.
    """

    def __init__(self) -> None:
        self.answers: list[str | tuple[int, str]] = []
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.cut, self.breaks, self.slow = False, False, 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                outer.keys.append(self.headers.get("Authorization", ""))
                answer = outer.answers.pop(0)
                status, text = answer if isinstance(answer, tuple) else (200, "")
                self.send_response(status)
                self.send_header("Content-Type", "text/event-stream" if status == 200 else "application/json")
                if outer.breaks:
                    self.send_header("Content-Length", "1000000")
                self.end_headers()
                if isinstance(answer, tuple):
                    self.wfile.write(text.encode())
                    return
                for at in range(0, len(answer) // 2 if outer.breaks else len(answer), 7):
                    piece = {"choices": [{"delta": {"content": answer[at : at + 7]}}]}
                    self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
                    time.sleep(outer.slow)
                self.wfile.write(b"" if outer.cut or outer.breaks else b"data: [DONE]\n\n")

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def __enter__(self) -> Self:
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()
