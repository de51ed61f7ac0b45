"""Fetches a file from the hub into the hub's own cache: resumed after a break, verified before it counts.

huggingface_hub says where the file is, keeps the session and the token, and lays out the cache. The bytes are
streamed here, because its own download starts anew after every break since each one has a file of its own
(huggingface_hub, pull request 4228). Here one process at a time, by the lock that the hub's own clients take too,
appends to `blobs/<checksum>.incomplete`; only a whole file with the right checksum loses that ending.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models.failures import MissingFileError, PassingError, explained
from tinyagent_cli.models.hub import Hub, Remote
from tinyagent_cli.models.verify import check_kind, checksum

SPARE = 64 * 1024**2
"""Bytes of the disk that a download leaves free."""
RUN_OUT = frozenset({401, 403, 410})
"""Answers of a store whose signed address has run out; the hub then gives another."""
TIMEOUT = 30.0
"""Seconds without a byte after which the connection counts as broken."""


@dataclass(frozen=True)
class Watch:
    """Who follows a download: `sized` once its size is known, `moved` with every piece, `waiting`, `verifying`.

    `tries` is how often it goes on after failures that pass; any progress starts the count anew. `pause` is the first
    wait in seconds, doubled each time.
    """

    sized: Callable[[str, int, int], None] = lambda _file, _done, _total: None
    moved: Callable[[int], None] = lambda _done: None
    waiting: Callable[[str], None] = lambda _file: None
    verifying: Callable[[str], None] = lambda _file: None
    tries: int = 5
    pause: float = 1.0


def fetch(hub: Hub, repo: str, file: str, revision: str = "main", watch: Watch | None = None) -> Path:
    """Return the file's path in the cache, fetched where it is not there. Raises ModelError."""
    watch = watch or Watch()
    if found := hub.cached(repo, file, revision):
        return found
    remote = _persistent(lambda: _about(hub, repo, file, revision), watch, lambda: 0)
    blob = hub.folder(repo) / "blobs" / remote.etag
    with explained(f"{repo}/{file}", hub.endpoint):
        blob.parent.mkdir(parents=True, exist_ok=True)
        with _only_one(hub, remote, watch):
            if not blob.exists():
                _fill(hub, remote, blob, watch)
    return _linked(hub, remote)


def _about(hub: Hub, repo: str, file: str, revision: str) -> Remote:
    try:
        return hub.about(repo, file, revision)
    except MissingFileError as fault:
        there = [name for name in hub.listed(repo, revision) if Path(name).suffix == Path(file).suffix]
        names = f" It has: {', '.join(sorted(there)[:12])}" if there else ""
        raise MissingFileError(f"{fault}.{names}") from fault


def _only_one(hub: Hub, remote: Remote, watch: Watch) -> Any:
    """The lock of this file, taken; huggingface_hub's clients use the same one."""
    from filelock import FileLock, Timeout

    path = hub.cache / ".locks" / hub.folder(remote.repo).name / f"{remote.etag}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        return lock.acquire(timeout=0)
    except Timeout:
        watch.waiting(remote.file)
        return lock.acquire()


def _fill(hub: Hub, remote: Remote, blob: Path, watch: Watch) -> None:
    part = blob.with_name(blob.name + ".incomplete")
    watch.sized(remote.file, _size(part), remote.size)
    latest = remote

    def renewed() -> None:
        """Where a signed address has run out, a new one is asked for before it goes on."""
        nonlocal latest
        there = hub.about(remote.repo, remote.file, remote.revision)
        if there.etag != remote.etag:
            raise ModelError(f"{remote.repo}/{remote.file} was changed on the hub meanwhile: say it again")
        latest = there

    _persistent(lambda: _stream(latest, part, watch, hub.endpoint), watch, lambda: _size(part), renewed)
    watch.verifying(remote.file)
    if (found := checksum(part, remote.etag)) != remote.etag:
        part.unlink(missing_ok=True)
        raise ModelError(
            f"{remote.repo}/{remote.file}: what came has the wrong checksum ({found[:12]}…, not {remote.etag[:12]}…) "
            "and was thrown away. Say it again; if it stays so, something between here and the hub changes files."
        )
    _keep(part, blob)


