"""Mail: drafts of new messages, replies and forwards."""

from typing import Annotated

from tinyagent_cli.toolbox import Param, tool

Recipients = Annotated[
    list[str], Param("E-mail addresses the message goes to.", key="to", look_up="get_email_address")
]
Copies = Annotated[
    list[str], Param("E-mail addresses that get a copy.", key="cc", look_up="get_email_address")
]
Attachments = Annotated[
    list[str], Param("Paths of the files to attach.", key="attach", look_up="open_and_get_file_path")
]
Context = Annotated[str, Param("What is to be said, ready to be sent.", key="say")]


@tool(effect="create", word="mail", main="recipients")
def compose_new_email(
    recipients: Recipients,
    cc: Copies,
    subject: Annotated[str, Param("Subject line.")],
    context: Context,
    attachments: Attachments,
) -> Annotated[str, "status"]:
    """Compose a new e-mail as a draft and show it."""


@tool(effect="create", word="reply", main="context")
def reply_to_email(cc: Copies, context: Context, attachments: Attachments) -> Annotated[str, "status"]:
    """Draft a reply to the selected e-mail and show it."""


@tool(effect="create", word="forward", main="recipients")
def forward_email(
    recipients: Recipients, cc: Copies, context: Context, attachments: Attachments
) -> Annotated[str, "status"]:
    """Draft a forward of the selected e-mail and show it."""
