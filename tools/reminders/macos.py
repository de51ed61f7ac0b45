"""Reminders on macOS, in the Reminders app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from tinyagent_cli.desktops.base import Call, Outcome
from tinyagent_cli.desktops.macos import MacDesktop, clock, seal, take_back, words_of
from tinyagent_cli.errors import AmbiguousError, NotFoundError


def create_reminder(
    desk: MacDesktop,
    call: Call,
    name: str,
    due_date: dt.date | dt.datetime | None,
    notes: str,
    list_name: str,
    priority: int,
    all_day: bool,
) -> Outcome:
    """Create a reminder in the list named, or the default one."""
    del call
    _, rows = desk.script("reminders", "list_names")
    identifier, title = chosen(rows, list_name)
    whole_day = due_date is not None and (all_day or not isinstance(due_date, dt.datetime))
    _, answer = desk.script(
        "reminders", "create_reminder", name, clock(due_date), notes, identifier, priority, whole_day
    )
    when = ""
    if due_date is not None:
        day = due_date.date() if whole_day and isinstance(due_date, dt.datetime) else due_date
        when = f" for {words_of(day)}"
    done = f'Created the reminder "{name}"{when} in the list {title}.'
    undo = {"id": answer[0], "name": name, "seal": seal(answer[1:])}
    return Outcome(result=done, done=done, undo=undo, details={"id": answer[0], "list": title})


def undo(desk: MacDesktop, undo: Mapping[str, Any], *, force: bool) -> str:
    """Delete the reminder if it is as it was left."""
    return take_back(
        undo, force,
        facts=desk.script("reminders", "reminder_facts", undo["id"]),
        what=f'the reminder "{undo["name"]}"',
        delete=lambda: desk.script("reminders", "delete_reminder", undo["id"]),
    )  # fmt: skip


def chosen(rows: Sequence[str], wanted: str) -> tuple[str, str]:
    """Id and name of the list wanted, of `rows` (id of the default; account, name, id of each).

    A list's id will do for its name. Raises NotFoundError and AmbiguousError.
    """
    lists = [(rows[k], rows[k + 1], rows[k + 2]) for k in range(1, len(rows) - 2, 3)]
    by_id = {identifier: name for _, name, identifier in lists}
    if not wanted.strip():
        return rows[0], by_id.get(rows[0], "by default")
    if wanted in by_id:
        return wanted, by_id[wanted]
    same = [entry for entry in lists if entry[1].casefold() == wanted.strip().casefold()]
    if len(same) > 1:
        candidates = [(f"{name} ({account})" if account else name, key) for account, name, key in same]
        raise AmbiguousError(f"{len(same)} lists are called {wanted}", candidates)
    if not same:
        names = ", ".join(name for _, name, _ in lists)
        raise NotFoundError(f'Reminders has no list "{wanted}"; there are: {names}')
    return same[0][2], same[0][1]
