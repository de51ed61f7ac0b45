"""The text of a PDF file, page by page."""

from __future__ import annotations

import logging
from pathlib import Path

from tinyagent_cli.desktops import files
from tinyagent_cli.desktops.text import counted, one_line, plain
from tinyagent_cli.errors import DesktopError

MOST_PAGES = 300
MOST_CHARACTERS = 400_000
MOST_BYTES = 200_000_000


def text_of(path: Path) -> tuple[str, int, int]:
    """Return the text with page numbers, how many pages of it were read, and how many there are.

    Raises DesktopError where the file is no PDF, is encrypted, broken, or has pictures instead of text.
    """
    # pypdf reports every flaw of a file to its log, which would end up on the person's terminal.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    check(path)
    try:
        parts, read, pages = pages_of(path)
    except DesktopError:
        raise
    except Exception as fault:  # pypdf lets its own slips on malformed files through
        if type(fault).__name__ == "FileNotDecryptedError":
            raise DesktopError(
                f"{path} is encrypted. Save a copy without a password, then try again."
            ) from None
        reason = one_line(str(fault)).strip() or type(fault).__name__
        raise DesktopError(f"{path} is broken and cannot be read: {reason}.") from fault
    if not parts:
        raise DesktopError(
            f"{path} has no text on its {counted(pages, 'page')}: it may be a scan. "
            "Run it through text recognition first, for example: ocrmypdf in.pdf out.pdf"
        )
    return "\n\n".join(parts), read, pages


def check(path: Path) -> None:
    """Raise DesktopError where the file is too large, or no PDF by its first bytes."""
    with files.explained(path, "read"):
        if path.stat().st_size > MOST_BYTES:
            raise DesktopError(f"{path} is too large to be read: {path.stat().st_size // 1_000_000} MB.")
        with path.open("rb") as file:
            if b"%PDF-" not in file.read(1024):
                raise DesktopError(f"{path} is not a PDF file.")


def pages_of(path: Path) -> tuple[list[str], int, int]:
    """Return the texts of the pages that have some, how many were read, and how many there are."""
    from pypdf import PdfReader

    reader = PdfReader(path)
    if reader.is_encrypted and not reader.decrypt(""):
        raise DesktopError(f"{path} is encrypted with a password. Save a copy without one, then try again.")
    pages, parts, length = len(reader.pages), [], 0
    read = 0
    for page in reader.pages[: min(pages, MOST_PAGES)]:
        read += 1
        if text := plain(page.extract_text()).strip():
            parts.append(f"[page {read}]\n{text}")
            length += len(text)
        if length > MOST_CHARACTERS:
            break
    return parts, read, pages
