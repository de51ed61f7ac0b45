"""Maps: places and the way to them."""

from typing import Annotated

from tinyagent_cli.toolbox import Param, tool


@tool(effect="open", word="map")
def maps_open_location(
    location: Annotated[str, Param("A place, an address or coordinates.")],
) -> Annotated[str, "URL"]:
    """Show a place on the map and return the map's URL."""


@tool(effect="open", word="directions", main="end_location")
def maps_show_directions(
    start_location: Annotated[str, Param("Where the way starts; here if empty.", key="from")],
    end_location: Annotated[str, Param("Where the way leads.", key="to")],
    transport: Annotated[
        str, Param("d to drive, w to walk, r for public transport.", key="by", choices=("d", "w", "r"))
    ] = "d",
) -> Annotated[str, "URL"]:
    """Show the way from one place to another on the map and return the map's URL."""
