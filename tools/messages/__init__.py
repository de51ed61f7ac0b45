"""Messages: texts to phones."""

from typing import Annotated

from tinyagent_cli.toolbox import Param, tool


@tool(effect="send", word="text", main="recipients")
def send_sms(
    recipients: Annotated[
        list[str], Param("Phone numbers the text goes to.", key="to", look_up="get_phone_number")
    ],
    message: Annotated[str, Param("What is to be said, ready to be sent.", key="say")],
) -> Annotated[str, "status"]:
    """Send a text message to one or more phones."""
