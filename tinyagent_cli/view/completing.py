"""What a word that is being typed may become: commands of the conversation, names of contacts, notes and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path

from tinyagent_cli.view.text import visible

MOST = 2_000
"""Files looked at for each kind of name."""
SHORTEST = 2


@dataclass(frozen=True)
class Names:
    """Names that commands mention, read when they are first needed. Each is (name, kind)."""

    contacts: Sequence[Path] = ()
    notes: Path | None = None
    files: Sequence[Path] = ()
    words: Mapping[str, str] | None = None
    tools: Callable[[], Iterable[str]] = tuple

    @cached_property
    def all(self) -> tuple[tuple[str, str], ...]:
        """Every name, each once."""
        found = [
            *((name, "contact") for book in self.contacts for name in islice(_contacts(book), MOST)),
            *((path.stem, "note") for path in islice(_in(self.notes, "*.md"), MOST)),
            *((path.name, "file") for folder in self.files for path in islice(_in(folder, "*"), MOST)),
        ]
        # What cannot be seen is not typed for anybody.
        return tuple(dict.fromkeys((name, kind) for name, kind in found if visible(name) == name))

    def starting(self, text: str) -> Iterator[tuple[str, str, int]]:
        """Yield (name, kind, how many of the last characters it takes the place of) for what has been typed."""
        if text.startswith("/"):
            head, space, rest = text.partition(" ")
            if not space:
                yield from ((w, about, len(text)) for w, about in (self.words or {}).items() if w.startswith(text))
            elif head == "/tools":
                yield from ((name, "tool", len(rest)) for name in self.tools() if name.startswith(rest))
            return
        for typed in _ends(text):
            folded = typed.casefold()
            fits = [(name, kind) for name, kind in self.all if name.casefold().startswith(folded) and name != typed]
            if fits:
                yield from ((name, kind, len(typed)) for name, kind in fits)
                return


def _ends(text: str) -> Iterator[str]:
    """The last words of a text that a name may begin with, the most words first."""
    words = text.split(" ")
    for count in range(min(3, len(words)), 0, -1):
        typed = " ".join(words[-count:])
        if len(typed) >= SHORTEST and not typed[0].isspace():
            yield typed


def _contacts(book: Path) -> Iterator[str]:
    for path in _in(book, "*.vcf"):
        try:
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        for line in lines:
            head, colon, name = line.partition(":")
            if colon and head.partition(";")[0].upper() == "FN" and name.strip():
                yield name.strip().replace("\\,", ",")


def _in(folder: Path | None, pattern: str) -> Iterator[Path]:
    try:
        found = sorted(folder.rglob(pattern)) if folder and pattern != "*" else sorted(folder.iterdir()) if folder else []
    except OSError:
        return
    yield from (path for path in found if path.is_file() and not path.name.startswith("."))
