"""World success: a plan is carried out in a sandbox, and the world must then be as the gold plan leaves it.

The sandbox is the desktop `open` on files of its own, with everybody and everything in it that either plan looks up.
Texts in people's own words count as the same from the F1 on that full success asks for; all else must be equal.
"""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyagent_cli import samples
from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.open import OpenDesktop
from tinyagent_cli.desktops.places import Places
from tinyagent_cli.learning.augment import LOOK_UPS
from tinyagent_cli.learning.scoring import ENOUGH, f1
from tinyagent_cli.plan import references
from tinyagent_cli.plan.model import Plan, Step
from tinyagent_cli.run.executor import Execution
from tinyagent_cli.toolbox import Toolbox

PDF = samples.HERE / "files" / "Quarterly report.pdf"
AGREEMENT = "world"


@dataclass(frozen=True)
class Thing:
    """One thing that a plan has made: what must be equal, and what is said in words."""

    exact: tuple[Any, ...]
    words: tuple[str, ...]

    def like(self, other: Thing) -> bool:
        """True where both would do as well."""
        return self.exact == other.exact and all(f1(a, b) >= ENOUGH for a, b in zip(self.words, other.words, strict=True))


class Sandbox(OpenDesktop):
    """The desktop in a folder. It notes what it shows, and makes links of Zoom itself, as no service is there."""

    def __init__(self, places: Places, toolbox: Toolbox) -> None:
        self.shown: list[str] = []
        super().__init__(places, toolbox, opener=self._note)

    def _note(self, target: str) -> bool:
        self.shown.append(target.replace(str(self.places.home), "~"))
        return True

    def call(self, tool: str, args: Mapping[str, Any], call: Call) -> Outcome:
        """Carry a call out; see `Desktop.call`."""
        if tool != "get_zoom_meeting_link":
            return super().call(tool, args, call)
        guests = ",".join(sorted(map(str, args.get("meeting_invitees") or ())))
        link = f"https://zoom.example/{args.get('start_time') or ''}/{args.get('duration')}/{guests}".replace(" ", "T")
        self.shown.append(link)
        return Outcome(link, "Made the link.")


def same_world(plan: Plan, gold: Plan, toolbox: Toolbox, now: dt.datetime) -> bool:
    """True where both plans, carried out each in a fresh sandbox, leave the same things behind."""
    with tempfile.TemporaryDirectory(prefix="tinyagent-world-") as folder:
        ends = [end_state(p, (plan, gold), toolbox, now, Path(folder) / name) for p, name in ((plan, "a"), (gold, "b"))]
    return alike(*ends)


def alike(ones: list[Thing], others: list[Thing]) -> bool:
    """True where the things can be paired."""
    import networkx as nx

    graph: nx.Graph[tuple[int, int]] = nx.Graph()
    graph.add_nodes_from((0, n) for n in range(len(ones)))
    graph.add_edges_from(
        ((0, n), (1, m)) for n, one in enumerate(ones) for m, other in enumerate(others) if one.like(other)
    )
    pairs = nx.bipartite.maximum_matching(graph, top_nodes=[(0, n) for n in range(len(ones))])
    return len(ones) == len(others) == len(pairs) // 2


def end_state(plan: Plan, known: Iterable[Plan], toolbox: Toolbox, now: dt.datetime, root: Path) -> list[Thing]:
    """Carry a plan out in a sandbox that has what the plans in `known` look up; returns what is there afterwards."""
    places = furnished(root, [step for p in known for step in p.steps])
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    desk = Sandbox(places, toolbox)
    here = now if now.tzinfo else now.replace(tzinfo=dt.UTC)
    run = Execution(
        plan, toolbox, desk, now=here, agreement_id=AGREEMENT, summarize=lambda text: f"Summary: {text[:60]}"
    )
    run.carry_out()
    made = [p for p in sorted(root.rglob("*")) if p.is_file() and before.get(p) != p.read_bytes()]
    things = [thing for p in made if (thing := read(p, root)) is not None]
    return [*things, *(Thing(("shown", target), ()) for target in desk.shown if "/mail/" not in target)]