def _stream(remote: Remote, part: Path, watch: Watch, endpoint: str) -> None:
    """Append what is missing to the part. Raises PassingError where it breaks off, ModelError."""
    what = f"{remote.repo}/{remote.file}"
    done = _size(part)
    if done > remote.size:
        part.unlink()
        done = 0
    _check_room(part.parent, remote.size - done, what)
    if done == remote.size:
        if not done:
            part.touch()
        return
    from huggingface_hub.utils import get_session, hf_raise_for_status  # type: ignore[attr-defined]

    headers = {**remote.headers, "Accept-Encoding": "identity"}
    if done:
        headers["Range"] = f"bytes={done}-"
    with (
        explained(what, endpoint),
        get_session().stream("GET", remote.location, headers=headers, timeout=TIMEOUT, follow_redirects=True) as answer,
    ):
        if answer.status_code in RUN_OUT and urlsplit(remote.location).netloc != urlsplit(endpoint).netloc:
            raise PassingError(f"{what}: the store does not accept the address that the hub gave ({answer.status_code})")
        hf_raise_for_status(answer)
        if done and not _continues(answer, done):
            done = 0
        with part.open("r+b" if part.exists() else "wb", buffering=0) as out:
            out.truncate(done)
            out.seek(done)
            for piece in answer.iter_bytes():  # as it comes, so that a break costs next to nothing
                _write(out, piece)
                done += len(piece)
                watch.moved(min(done, remote.size))
                if done > remote.size:
                    break  # not the file that was promised; its checksum says so
    if done < remote.size:
        raise PassingError(f"{what}: the connection broke off after {done:,} of {remote.size:,} bytes")


def _write(out: Any, piece: bytes) -> None:
    """Write all of it: an unbuffered file on a disk that fills up takes only a part."""
    view = memoryview(piece)
    while view:
        written = out.write(view)
        if not written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        view = view[written:]


def _continues(answer: Any, done: int) -> bool:
    """True where the answer goes on at that byte, and does not begin anew."""
    return answer.status_code == 206 and str(answer.headers.get("Content-Range", "")).startswith(f"bytes {done}-")


def _persistent(
    do: Callable[[], Any], watch: Watch, progress: Callable[[], int], before_again: Callable[[], object] | None = None
) -> Any:
    """Do it again after failures that pass, with growing pauses, as long as there is progress or tries are left."""
    tries, pause, reached, again = watch.tries, watch.pause, progress(), False
    while True:
        try:
            if again and before_again:
                before_again()
            return do()
        except PassingError as fault:
            if progress() > reached:
                reached, tries, pause = progress(), watch.tries, watch.pause
            tries -= 1
            if tries <= 0:
                raise
            time.sleep(max(pause, min(fault.wait, 60.0)) if watch.pause else 0)
            pause, again = pause * 2, True


def _check_room(folder: Path, missing: int, what: str) -> None:
    free = shutil.disk_usage(folder).free
    if free < missing + SPARE:
        raise ModelError(
            f"{what} needs {missing / 1e6:,.0f} MB more, and {folder} has {free / 1e6:,.0f} MB free. "
            "Make room, or move the cache with HF_HOME."
        )


def _keep(part: Path, blob: Path) -> None:
    """Give the whole file its name, once it is on the disk for certain."""
    check_kind(part, blob.name)
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.chmod(0o644)
    part.replace(blob)


def _linked(hub: Hub, remote: Remote) -> Path:
    """Let huggingface_hub enter the blob into its cache: the reference and the snapshot."""
    from huggingface_hub import hf_hub_download

    with explained(f"{remote.repo}/{remote.file}", hub.endpoint):
        path = hf_hub_download(
            remote.repo, remote.file, revision=remote.revision, cache_dir=hub.cache, endpoint=hub.endpoint,
            token=hub.token, library_name="tinyagent",
        )  # fmt: skip
    return Path(path)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
