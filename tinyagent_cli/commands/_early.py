"""Has the starter model loaded while the rest of the program is imported, where a plan in this process is sure to come."""

from __future__ import annotations

from collections.abc import Sequence

from tinyagent_cli.errors import TinyAgentError

FLAGS = frozenset({"--json", "--dry-run", "-n", "--quiet", "-q", "--verbose", "-v", "-vv", "--yes", "-y", "--no-input"})
VALUED = frozenset({"--now", "--format", "-f", "--theme", "--desktop"})
"""Options that leave the model what it is; with any other, nothing is begun."""


def begin(arguments: Sequence[str]) -> None:
    """Begin to load, and to read the command, where these arguments plan with the starter and no helper may answer."""
    words = words_of(arguments)
    if not words:
        return
    try:
        from tinyagent_cli import settings
        from tinyagent_cli.resident import places

        found = settings.load()

        if found.planner.model != "starter" or (found.helper.use != "off" and any(places.sockets(found))):
            return
        from tinyagent_cli.planner import early

        early.begin(threads=found.planner.threads, command="" if words == ["-"] else " ".join(words))
    except (TinyAgentError, ImportError, OSError):
        pass  # the command itself tells it


def words_of(arguments: Sequence[str]) -> list[str] | None:
    """The words of the command; None where something else may be wanted than a plan by the model of the settings."""
    words: list[str] = []
    rest = iter(arguments)
    for each in rest:
        if each in VALUED:
            next(rest, None)
        elif each.startswith("-") and each != "-" and each not in FLAGS:
            return None
        elif each not in FLAGS:
            words.append(each)
    return words