def furnished(root: Path, steps: list[Step]) -> Places:
    """Lay out what the steps look up: people with their addresses, files, notes, calendars, a selected message."""
    overrides = samples.unpack(root)
    shutil.rmtree(root / "contacts")
    (root / "contacts").mkdir()
    for step in steps:
        args = {name: value for name, value in step.args.items() if isinstance(value, str)}
        said = references.substitute(next(iter(args.values()), ""), str)
        if step.tool in LOOK_UPS and said.strip():
            _person(root / "contacts", said.strip())
        elif step.tool == "open_and_get_file_path":
            name = said if Path(said).suffix else said + ".pdf"
            _place(root / "files" / _safe(name), PDF.read_bytes())
        elif step.tool in ("open_note", "append_note_content") and said.strip():
            folder = root / "notes" / _safe(args.get("folder", ""))
            _place(folder / f"{_safe(said)}.md", f"# {said}\n\nWhat {said} says.\n".encode())
        elif step.tool == "create_note" and args.get("folder"):
            (root / "notes" / _safe(args["folder"])).mkdir(parents=True, exist_ok=True)
        elif (name := args.get("calendar") or args.get("list_name", "")).casefold() not in ("", *samples.COLLECTIONS):
            _place(root / "calendars" / _safe(name.casefold()) / "displayname", name.encode())
    return Places.found(overrides, {"HOME": str(root)})


def _person(folder: Path, name: str) -> None:
    number = int.from_bytes(name.casefold().encode(), "big") % 10**7
    text = re.sub(r"([\\,;])", r"\\\1", name)
    lines = [
        "BEGIN:VCARD", "VERSION:3.0", f"FN:{text}", f"N:{text};;;;", f"TEL:+1 202 {number:07d}",
        f"EMAIL:p{number:07d}@example.com", "END:VCARD", "",
    ]  # fmt: skip
    _place(folder / f"{number}.vcf", "\r\n".join(lines).encode())


def _place(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _safe(name: str) -> str:
    return re.sub(r"[/\0]", "_", name).strip()[:100] or "."


def read(path: Path, root: Path) -> Thing | None:
    """What a file that has come or changed says; None for the program's own files and for a folder's name."""
    part = path.relative_to(root).parts
    if part[0] in ("state", "cache") or path.name == "displayname":
        return None
    if path.suffix == ".ics":
        return _dated(path, part[1])
    if part[0] == "mail":
        return _draft(path)
    if part[0] == "outbox":
        told = json.loads(path.read_text("utf-8"))
        return Thing(("text", *sorted(str(to) for to in told.get("recipients", {}))), (str(told.get("text", "")),))
    return Thing((part[0], *(p.casefold() for p in part[1:-1])), (path.stem, path.read_text("utf-8", "replace")))


def _dated(path: Path, collection: str) -> Thing:
    from icalendar import Calendar

    item: Any
    (item,) = (c for c in Calendar.from_ical(path.read_bytes()).subcomponents if c.name in ("VEVENT", "VTODO"))
    times = [str(item[k].dt) if k in item else "" for k in ("DTSTART", "DTEND", "DUE")]
    people = item.get("ATTENDEE", [])
    guests = sorted(str(p).casefold() for p in (people if isinstance(people, list) else [people]))
    words = tuple(str(item.get(k, "")) for k in ("SUMMARY", "LOCATION", "DESCRIPTION"))
    return Thing((item.name, collection.casefold(), *times, str(item.get("PRIORITY", "")), *guests), words)


def _draft(path: Path) -> Thing:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("plain",))
    files = sorted(str(part.get_filename()) for part in message.iter_attachments())
    to = [sorted(a.addr_spec for a in message[h].addresses) if message[h] else [] for h in ("To", "Cc")]
    kind = str(message.get("In-Reply-To", ""))
    return Thing(("draft", kind, *map(tuple, to), *files), (str(message["Subject"]), body.get_content() if body else ""))
