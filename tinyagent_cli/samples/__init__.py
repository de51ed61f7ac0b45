"""A small world to try the assistant in: contacts, notes, files, calendars and a mailbox."""

from __future__ import annotations

from pathlib import Path

from tinyagent_cli.desktops import files

HERE = Path(__file__).parent
COLLECTIONS = {
    "personal": "Personal",
    "work": "Work",
    "family": "Family",
    "reminders": "Reminders",
    "errands": "Errands",
}
OWNER = ("Alex Martin", "alex@example.org")


def unpack(into: Path) -> dict[str, str]:
    """Lay the samples out below a directory; returns the overrides for `Places.found` that lead there.

    What is there already stays as it is. Raises DesktopError where nothing can be written.
    """
    into = into.absolute()
    for source, target in (
        (HERE / "contacts", "contacts"),
        (HERE / "notes", "notes"),
        (HERE / "files", "files"),
    ):
        for path in sorted(source.rglob("*")):
            if path.is_file():
                files.create(into / target / path.relative_to(source), path.read_bytes(), mode=0o644)
    for name, title in COLLECTIONS.items():
        files.make_directory(into / "calendars" / name)
        files.create(into / "calendars" / name / "displayname", title.encode(), mode=0o644)
    for folder in ("cur", "new", "tmp"):
        files.make_directory(into / "mail" / folder)
    files.create(
        into / "mail" / "cur" / "1772215920.sample.example:2,FS",
        (HERE / "mail" / "selected.eml").read_bytes(),
    )
    return {
        "home": str(into),
        "events": str(into / "calendars" / "personal"),
        "reminders": str(into / "calendars" / "reminders"),
        "contacts": str(into / "contacts"),
        "notes": str(into / "notes"),
        "mail": str(into / "mail"),
        "outbox": str(into / "outbox"),
        "search": str(into / "files"),
        "state": str(into / "state"),
        "cache": str(into / "cache"),
        "name": OWNER[0],
        "address": OWNER[1],
    }
