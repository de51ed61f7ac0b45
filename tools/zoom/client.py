"""The few requests that Zoom's API needs (https://developers.zoom.us/docs/api/)."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from tinyagent_cli.desktops.text import one_line
from tinyagent_cli.errors import DesktopError

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import ZoomCredentials

PATIENCE = 20
"""Seconds to wait for an answer."""
MOST_BYTES = 1_000_000


class NoAnswerError(DesktopError):
    """Zoom was asked and did not answer: what was asked for may have been done or not."""

    code = "no-answer"


class StayPut(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: the token goes to Zoom and to nobody else."""

    def redirect_request(self, *_: Any) -> None:
        """Refuse."""


class Zoom:
    """Zoom's API with one account's credentials. A token lasts an hour; each call gets its own."""

    def __init__(self, credentials: ZoomCredentials) -> None:
        self.credentials = credentials
        self.opener = urllib.request.build_opener(StayPut)
        self.token = ""

    def sign_in(self) -> None:
        """Get a token, where there is none yet. Raises DesktopError."""
        self.token = self.token or self.new_token()

    def create(self, meeting: dict[str, Any]) -> dict[str, Any]:
        """Create a meeting of the account's own user; returns what Zoom says of it. Raises DesktopError."""
        made = self.request("POST", "/users/me/meetings", meeting)
        url = made.get("join_url") if made else None
        if (
            made is None
            or not isinstance(url, str)
            or not url.startswith(("https://", "http://"))
            or "id" not in made
        ):
            raise DesktopError(
                "Zoom made the meeting but sent no link for it. Look at https://zoom.us/meeting"
            )
        return made

    def get(self, number: object) -> dict[str, Any] | None:
        """Return the meeting of that number, None where it is gone. Raises DesktopError."""
        return self.request("GET", f"/meetings/{quote(str(number), safe='')}")

    def delete(self, number: object) -> None:
        """Delete the meeting of that number. Raises DesktopError."""
        self.request("DELETE", f"/meetings/{quote(str(number), safe='')}")

    def new_token(self) -> str:
        """Get a token by the grant of account credentials."""
        user = f"{self.credentials.client_id}:{self.credentials.client_secret}".encode()
        query = urlencode({"grant_type": "account_credentials", "account_id": self.credentials.account_id})
        answer = self.send(
            urllib.request.Request(  # noqa: S310
                self.credentials.oauth, data=query.encode(), method="POST",
                headers={
                    "Authorization": "Basic " + base64.b64encode(user).decode(),
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
        )  # fmt: skip
        token = (answer or {}).get("access_token")
        if not isinstance(token, str):
            raise DesktopError("Zoom gave no token for these credentials.")
        return token

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any] | None:
        """Send a request with a token; None for "not found" on a meeting."""
        self.sign_in()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        return self.send(
            urllib.request.Request(self.credentials.api + path, data=data, method=method, headers=headers)  # noqa: S310
        )

    def send(self, request: urllib.request.Request) -> dict[str, Any] | None:
        """Send and read an answer. Raises DesktopError with Zoom's own reason."""
        try:
            with self.opener.open(request, timeout=PATIENCE) as answer:
                text = answer.read(MOST_BYTES)
        except urllib.error.HTTPError as fault:
            reason = reason_of(fault)
            if fault.code == 404 and request.method != "POST":
                return None
            if fault.code in {400, 401} and request.full_url == self.credentials.oauth:
                reason += " Check the account id, client id and client secret."
            if fault.code == 429:
                reason += " Too many requests; wait a while and try again."
            raise (NoAnswerError if fault.code >= 500 else DesktopError)(f"Zoom refused: {reason}") from fault
        except (urllib.error.URLError, TimeoutError, OSError) as fault:
            raise NoAnswerError(f"Zoom cannot be reached: {getattr(fault, 'reason', fault)}.") from fault
        try:
            read = json.loads(text) if text.strip() else {}
        except ValueError as fault:
            raise NoAnswerError("Zoom sent an answer that cannot be read.") from fault
        return read if isinstance(read, dict) else {}


def reason_of(fault: urllib.error.HTTPError) -> str:
    """What Zoom says went wrong, with its HTTP status."""
    try:
        answer = json.loads(fault.read(MOST_BYTES))
        said = answer.get("message") or answer.get("reason") or answer.get("error") or ""
    except (ValueError, OSError, AttributeError):
        said = ""
    return f"{one_line(str(said)).strip() or fault.reason} (status {fault.code})."
