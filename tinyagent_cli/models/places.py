"""Which models are on this machine, and where."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tinyagent_cli.errors import ModelError, UsageError
from tinyagent_cli.models import download
from tinyagent_cli.models.download import Watch
from tinyagent_cli.models.failures import of_disk
from tinyagent_cli.models.hub import Hub, checksum_kind
from tinyagent_cli.models.known import Known
from tinyagent_cli.models.names import EndpointName, HubFile, Learned, LocalFile, Source, Starter, source_of
from tinyagent_cli.models.verify import checksum


def locate(name: str, hub: Hub | None = None) -> Path:
    """The file of a model that is on this machine; a folder where it has several. Raises ModelError with a remedy."""
    source = source_of(name)
    if isinstance(source, LocalFile):
        return source.path
    if isinstance(source, Starter):
        from tinyagent_cli.planner import starter

        return starter.base()
    if isinstance(source, Learned):
        return locate(source.base, hub)
    if isinstance(source, EndpointName):
        raise ModelError(f"{source.url} is a server, not a file")
    paths = cached(source, hub or Hub.found())
    if not paths:
        raise ModelError(f"{source.name} is not on this machine. Fetch it: tinyagent models pull {source.name}")
    return paths[0] if source.files else paths[0].parent


def cached(source: HubFile, hub: Hub) -> tuple[Path, ...]:
    """The model's files in the cache, none where one is missing."""
    names = source.files or _snapshot(source, hub)
    paths = [hub.cached(source.repo, file, source.revision) for file in names]
    return tuple(path for path in paths if path) if paths and all(paths) else ()


def pull(name: str, hub: Hub, watch: Watch | None = None) -> tuple[Path, ...]:
    """Fetch a model from the hub; what is there already is not fetched again. Raises ModelError, UsageError."""
    source = source_of(name)
    if not isinstance(source, HubFile):
        raise UsageError(f"{name}: {_nothing_to_fetch(source)}")
    if found := cached(source, hub):
        return found
    files = source.files or tuple(hub.listed(source.repo, source.revision))
    paths = tuple(download.fetch(hub, source.repo, file, source.revision, watch) for file in files)
    if not source.files:
        _whole_marker(source, hub).write_text("\n".join(files), encoding="utf-8")
    return paths


def there(each: Known, hub: Hub) -> tuple[Path, ...]:
    """The files of a known model, none where it is not on this machine."""
    if each.repo:
        return cached(HubFile(each.repo, each.files, known=each), hub)
    from tinyagent_cli.planner import starter

    try:
        return tuple(path for path in (starter.base(), starter.adapter()) if path)
    except ModelError:
        return ()


def verify(name: str, hub: Hub, moved: Callable[[int], None] = lambda _done: None) -> tuple[Path, ...]:
    """Compare the model's files with their checksums. Raises ModelError where one is wrong."""
    source = source_of(name)
    if not isinstance(source, HubFile):
        raise UsageError(f"{name}: only what came from the hub has a checksum to compare with")
    locate(name, hub)
    paths = cached(source, hub)
    for path in paths:
        blob = path.resolve()
        wanted = blob.name if checksum_kind(blob.name) else hub.about(source.repo, path.name, source.revision).etag
        if checksum(blob, wanted, moved) != wanted:
            raise ModelError(
                f"{path.name} is damaged: its checksum is not the hub's. Fetch it anew: "
                f"tinyagent models remove {source.name} && tinyagent models pull {source.name}"
            )
    return paths


def remove(name: str, hub: Hub) -> int:
    """Delete a model from the cache, what is half fetched of it too; returns the bytes freed. Raises ModelError."""
    source = source_of(name)
    if not isinstance(source, HubFile):
        raise UsageError(f"{name}: {_nothing_to_fetch(source)}; delete it yourself if you want to")
    folder = hub.folder(source.repo)
    before = _taken(folder)
    try:
        if source.files and len(source.files) < len(list(_links(folder))):
            for link in [link for link in _links(folder) if link.name in source.files]:
                blob = link.resolve()
                link.unlink()
                if not any(other.resolve() == blob for other in _links(folder)):
                    blob.unlink(missing_ok=True)
        elif folder.exists():
            shutil.rmtree(folder)
    except OSError as fault:
        raise of_disk(fault, source.name) from fault
    if not before:
        raise ModelError(f"{source.name} is not on this machine")
    return before - _taken(folder)


def _links(folder: Path) -> Iterator[Path]:
    snapshots = folder / "snapshots"
    return (path for path in snapshots.rglob("*") if path.is_file() or path.is_symlink())


def _taken(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _snapshot(source: HubFile, hub: Hub) -> tuple[str, ...]:
    """The files of a model that is a whole repository; none unless all of them were fetched once."""
    try:
        return tuple(_whole_marker(source, hub).read_text(encoding="utf-8").splitlines())
    except OSError:
        return ()


def _whole_marker(source: HubFile, hub: Hub) -> Path:
    return hub.folder(source.repo) / ".tinyagent-files"


def _nothing_to_fetch(source: Source) -> str:
    match source:
        case Starter():
            return "the starter came with the program"
        case LocalFile() | Learned():
            return "a file on this machine needs no fetching"
        case _:
            return "a server's models stay where they are"
