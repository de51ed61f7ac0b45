"""Names of models."""

from __future__ import annotations

from pathlib import Path

import pytest

from tinyagent_cli.errors import ModelError
from tinyagent_cli.models import EndpointName, HubFile, LocalFile, Starter, locate, source_of
from tinyagent_cli.models.hub import Hub
from tinyagent_cli.models.known import KNOWN


def test_every_kind_of_name_is_told_apart(tmp_path: Path) -> None:
    file = tmp_path / "m.gguf"
    file.write_bytes(b"GGUF")
    assert source_of("starter") == Starter()
    assert source_of(str(file)) == LocalFile(file)
    assert source_of("hf:a/b/c.gguf") == HubFile("a/b", ("c.gguf",))
    assert source_of("hf:a/b@v1/sub/c.gguf") == HubFile("a/b", ("sub/c.gguf",), "v1")
    assert source_of("http://localhost:8080/v1/#m") == EndpointName("http://localhost:8080/v1", "m")
    found = source_of("TinyAgent-1.1B")
    assert isinstance(found, HubFile)
    assert found.files == ("TinyAgent-1.1B-Q4_K_M.gguf",)


@pytest.mark.parametrize("name", ["hf:a/b", "hf:a", "hf:a/b/../../c.gguf", "hf:a/b/", "no/such/file.gguf", "http:///v1"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ModelError):
        source_of(name)


def test_a_slip_of_the_pen_gets_a_suggestion() -> None:
    with pytest.raises(ModelError, match='did you mean "tinyagent-7b"'):
        source_of("tinyagent-7")


def test_names_are_unique() -> None:
    assert len({each.name for each in KNOWN}) == len(KNOWN)


def test_a_model_that_is_not_here_says_how_to_fetch_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"tinyagent models pull tinyagent-1\.1b"):
        locate("tinyagent-1.1b", Hub("http://127.0.0.1:9", tmp_path))
