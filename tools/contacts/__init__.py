"""Contacts: addresses and numbers by name."""

from typing import Annotated

from tinyagent_cli.toolbox import Param, tool


@tool(effect="read", word="phone")
def get_phone_number(
    name: Annotated[str, Param("Name, nickname or relation of the person.")],
) -> Annotated[str, "phone number"]:
    """Find a contact by name and return the phone number."""


@tool(effect="read", word="address")
def get_email_address(
    name: Annotated[str, Param("Name, nickname or relation of the person.")],
) -> Annotated[str, "e-mail address"]:
    """Find a contact by name and return the e-mail address."""
