"""A Whisper model's file in whisper.cpp's format, walked from its header to its last tensor without reading the weights.

What is wrong with it is told at once, before anybody speaks: whisper.cpp, which tells too, loads while somebody does.
Format: ggml-org/whisper.cpp, src/whisper.cpp, whisper_model_load.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path
from typing import BinaryIO

from tinyagent_cli.errors import ModelError

MAGIC = b"lmgg"
"""How a file begins: 0x67676d6c, low byte first."""
BLOCKS = {
    0: (1, 4), 1: (1, 2), 2: (32, 18), 3: (32, 20), 6: (32, 22), 7: (32, 24), 8: (32, 34), 9: (32, 36),
    10: (256, 84), 11: (256, 110), 12: (256, 144), 13: (256, 176), 14: (256, 210),
}  # fmt: skip
"""Tensor types (ggml.h): 32 and 16 bits, Q4_0 to Q8_1, Q2_K to Q6_K; each with its block's values and bytes."""
ENCODER_LAYER, DECODER_LAYER, OUTSIDE = 15, 24, 11
"""How many tensors a layer of each kind has, and how many stand outside of all."""
MOST = 1 << 20
"""More than any count or length in a header is."""


ENGLISH = 51_864
"""Tokens of the English models; the others have one more, or two."""
SIZES = {(4, 4): "TINY", (6, 6): "BASE", (12, 12): "SMALL", (24, 24): "MEDIUM", (32, 32): "LARGE_V2", (32, 4): "LARGE_V3_TURBO"}
"""Layers of encoder and decoder, and whisper.cpp's name for the heads that align words with sound."""


class BrokenError(ValueError):
    """The file is not what its own numbers say."""


def check(path: Path) -> None:
    """Raise ModelError where a file is no Whisper model, or is not whole."""
    try:
        with path.open("rb") as file:
            if file.read(len(MAGIC)) != MAGIC:
                raise ModelError(
                    f"{path}: no Whisper model in whisper.cpp's format (ggml); its name is usually ggml-….bin"
                )
            walk(file, path.stat().st_size)
    except OSError as fault:
        raise ModelError(f"{path}: cannot be read ({fault.strerror})") from fault
    except BrokenError as fault:
        raise ModelError(
            f"{path}: the speech model is damaged or cut off ({fault}); delete it and fetch it again, "
            "as in: tinyagent models pull whisper-tiny.en"
        ) from fault


def heads(path: Path) -> str:
    """Name the attention heads that align words with sound, as whisper.cpp does: TINY_EN; N_TOP_MOST where unknown.

    large-v1 cannot be told from large-v2, whose heads serve it too. Raises OSError, BrokenError.
    """
    with path.open("rb") as file:
        file.seek(len(MAGIC))
        tokens, _, _, _, encoder, _, _, _, decoder, bands, _ = numbers(file, 11)
    size = SIZES.get((encoder, decoder), "N_TOP_MOST")
    if size == "LARGE_V2" and bands == 128:
        return "LARGE_V3"
    return f"{size}_EN" if tokens == ENGLISH and size in {"TINY", "BASE", "SMALL", "MEDIUM"} else size


def walk(file: BinaryIO, size: int) -> None:
    """Follow a file of `size` bytes from after its magic to its end. Raises BrokenError, OSError."""
    sizes = numbers(file, 11)
    if not all(0 < number < MOST for number in sizes[:10]):
        raise BrokenError("its header makes no sense")
    bands, bins = numbers(file, 2)
    if not (0 < bands < MOST and 0 < bins < MOST):
        raise BrokenError("its filters make no sense")
    skip(file, 4 * bands * bins, size)
    for _ in range(within(numbers(file, 1)[0])):
        skip(file, within(numbers(file, 1)[0]), size)
    wanted = ENCODER_LAYER * sizes[4] + DECODER_LAYER * sizes[8] + OUTSIDE
    found = 0
    while file.tell() < size:
        tensor(file, size)
        found += 1
    if found != wanted:
        raise BrokenError(f"{found} of {wanted} tensors")


def tensor(file: BinaryIO, size: int) -> None:
    """Pass one tensor: dimensions, length of its name, type; the extent of each; the name; the values."""
    count, name, kind = numbers(file, 3)
    if not (0 < count <= 4 and 0 < name < 256 and kind in BLOCKS):
        raise BrokenError("a tensor that makes no sense")
    extents = numbers(file, count)
    values = math.prod(within(extent) for extent in extents)
    block, width = BLOCKS[kind]
    if values % block:
        raise BrokenError("a tensor of a broken block")
    skip(file, name + values // block * width, size)


def numbers(file: BinaryIO, count: int) -> tuple[int, ...]:
    """Read so many 32-bit numbers. Raises BrokenError where the file ends before."""
    data = file.read(4 * count)
    if len(data) < 4 * count:
        raise BrokenError("it ends in the middle")
    return struct.unpack(f"<{count}i", data)


def skip(file: BinaryIO, count: int, size: int) -> None:
    """Go on by so many bytes. Raises BrokenError where a file of `size` bytes has not so many."""
    if file.tell() + count > size:
        raise BrokenError(f"it ends after {size:,} bytes, in the middle")
    file.seek(count, 1)


def within(number: int) -> int:
    """Return a count that can be one. Raises BrokenError."""
    if not 0 <= number < MOST:
        raise BrokenError("a number that makes no sense")
    return number
