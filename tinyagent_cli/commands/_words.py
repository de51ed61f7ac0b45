"""The command's words: from the command line, quoted or not, or from standard input."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from tinyagent_cli.errors import UsageError

MOST = 4_000
"""The most characters a command may have."""
STANDARD_INPUT = "-"


def command_of(words: Sequence[str]) -> str:
    """Join the words of a command; `-` alone reads standard input. Raises UsageError."""
    if list(words) == [STANDARD_INPUT]:
        return checked(read_text(STANDARD_INPUT, most=16 * MOST))
    return checked(" ".join(words))


def checked(command: str) -> str:
    """Return the command in one line. Raises UsageError where it is empty, too long or no text."""
    command = " ".join(command.split())
    if not command:
        raise UsageError(
            'there is no command; say what is to be done, as in: tinyagent run "text Sid I am late"'
        )
    if len(command) > MOST:
        raise UsageError(f"the command has {len(command):,} characters; the most is {MOST:,}")
    for at, char in enumerate(command, 1):
        if "\udc80" <= char <= "\udcff":
            raise UsageError(
                f"the command is not text in UTF-8 (byte 0x{ord(char) - 0xDC00:02x} at character {at})"
            )
        if unicodedata.category(char) in {"Cc", "Cs"}:
            raise UsageError(f"the command is not plain text (U+{ord(char):04X} at character {at})")
    return command


def read_text(source: str, *, most: int = 4_000_000) -> str:
    """Read a text file, or standard input for `-`. `most` is in bytes. Raises UsageError."""
    name = "standard input" if source == STANDARD_INPUT else source
    try:
        if source == STANDARD_INPUT:
            data = sys.stdin.buffer.read(most + 1)
        else:
            with Path(source).expanduser().open("rb") as file:
                data = file.read(most + 1)
    except (OSError, ValueError) as fault:
        raise UsageError(f"{name}: cannot be read ({getattr(fault, 'strerror', None) or fault})") from fault
    if len(data) > most:
        raise UsageError(f"{name}: longer than {most:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise UsageError(
            f"{name}: not text in UTF-8 (byte 0x{data[fault.start]:02x} at {fault.start})"
        ) from fault


def lines_of(source: str) -> Iterator[str]:
    """Yield the lines of a file, or of standard input for `-`, as they come.

    A line that is no text in UTF-8 keeps its bytes as lone surrogates, which `checked` names. Raises UsageError.
    """
    name = "standard input" if source == STANDARD_INPUT else source
    try:
        file = sys.stdin.buffer if source == STANDARD_INPUT else Path(source).expanduser().open("rb")
        with file:
            for line in file:
                yield line.decode("utf-8", "surrogateescape").removeprefix("\ufeff").rstrip("\r\n")
    except OSError as fault:
        raise UsageError(f"{name}: cannot be read ({fault.strerror or fault})") from fault
