"""Zoom: meetings and their links."""

from typing import Annotated

from tinyagent_cli.toolbox import Moment, Param, tool


@tool(effect="create", word="zoom", main="topic")
def get_zoom_meeting_link(
    topic: Annotated[str, Param("What the meeting is about.")],
    start_time: Annotated[Moment, Param("When it starts.", key="start")],
    duration: Annotated[int, Param("Length in minutes.", key="end", end_of="start_time")] = 60,
    meeting_invitees: Annotated[
        list[str], Param("E-mail addresses of the people invited.", key="with", look_up="get_email_address")
    ] = [],  # noqa: B006
) -> Annotated[str, "URL"]:
    """Create a Zoom meeting and return the link to join it."""
