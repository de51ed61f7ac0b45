"""Speaks to an OpenAI-compatible server: chat completions, streamed; retried with pauses; every failure in words.

The protocol is OpenAI's (platform.openai.com/docs/api-reference/chat), as llama.cpp's server, Ollama, LM Studio,
vLLM and Azure speak it. A key is sent as a header, and never written.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models.names import EndpointName

if TYPE_CHECKING:
    import httpx2

Message = Mapping[str, str]
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
MOST_WAIT = 30.0
WANTED_OTHERWISE = (
    ("max_tokens", "max_completion_tokens", "max_completion_tokens"),
    ("temperature", "", "temperature"),
)
"""Fields that some models take under another name, or not at all, and the word in a refusal that tells it."""
THINKING = 8
"""Models that want `max_completion_tokens` count what they think as well: so many times the answer."""
MOST_ANSWER = 200_000
"""Characters of an answer after which reading stops."""


class EndpointError(ModelError):
    """A server could not be used. `status` is its answer's, 0 where there was none; `said` are its own words.

    `wait` is how long it asks to wait, in seconds.
    """

    code = "endpoint"

    def __init__(self, message: str, status: int = 0, said: str = "", wait: float = 0.0) -> None:
        super().__init__(message)
        self.status, self.said, self.wait = status, said, wait


@dataclass(frozen=True)
class Endpoint:
    """A server with what it takes to use it. `timeout` is in seconds without a byte; `pause` grows with every try.

    `other_names` are what this server calls fields of the request, "" for those that it does not want; learned from
    its refusals. `used` counts the tokens that the server says it took and gave, where it was asked to say so.
    """

    at: EndpointName
    key: str = ""
    timeout: float = 60.0
    tries: int = 3
    pause: float = 0.5
    other_names: dict[str, str] = field(default_factory=dict, compare=False)
    used: dict[str, int] = field(default_factory=dict, compare=False)

    def __repr__(self) -> str:
        """Without the key, which must not get into a log."""
        return f"Endpoint({self.at.url!r}, {self.at.model!r})"

    @property
    def name(self) -> str:
        """What it is called where a model's name is shown."""
        return self.at.model or urlsplit(self.at.url).netloc

    def stream(self, messages: list[Message], *, most: int, extra: Mapping[str, Any] | None = None) -> Iterator[str]:
        """Yield the answer piece by piece, at most `most` tokens of it. Raises EndpointError.

        It is asked again only as long as nothing has come.
        """
        body = {
            **({"model": self.at.model} if self.at.model else {}), "messages": [dict(m) for m in messages],
            "stream": True, "temperature": 0, "max_tokens": most, **(extra or {}),
        }  # fmt: skip
        pause, come, left = self.pause, False, self.tries
        while True:
            try:
                for piece in self._once(self._named(body)):
                    come = True
                    yield piece
            except EndpointError as fault:
                if come:
                    raise
                if self._learns(fault, body):
                    continue
                left -= 1
                if not left or (fault.status and fault.status not in PASSING):
                    raise
                time.sleep(min(max(pause, fault.wait), MOST_WAIT))
                pause *= 2
            else:
                return

    def _named(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The request as this server wants it."""
        named = {self.other_names.get(name, name): value for name, value in body.items()}
        if "max_completion_tokens" in named:
            named["max_completion_tokens"] *= THINKING
        return {name: value for name, value in named.items() if name}

    def _learns(self, fault: EndpointError, body: Mapping[str, Any]) -> bool:
        """True where the refusal says which field the server wants otherwise; it is asked so from now on."""
        if fault.status not in {400, 422}:
            return False
        for name, other, word in WANTED_OTHERWISE:
            if name in body and name not in self.other_names and word in fault.said:
                self.other_names[name] = other
                return True
        return False

    def ask(self, messages: list[Message], *, most: int) -> str:
        """Return the whole answer. Raises EndpointError."""
        return "".join(self.stream(messages, most=most)).strip()

    def _once(self, body: Mapping[str, Any]) -> Iterator[str]:
        import httpx2

        size = 0
        try:
            with (
                httpx2.Client(timeout=httpx2.Timeout(self.timeout, connect=10.0)) as client,
                client.stream("POST", self._address(), json=body, headers=self._headers()) as answer,
            ):
                if answer.status_code != 200:
                    answer.read()
                    raise self._refused(answer)
                for piece in self._pieces(answer):
                    size += len(piece)
                    if size > MOST_ANSWER:
                        raise EndpointError(f"{self.at.url}: the answer does not end", 200)
                    yield piece
        except httpx2.TimeoutException as fault:
            raise EndpointError(f"{self.at.url} did not answer within {self.timeout:g} s; see endpoint.timeout") from fault
        except httpx2.ConnectError as fault:
            raise EndpointError(f"nothing answers at {self.at.url} ({fault}). Is the server running?") from fault
        except (httpx2.TransportError, httpx2.DecodingError) as fault:
            raise EndpointError(f"{self.at.url}: the connection broke off ({fault or type(fault).__name__})") from fault
        except httpx2.InvalidURL as fault:
            raise EndpointError(f"{self.at.url}: {fault}", 400) from fault

    def _pieces(self, answer: httpx2.Response) -> Iterator[str]:
        """The texts of a stream of server-sent events (html.spec.whatwg.org, 9.2), or of one whole JSON answer."""
        if "json" in answer.headers.get("Content-Type", ""):
            answer.read()
            yield from self._texts(answer.text)
            return
        seen = False
        for line in answer.iter_lines():
            if not line.startswith("data:"):
                continue
            seen = True
            data = line[5:].strip()
            if data == "[DONE]":
                return
            yield from self._texts(data)
        if not seen:
            raise EndpointError(f"{self.at.url} answers unlike an OpenAI-compatible server; does its address end in /v1?", 200)

    def _texts(self, data: str) -> Iterator[str]:
        try:
            said = json.loads(data)
            if error := said.get("error"):
                message = error.get("message", error) if isinstance(error, dict) else error
                raise EndpointError(f"{self.at.url}: {self._safe(str(message))}", 500)
            for name, count in (said.get("usage") or {}).items():
                if isinstance(count, int):
                    self.used[name] = self.used.get(name, 0) + count
            for choice in said.get("choices") or ():
                text = (choice.get("delta") or choice.get("message") or {}).get("content")
                if text:
                    yield str(text)
        except (ValueError, AttributeError) as fault:
            raise EndpointError(f"{self.at.url}: its answer cannot be read", 200) from fault

    def _refused(self, answer: httpx2.Response) -> EndpointError:
        status, said = answer.status_code, self._safe(_message(answer.text))
        if status == 500 and "validation error" in said:
            status = 422  # so llama-cpp-python's server says that it does not take a field
        told = {
            401: "it wants a key, or another one; name the variable that holds it in endpoint.key_variable",
            403: "this key may not use it",
            404: f"there is no such address, or no model {self.at.model!r}; the address usually ends in /v1",
            413: "the prompt is too long for it",
            429: "too many requests, or nothing left on the account",
        }.get(status, "the server is in trouble" if status >= 500 else "it does not take the request")
        wait = _seconds(answer.headers.get("Retry-After", ""))
        return EndpointError(f"{self.at.url}: {told} ({status}{': ' + said if said else ''})", status, said, wait)

    def _safe(self, text: str) -> str:
        """The server's own words, shortened, without the key, which some repeat."""
        words = " ".join(text.split())
        words = words.replace(self.key, "(key)") if self.key else words
        return words if len(words) <= 300 else words[:297] + "..."

    def _address(self) -> str:
        parts = urlsplit(self.at.url)
        path = parts.path if parts.path.endswith("/chat/completions") else parts.path + "/chat/completions"
        return urlunsplit((parts.scheme, parts.netloc, path, parts.query, ""))

    def _headers(self) -> dict[str, str]:
        if not self.key:
            return {}
        azure = (urlsplit(self.at.url).hostname or "").endswith(".azure.com")
        return {"api-key": self.key} if azure else {"Authorization": f"Bearer {self.key}"}


def _message(text: str) -> str:
    try:
        said = json.loads(text)
    except ValueError:
        return ""
    error = said.get("error", said.get("detail", "")) if isinstance(said, dict) else ""
    return str(error.get("message", "")) if isinstance(error, dict) else str(error)


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
