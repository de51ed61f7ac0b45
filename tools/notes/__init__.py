"""Notes: made, opened, appended to."""

from typing import Annotated

from tinyagent_cli.toolbox import Param, tool

Name = Annotated[str, Param("Title of the note.")]
Content = Annotated[str, Param("The text.", key="say")]
Folder = Annotated[str, Param("Folder of the note; the default one if empty.", copied=True)]


@tool(effect="create", word="note")
def create_note(name: Name, content: Content, folder: Folder) -> Annotated[str, "status"]:
    """Create a note."""


@tool(effect="open", word="read")
def open_note(name: Name, folder: Folder) -> Annotated[str, "the note's text"]:
    """Open a note and return its text."""


@tool(effect="create", word="append")
def append_note_content(name: Name, content: Content, folder: Folder) -> Annotated[str, "status"]:
    """Add text at the end of a note."""
