"""Files written whole or not at all, and locks between processes.

A new file comes into being by linking a finished temporary file to its name, a changed one by renaming over
it; both are synced, and so is their directory. Whatever happens in between leaves the old or the new.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tinyagent_cli.errors import DesktopError

PATIENCE = 30.0
"""Seconds to wait for another process that holds a lock."""
LEFT_BEHIND = 24 * 3600
"""Seconds after which a temporary file is nobody's any more."""

REASONS = {
    errno.ENOSPC: "the disk is full. Make room and try again",
    errno.EDQUOT: "the disk quota is used up. Make room and try again",
    errno.EACCES: "permission is missing. Check who may write there",
    errno.EPERM: "permission is missing. Check who may write there",
    errno.EROFS: "the file system is read-only. Choose another place in the configuration",
    errno.ENOENT: "it does not exist",
    errno.ENOTDIR: "a file stands where a folder should be. Choose another place in the configuration",
    errno.EISDIR: "it is a folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.EIO: "the disk reports an error",
}
NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}


@contextmanager
def explained(path: Path, doing: str = "written") -> Iterator[None]:
    """Turn an OSError into a DesktopError that says which file could not be `doing`, and why."""
    try:
        yield
    except OSError as fault:
        reason = REASONS.get(fault.errno or 0, (fault.strerror or str(fault)).lower())
        raise DesktopError(f"{path} cannot be {doing}: {reason}.") from fault


def digest(data: bytes) -> str:
    """Return the SHA-256 of the data in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def read(path: Path) -> bytes:
    """Return the contents. Raises DesktopError."""
    with explained(path, "read"):
        return path.read_bytes()


def make_directory(path: Path) -> list[Path]:
    """Make the directory with its parents; return those that were not there. Raises DesktopError."""
    missing = []
    for folder in (path, *path.parents):
        if folder.exists():
            break
        missing.append(folder)
    with explained(path, "made"):
        path.mkdir(parents=True, exist_ok=True)
        for folder in missing:
            sync_directory(folder.parent)
    return missing


def make_private(path: Path) -> None:
    """Make a folder of the program's own, closed to other users of the machine; one that is open to them is closed.

    Raises OSError.
    """
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    status = path.stat()
    if status.st_mode & 0o077 and hasattr(os, "getuid") and status.st_uid == os.getuid():
        path.chmod(status.st_mode & 0o700)


def create(path: Path, data: bytes, *, mode: int = 0o600) -> bool:
    """Write a new file, whole or not at all; False where one of that name is there already. Raises DesktopError.

    `mode` is the most that it gets: the person's umask takes away from it.
    """
    make_directory(path.parent)
    with explained(path):
        if path.exists() or path.is_symlink():
            return False
        return without_name(path, data, mode) if hasattr(os, "O_TMPFILE") else beside(path, data, mode)


def replace(path: Path, data: bytes) -> None:
    """Write a file anew, its mode kept; readers see the old or the new. Raises DesktopError."""
    path = path.resolve()
    make_directory(path.parent)
    with explained(path):
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        sweep(path.parent)
        temporary = temporary_for(path)
        try:
            write_synced(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), data, mode=mode)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_directory(path.parent)


def remove(path: Path) -> None:
    """Remove a file. Raises DesktopError."""
    with explained(path, "removed"):
        path.unlink(missing_ok=True)
        sync_directory(path.parent)


@contextmanager
def locked(state: Path, path: Path) -> Iterator[None]:
    """Hold the lock of a path between processes and threads. Raises DesktopError where it is not to be had.

    Lock files stand in the state directory, so that no other program's folders fill with them.
    """
    from filelock import FileLock, Timeout

    folder = state / "locks"
    with explained(folder, "made"):
        make_private(state)
        folder.mkdir(exist_ok=True)
    key = digest(os.fsencode(os.path.realpath(path)))[:32]
    lock = FileLock(folder / f"{key}.lock", timeout=PATIENCE)
    with explained(folder, "locked"):
        try:
            lock.acquire()
        except Timeout:  # an OSError too, and caught before it is explained as one
            raise DesktopError(
                f"{path} is in use by another program that has held it for {PATIENCE:.0f} seconds. Try again later."
            ) from None
    try:
        yield
    finally:
        lock.release()


def without_name(path: Path, data: bytes, mode: int) -> bool:
    """Create by way of a file that has no name until it is complete, so that a crash leaves nothing behind."""
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, mode)
    except OSError as fault:
        if fault.errno in {errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL, errno.ENOENT}:
            return beside(path, data, mode)
        raise
    try:
        write_synced(handle, data, close=False)
        try:
            os.link(f"/proc/self/fd/{handle}", path, follow_symlinks=True)
        except FileExistsError:
            return False
        except OSError as fault:
            if fault.errno in NO_LINKS | {errno.ENOENT, errno.EXDEV}:
                return beside(path, data, mode)
            raise
    finally:
        os.close(handle)
    sync_directory(path.parent)
    return True


def beside(path: Path, data: bytes, mode: int) -> bool:
    """Create by way of a hidden file in the same directory."""
    temporary = temporary_for(path)
    try:
        write_synced(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), data)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return False
        except OSError as fault:
            # No hard links here (FAT, some network shares): the name is claimed first, then filled by renaming.
            if fault.errno not in NO_LINKS:
                raise
            try:
                os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
            except FileExistsError:
                return False
            temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    sync_directory(path.parent)
    return True


def temporary_for(path: Path) -> Path:
    """A hidden name beside the path that no reader of collections takes for an item."""
    return path.parent / f".tinyagent-{secrets.token_hex(8)}.tmp"


def sweep(folder: Path) -> None:
    """Remove temporary files that a crash left there more than a day ago."""
    before = time.time() - LEFT_BEHIND
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".tinyagent-") and entry.name.endswith(".tmp"):
                with suppress(OSError):
                    if entry.stat().st_mtime < before:
                        Path(entry.path).unlink()


def write_synced(handle: int, data: bytes, *, mode: int | None = None, close: bool = True) -> None:
    """Write everything to an open file and sync it; `mode` is set whatever the umask says."""
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(handle, view) :]
        if mode is not None:
            with suppress(OSError):
                os.fchmod(handle, mode)
        os.fsync(handle)
    finally:
        if close:
            os.close(handle)


def sync_directory(path: Path) -> None:
    """Make the names in a directory last; file systems that cannot are left alone."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return
    try:
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
