"""Checksums of model files."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models.failures import of_disk
from tinyagent_cli.models.hub import checksum_kind

BLOCK = 8 * 1024**2


def checksum(path: Path, like: str, moved: Callable[[int], None] = lambda _done: None) -> str:
    """The file's checksum, of the kind that `like` is: SHA-256, or git's SHA-1 of a blob.

    Raises ModelError where `like` is neither or the file cannot be read.
    """
    kind = checksum_kind(like)
    if not kind:
        raise ModelError(f"the hub gives no checksum of {path.name}, so that it cannot be verified")
    try:
        if kind == "sha256":
            digest = hashlib.sha256()
        else:
            digest = hashlib.sha1(usedforsecurity=False)
            digest.update(b"blob %d\0" % path.stat().st_size)
        with path.open("rb") as opened:
            done = 0
            while block := opened.read(BLOCK):
                digest.update(block)
                moved(done := done + len(block))
    except OSError as fault:
        raise of_disk(fault, path.name) from fault
    return digest.hexdigest()


def check_kind(path: Path, name: str) -> None:
    """Raise ModelError where a file is no more than a page that says sorry."""
    with path.open("rb") as opened:
        head = opened.read(64).lstrip().lower()
    if head.startswith((b"<!doctype html", b"<html", b"version https://git-lfs")):
        path.unlink(missing_ok=True)
        raise ModelError(f"{name}: a page came instead of the file")
