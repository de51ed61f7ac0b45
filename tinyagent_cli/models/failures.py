"""What can go wrong between here and the hub, in words for a person."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from tinyagent_cli.errors import ModelError

PASSING = frozenset({408, 429, 500, 502, 503, 504})
"""Answers after which the same question may be asked again."""


class PassingError(ModelError):
    """A failure that may be over the next time. `wait` is how long the hub asks to wait, in seconds."""

    def __init__(self, message: str, wait: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait


class MissingFileError(ModelError):
    """The repository has no such file."""


@contextmanager
def explained(what: str, endpoint: str) -> Iterator[None]:
    """Turn failures of the network, the hub or the disk into ModelError; PassingError where trying again may help."""
    import httpx2
    from huggingface_hub.errors import EntryNotFoundError, HfHubHTTPError, OfflineModeIsEnabled

    try:
        yield
    except (HfHubHTTPError, httpx2.HTTPStatusError) as fault:
        if isinstance(fault, EntryNotFoundError):
            raise MissingFileError(f"{what}: the repository has no such file") from fault
        raise of_status(fault.response.status_code, what, endpoint, fault.response.headers) from fault
    except OfflineModeIsEnabled as fault:
        raise ModelError(f"{what} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it") from fault
    except httpx2.TimeoutException as fault:
        raise PassingError(f"{what}: {endpoint} did not answer in time") from fault
    except (httpx2.ConnectError, httpx2.ProxyError) as fault:
        raise PassingError(
            f"{what}: {endpoint} cannot be reached ({fault}). Check the network, or HF_ENDPOINT if you have set it."
        ) from fault
    except (httpx2.TransportError, httpx2.DecodingError) as fault:
        raise PassingError(f"{what}: the connection broke off ({fault or type(fault).__name__})") from fault
    except OSError as fault:
        raise of_disk(fault, what) from fault


def of_status(status: int, what: str, endpoint: str, headers: object) -> ModelError:
    """Say what a hub's answer means."""
    get = getattr(headers, "get", lambda _key, default: default)
    code = get("X-Error-Code", "")
    if code == "GatedRepo":
        return ModelError(f"{what} is given only to those who have agreed to its terms: do so on its page, then set HF_TOKEN")
    if status == 401:
        return ModelError(f"{what}: the hub wants to know who you are (401), or there is no such repository. Set HF_TOKEN.")
    if status == 403:
        return ModelError(f"{what}: your token may not read it (403). Ask for access on its page, or set another HF_TOKEN.")
    if status == 404:
        return ModelError(f"{what}: there is no such repository, file or revision on {endpoint} (404)")
    if status == 429:
        wait = _seconds(get("Retry-After", ""))
        return PassingError(f"{what}: the hub has had too many requests (429). Try again later; HF_TOKEN raises the limit.", wait)
    if status in PASSING:
        return PassingError(f"{what}: {endpoint} is in trouble ({status}). Try again later.", _seconds(get("Retry-After", "")))
    return ModelError(f"{what}: {endpoint} answered {status}")


def of_disk(fault: OSError, what: str) -> ModelError:
    """Say what is wrong with the disk."""
    if fault.errno in {errno.ENOSPC, errno.EDQUOT}:
        return ModelError(f"{what}: the disk is full. What is there is kept: make room and say it again, or move the cache with HF_HOME.")
    if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return ModelError(f"{fault.filename or what}: may not be written. Check its permissions, or move the cache with HF_HOME.")
    where = f"{fault.filename}: " if fault.filename else f"{what}: "
    return ModelError(f"{where}{fault.strerror or fault}")


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0
