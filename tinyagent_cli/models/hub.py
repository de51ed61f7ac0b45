"""The hub: where it is, where its cache is, and what it says of a file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models.failures import explained

TRUE = frozenset({"1", "on", "yes", "true"})
_SHA256, _GIT_SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Hub:
    """A hub and its cache on this machine. `token` None takes the one that `hf auth login` has left, if any."""

    endpoint: str
    cache: Path
    token: str | None = None
    offline: bool = False

    @classmethod
    def found(cls, environ: Mapping[str, str] | None = None) -> Hub:
        """As HF_ENDPOINT, HF_HUB_CACHE, HF_HOME, HF_TOKEN and HF_HUB_OFFLINE say; the hub's own places otherwise."""
        from huggingface_hub import constants

        environ = os.environ if environ is None else environ
        home = environ.get("HF_HOME")
        cache = environ.get("HF_HUB_CACHE") or (str(Path(home) / "hub") if home else constants.HF_HUB_CACHE)
        return cls(
            (environ.get("HF_ENDPOINT") or constants.ENDPOINT).rstrip("/"),
            Path(cache).expanduser(),
            environ.get("HF_TOKEN") or None,
            (environ.get("HF_HUB_OFFLINE") or "").lower() in TRUE,
        )

    def folder(self, repo: str) -> Path:
        """The repository's folder in the cache."""
        return self.cache / ("models--" + repo.replace("/", "--"))

    def cached(self, repo: str, file: str, revision: str = "main") -> Path | None:
        """The file, if the cache has the whole of it. What is half there is never found."""
        from huggingface_hub import try_to_load_from_cache

        found = try_to_load_from_cache(repo, file, cache_dir=self.cache, revision=revision)
        return Path(found) if isinstance(found, str) else None

    def headers(self) -> dict[str, str]:
        """The headers of a request, with the token if there is one."""
        from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]

        return dict(build_hf_headers(token=self.token, library_name="tinyagent"))

    def about(self, repo: str, file: str, revision: str = "main") -> Remote:
        """Ask what the file is. Raises ModelError."""
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        self.require(f"{repo}/{file}")
        url = hf_hub_url(repo, file, revision=revision, endpoint=self.endpoint)
        with explained(f"{repo}/{file}", self.endpoint):
            said = get_hf_file_metadata(url, token=self.token, endpoint=self.endpoint)
        if not said.etag or said.size is None or not said.commit_hash:
            raise ModelError(f"{self.endpoint} does not say what {repo}/{file} is; it answers unlike a hub")
        headers = self.headers()
        if urlsplit(said.location).netloc != urlsplit(url).netloc:
            headers.pop("authorization", None)  # a token is the hub's, and not for the store that it sends us to
        return Remote(repo, file, revision, said.etag, said.size, said.location, headers)

    def listed(self, repo: str, revision: str = "main") -> list[str]:
        """The files of a repository. Raises ModelError."""
        from huggingface_hub import HfApi

        self.require(repo)
        with explained(repo, self.endpoint):
            api: Any = HfApi(endpoint=self.endpoint, token=self.token, library_name="tinyagent")
            return [name for name in api.list_repo_files(repo, revision=revision) if name != ".gitattributes"]

    def require(self, what: str) -> None:
        """Raise ModelError where the person wants no network."""
        if self.offline:
            raise ModelError(f"{what} is not on this machine, and HF_HUB_OFFLINE forbids to fetch it")


@dataclass(frozen=True)
class Remote:
    """A file on the hub. `etag` is its SHA-256 (large files) or git's SHA-1 (small ones), `size` in bytes."""

    repo: str
    file: str
    revision: str
    etag: str
    size: int
    location: str
    headers: dict[str, str]


def checksum_kind(etag: str) -> str:
    """Say what an etag is: `sha256`, `git` (SHA-1 of a git blob), or empty for anything else."""
    if _SHA256.fullmatch(etag):
        return "sha256"
    return "git" if _GIT_SHA1.fullmatch(etag) else ""
