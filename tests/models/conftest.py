"""A small real GGUF file, and a hub that serves it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hub_server import NAME, HubServer

from tinyagent_cli.models.download import Watch
from tinyagent_cli.models.hub import Hub


def gguf_bytes(folder: Path, size: int = 3_000_000) -> bytes:
    """A GGUF file of about that many bytes: a header, two fields, one tensor."""
    gguf = pytest.importorskip("gguf")
    path = folder / "made.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("a small one")
    writer.add_tensor("noise", np.random.default_rng(7).random(size // 4, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return gguf_bytes(tmp_path_factory.mktemp("gguf"))


@pytest.fixture
def server(model: bytes) -> Iterator[HubServer]:
    files = {NAME: model, "owner/whole/config.json": b'{"labels": 16}', "owner/whole/model.safetensors": model[:50_000]}
    with HubServer(files) as running:
        yield running


@pytest.fixture
def hub(server: HubServer, tmp_path: Path) -> Hub:
    return Hub(server.url, tmp_path / "cache")


@pytest.fixture
def impatient() -> Watch:
    """Two tries, no pauses."""
    return Watch(tries=2, pause=0)
