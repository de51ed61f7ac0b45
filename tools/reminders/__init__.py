"""Reminders: things to do, with or without a moment."""

from typing import Annotated

from tinyagent_cli.toolbox import Moment, Param, tool


@tool(effect="create", word="remind", main="name")
def create_reminder(
    name: Annotated[str, Param("What to be reminded of.")],
    due_date: Annotated[Moment, Param("When it is due; never if empty.", key="due")],
    notes: Annotated[str, Param("Text kept with the reminder.")],
    list_name: Annotated[str, Param("Name of the list; the default one if empty.", key="list", copied=True)],
    priority: Annotated[int, Param("1 high, 5 medium, 9 low, 0 none.", choices=(0, 1, 5, 9))],
    all_day: Annotated[bool, Param("True where only a day is meant.", all_day_of="due_date")],
) -> Annotated[str, "status"]:
    """Create a reminder."""
