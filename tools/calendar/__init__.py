"""Calendar: events."""

from typing import Annotated

from tinyagent_cli.toolbox import Moment, Param, tool


@tool(effect="create", word="event", main="title")
def create_calendar_event(
    title: Annotated[str, Param("What the event is called.")],
    start_date: Annotated[Moment, Param("When it starts; a day alone makes an all-day event.", key="start")],
    end_date: Annotated[
        Moment, Param("When it ends, or how long it lasts; one hour if empty.", key="end", end_of="start_date")
    ],
    location: Annotated[str, Param("Where it takes place.", key="at")],
    invitees: Annotated[
        list[str], Param("E-mail addresses of the people invited.", key="with", look_up="get_email_address")
    ],
    notes: Annotated[str, Param("Text kept with the event.")],
    calendar: Annotated[str, Param("Name of the calendar; the default one if empty.", copied=True)],
) -> Annotated[str, "status"]:
    """Create an event in the calendar and invite people to it."""
