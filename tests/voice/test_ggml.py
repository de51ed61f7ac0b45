"""A model that is whole is told from one that is not, before anybody speaks."""

import contextlib
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyagent_cli.errors import ModelError
from tinyagent_cli.voice import ggml, weights
from tinyagent_cli.voice.apart import Apart


def small(kind=1, layers=1):
    """A file with the shape of a model, of tensors with 256 values each."""
    header = struct.pack("<12i", 0x67676D6C, 3, 1500, 8, 1, layers, 448, 8, 1, layers, 2, 1)
    filters = struct.pack("<2i", 2, 3) + bytes(24)
    words = struct.pack("<i", 3) + b"".join(struct.pack("<i", len(w)) + w for w in (b"a", b"bc", b""))
    block, width = ggml.BLOCKS[kind]
    one = struct.pack("<3i", 2, 4, kind) + struct.pack("<2i", 64, 4) + b"name" + bytes(256 // block * width)
    return header + filters + words + one * (ggml.OUTSIDE + layers * (15 + 24))


def file_of(tmp_path, data):
    file = tmp_path / "ggml-small.bin"
    file.write_bytes(data)
    return file


@pytest.mark.parametrize("kind", ggml.BLOCKS)
def test_a_whole_file_of_any_kind_of_weights_passes(tmp_path, kind):
    ggml.check(file_of(tmp_path, small(kind, layers=2)))


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_file_cut_off_anywhere_is_refused(tmp_path_factory, data):
    whole = small()
    kept = data.draw(st.integers(0, len(whole) - 1))
    with pytest.raises(ModelError, match=r"damaged or cut off|no Whisper model"):
        ggml.check(file_of(tmp_path_factory.mktemp("cut"), whole[:kept]))


@given(noise=st.binary(max_size=400), at=st.integers(0, 200))
@settings(max_examples=300, deadline=None)
def test_whatever_stands_in_a_file_is_an_answer_or_a_refusal(tmp_path_factory, noise, at):
    whole = small()
    file = file_of(tmp_path_factory.mktemp("noise"), whole[:at] + noise + whole[at + len(noise) :])
    with contextlib.suppress(ModelError):
        ggml.check(file)


def test_more_than_a_model_is_refused_too(tmp_path):
    with pytest.raises(ModelError, match="damaged"):
        ggml.check(file_of(tmp_path, small() + b"more"))


@pytest.mark.slow
@pytest.mark.model
def test_the_real_tiny_en_is_whole_and_cut_off_it_is_not(tiny_en, tmp_path):
    ggml.check(tiny_en)
    broken = file_of(tmp_path, tiny_en.read_bytes()[:20_000_000])
    with contextlib.closing(Apart(broken)) as apart, pytest.raises(ModelError, match="damaged or cut off"):
        apart.transcribe(np.zeros(32_000, np.float32))
    with pytest.raises(ModelError, match="damaged or cut off"):
        weights.whisper_file(str(broken))
