"""Downloads: whole and verified, or not there; whatever happens on the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hub_server import NAME, HubServer

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models import download, places
from tinyagent_cli.models.download import Watch, fetch
from tinyagent_cli.models.failures import PassingError
from tinyagent_cli.models.hub import Hub

HF = "hf:owner/repo/model.gguf"


def get(hub: Hub, watch: Watch | None = None) -> Path:
    return fetch(hub, "owner/repo", "model.gguf", watch=watch)


def ranges(server: HubServer) -> list[str]:
    return [each[3] for each in server.seen if each[:2] == ("store", "GET")]


def parts(hub: Hub) -> list[Path]:
    return list(hub.cache.rglob("*.incomplete"))


def test_a_file_is_fetched_into_the_hubs_own_cache(hub: Hub, server: HubServer, model: bytes) -> None:
    from huggingface_hub import try_to_load_from_cache

    path = get(hub)
    assert path.read_bytes() == model
    assert path.resolve().name == server.etag(NAME)
    assert try_to_load_from_cache("owner/repo", "model.gguf", cache_dir=hub.cache) == str(path)
    assert not parts(hub)


def test_what_is_there_is_not_fetched_again_even_offline(hub: Hub, server: HubServer) -> None:
    path = get(hub)
    asked = len(server.seen)
    assert get(replace(hub, offline=True)) == path
    assert len(server.seen) == asked


def test_a_broken_connection_goes_on_where_it_broke(hub: Hub, server: HubServer, model: bytes, impatient: Watch) -> None:
    server.faults.break_after, server.faults.breaks = 700_000, 3
    assert get(hub, impatient).read_bytes() == model
    asked = ranges(server)
    assert asked[0] == ""
    assert len(asked) == 4
    assert all(each.startswith("bytes=") for each in asked[1:])
    assert server.sent < len(model) * 1.5


def test_a_break_that_stays_leaves_a_part_that_the_next_download_takes_up(
    hub: Hub, server: HubServer, model: bytes, impatient: Watch
) -> None:
    server.faults.break_after, server.faults.breaks = 900_000, 1
    with pytest.raises(PassingError, match="broke off"):
        get(hub, replace(impatient, tries=1))
    assert hub.cached("owner/repo", "model.gguf") is None
    assert parts(hub)
    started: list[tuple[int, int]] = []
    get(hub, Watch(sized=lambda _file, done, total: started.append((done, total))))
    assert started[0][0] > 500_000
    assert started[0][1] == len(model)


def test_a_store_that_knows_no_ranges_begins_anew(hub: Hub, server: HubServer, model: bytes, impatient: Watch) -> None:
    server.faults.break_after, server.faults.breaks, server.faults.ranges = 900_000, 1, False
    assert get(hub, impatient).read_bytes() == model


def test_a_part_of_something_else_is_found_out_by_its_checksum(hub: Hub, server: HubServer, model: bytes) -> None:
    part = hub.folder("owner/repo") / "blobs" / (server.etag(NAME) + ".incomplete")
    part.parent.mkdir(parents=True)
    part.write_bytes(b"\0" * 100_000)
    with pytest.raises(ModelError, match="wrong checksum"):
        get(hub)
    assert not part.exists()
    assert get(hub).read_bytes() == model


def test_a_part_that_is_too_long_is_thrown_away(hub: Hub, server: HubServer, model: bytes) -> None:
    part = hub.folder("owner/repo") / "blobs" / (server.etag(NAME) + ".incomplete")
    part.parent.mkdir(parents=True)
    part.write_bytes(model + b"more")
    assert get(hub).read_bytes() == model


def test_a_wrong_checksum_is_no_model(hub: Hub, server: HubServer) -> None:
    server.faults.corrupt = True
    with pytest.raises(ModelError, match="wrong checksum"):
        get(hub)
    assert hub.cached("owner/repo", "model.gguf") is None
    assert not parts(hub)


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (401, "", "Set HF_TOKEN"), (401, "RepoNotFound", "Set HF_TOKEN"), (403, "", "may not read"),
        (403, "GatedRepo", "agreed to its terms"), (404, "", "no such repository"), (404, "RepoNotFound", "no such repository"),
        (429, "", "too many requests"), (500, "", "in trouble"), (502, "", "in trouble"), (503, "", "in trouble"),
        (418, "", "answered 418"),
    ],
)  # fmt: skip
def test_every_answer_of_the_hub_is_put_in_words(
    hub: Hub, server: HubServer, impatient: Watch, status: int, code: str, says: str
) -> None:
    server.faults.status, server.faults.code = status, code
    with pytest.raises(ModelError, match=says):
        get(hub, impatient)
    assert hub.cached("owner/repo", "model.gguf") is None


def test_a_store_in_trouble_is_asked_again(hub: Hub, server: HubServer, model: bytes, impatient: Watch) -> None:
    server.faults.store_status = [503, 200]
    assert get(hub, impatient).read_bytes() == model


@pytest.mark.parametrize("status", [401, 403, 410])
def test_a_signed_address_that_has_run_out_is_asked_for_anew(
    hub: Hub, server: HubServer, model: bytes, impatient: Watch, status: int
) -> None:
    server.faults.store_status = [status, 200]
    assert get(hub, impatient).read_bytes() == model
    assert len([each for each in server.seen if each[:2] == ("hub", "HEAD")]) > 2


@pytest.mark.parametrize(
    ("status", "says"),
    [(403, "does not accept the address"), (404, "no such"), (429, "too many requests"), (500, "in trouble"), (504, "in trouble")],
)
def test_every_answer_of_the_store_is_put_in_words(
    hub: Hub, server: HubServer, impatient: Watch, status: int, says: str
) -> None:
    server.faults.store_status = [status] * 9
    with pytest.raises(ModelError, match=says):
        get(hub, impatient)
    assert hub.cached("owner/repo", "model.gguf") is None


def test_a_store_that_sends_more_than_the_file_is_not_believed(hub: Hub, server: HubServer) -> None:
    server.faults.more = 20_000_000
    with pytest.raises(ModelError, match="wrong checksum"):
        get(hub)
    assert server.sent < 15_000_000
    assert not parts(hub)


def test_a_hub_that_asks_to_wait_is_waited_for(hub: Hub, server: HubServer, model: bytes) -> None:
    server.faults.store_status, server.faults.headers = [429, 200], {"Retry-After": "1"}
    begun = time.monotonic()
    assert get(hub, Watch(tries=2, pause=0.01)).read_bytes() == model
    assert time.monotonic() - begun >= 1


def test_a_missing_file_is_named_with_those_that_are_there(hub: Hub, impatient: Watch) -> None:
    with pytest.raises(ModelError, match=r"no such file\. It has: model\.gguf"):
        fetch(hub, "owner/repo", "other.gguf", watch=impatient)


def test_a_hub_that_is_not_there_is_said_to_be_so(tmp_path: Path, impatient: Watch) -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        get(Hub("http://127.0.0.1:9", tmp_path), impatient)


def test_offline_nothing_is_asked(hub: Hub, server: HubServer) -> None:
    with pytest.raises(ModelError, match="HF_HUB_OFFLINE"):
        get(replace(hub, offline=True))
    assert not server.seen


def test_a_token_goes_to_the_hub_and_not_to_its_store(tmp_path: Path, model: bytes) -> None:
    with HubServer({NAME: model}, token="hf_secret") as server:
        with pytest.raises(ModelError, match="HF_TOKEN"):
            get(Hub(server.url, tmp_path, token="hf_wrong"), Watch(tries=1))
        get(Hub(server.url, tmp_path, token="hf_secret"))
        assert {each[4] for each in server.seen if each[0] == "store"} == {""}
        assert "Bearer hf_secret" in {each[4] for each in server.seen if each[0] == "hub"}


def test_too_little_room_is_said_before_anything_is_fetched(
    hub: Hub, server: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type(shutil.disk_usage("/"))
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 10**6))
    with pytest.raises(ModelError, match=r"needs 3 MB more, and .* has 1 MB free"):
        get(hub)
    assert not ranges(server)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one mebibyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", folder], check=False)


def test_a_disk_that_fills_up_on_the_way_is_said_and_the_part_kept(
    hub: Hub, small_disk: Path, impatient: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "SPARE", -(10**9))
    full = replace(hub, cache=small_disk)
    with pytest.raises(ModelError, match="disk is full"):
        get(full, impatient)
    assert full.cached("owner/repo", "model.gguf") is None
    assert parts(full)


def test_two_at_once_fetch_it_once(hub: Hub, server: HubServer, model: bytes) -> None:
    server.faults.slow = 0.005
    waited: list[str] = []
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(get(hub, Watch(waiting=waited.append)))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert len(ranges(server)) == 1
    assert waited


def test_a_whole_repository_counts_only_when_all_of_it_is_there(
    hub: Hub, server: HubServer, impatient: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tinyagent_cli.models import names

    whole = names.HubFile("owner/whole", ())
    monkeypatch.setattr(places, "source_of", lambda _name: whole)
    server.faults.store_status = [200, 404]
    with pytest.raises(ModelError):
        places.pull("whole", hub, impatient)
    assert places.cached(whole, hub) == ()
    assert len(places.pull("whole", hub, impatient)) == 2
    assert {path.name for path in places.cached(whole, hub)} == {"config.json", "model.safetensors"}


def test_a_damaged_model_is_found_out_and_can_be_removed(hub: Hub) -> None:
    path = get(hub)
    assert places.verify(HF, hub) == (path,)
    blob = path.resolve()
    data = bytearray(blob.read_bytes())
    data[1000] ^= 1
    blob.write_bytes(data)
    with pytest.raises(ModelError, match="damaged"):
        places.verify(HF, hub)
    assert places.remove(HF, hub) > 0
    assert not path.exists()
    with pytest.raises(ModelError, match="not on this machine"):
        places.remove(HF, hub)


KILLS = int(os.environ.get("TINYAGENT_KILLS", "4"))


def test_downloads_killed_at_random_end_in_a_verified_file(server: HubServer, tmp_path: Path, model: bytes) -> None:
    """`TINYAGENT_KILLS=100` makes it a hundred."""
    import random
    import sys

    server.faults.slow, server.faults.piece = 0.01, 1024 if KILLS > 20 else 16 * 1024
    hub = Hub(server.url, tmp_path / "hub")
    environ = {
        **os.environ, "HF_ENDPOINT": server.url, "HF_HUB_CACHE": str(hub.cache), "TINYAGENT_HOME": str(tmp_path / "home"),
        "HF_TOKEN": "", "HF_HUB_OFFLINE": "",
    }  # fmt: skip
    command = [sys.executable, "-m", "tinyagent_cli", "models", "pull", HF]
    chance = random.Random(11)
    reached, killed = 0, 0
    while killed < KILLS:
        child = subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        asked = len(ranges(server))
        while child.poll() is None and len(ranges(server)) == asked:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.25))
        if child.poll() is not None:
            break
        child.kill()
        child.wait()
        killed += 1
        assert hub.cached("owner/repo", "model.gguf") is None
        there = max((part.stat().st_size for part in parts(hub)), default=0)
        assert there >= reached, "what was fetched is kept"
        reached = there
    assert killed == KILLS
    assert reached > 0, "every download went on where the one before was killed"
    server.faults.slow = 0
    assert subprocess.run(command, env=environ, check=False, capture_output=True).returncode == 0
    assert get(hub).read_bytes() == model
    assert places.verify(HF, hub)
