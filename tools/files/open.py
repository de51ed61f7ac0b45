"""Files found by name and opened, and PDF files summarized."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.text import counted, quoted
from tinyagent_cli.errors import AmbiguousError, DesktopError, NotFoundError

from .finding import found, given_path, walk
from .pdf import text_of

if TYPE_CHECKING:
    from tinyagent_cli.desktops.open import OpenDesktop

MOST_CHOICES = 10


def open_and_get_file_path(desk: OpenDesktop, call: Call, *, file_name: str) -> Outcome:
    """Find the file, show it in the program for it, return its path."""
    path = one_file(desk, file_name)
    opened = desk.show(path, call)
    return Outcome(
        str(path), f"{'Opened' if opened else 'Found'} {path}" + ("." if opened or not call.opens else " (not opened: there is no program for it here)."),
        details={"path": str(path), "opened": opened},
    )  # fmt: skip


def summarize_pdf(desk: OpenDesktop, call: Call, *, pdf_path: str) -> Outcome:
    """Read the text of the PDF file and have it summarized. Raises DesktopError where no model is there to do it."""
    path = one_file(desk, pdf_path)
    text, read, pages = text_of(path)
    if call.summarize is None:
        raise DesktopError(
            f"{path} has been read ({counted(pages, 'page')}), but no model is there to summarize it."
        )
    summary = call.summarize(text).strip()
    part = "" if read == pages else f", its first {read} of {pages} pages"
    return Outcome(
        summary, f"Summarized {path.name}{part}.", shown=summary, details={"path": str(path), "pages": pages}
    )


def one_file(desk: OpenDesktop, name: str) -> Path:
    """Return the one file meant. Raises NotFoundError, or AmbiguousError where several fit or one only comes near."""
    if not name.strip():
        raise DesktopError("The name of the file is empty.")
    if path := given_path(name, desk.places.home):
        return path
    listed = list(walk(desk.places.search))
    certain, near = found(name, listed)
    if len(certain) == 1:
        return certain[0]
    newest = sorted(certain, key=changed, reverse=True)[:MOST_CHOICES]
    if certain:
        raise AmbiguousError(
            f"{counted(len(certain), 'file')} answer to {quoted(name)}.", [(str(p), str(p)) for p in newest]
        )
    if near:
        raise AmbiguousError(
            f"No file is called {quoted(name)}; this comes near.",
            [(str(p), str(p)) for p in near[:MOST_CHOICES]],
        )
    roots = ", ".join(str(r) for r in desk.places.search)
    raise NotFoundError(f"No file is called {quoted(name)} in {roots}.")


def changed(path: Path) -> float:
    """When the file was last changed, for sorting."""
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
