"""Files: found by name, opened, summarized."""

from typing import Annotated

from tinyagent_cli.toolbox import Param, tool


@tool(effect="open", word="file")
def open_and_get_file_path(
    file_name: Annotated[str, Param("Name of the file, or the words that it is known by.")],
) -> Annotated[str, "path"]:
    """Find a file by name, open it and return its path."""


@tool(effect="read", word="summary")
def summarize_pdf(
    pdf_path: Annotated[str, Param("Path of the PDF file.", look_up="open_and_get_file_path")],
) -> Annotated[str, "summary"]:
    """Summarize the text of a PDF file."""
