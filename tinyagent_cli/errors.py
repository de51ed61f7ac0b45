"""Every error that a person may see, each with its exit code.

    TinyAgentError (7)
    ├── UsageError (2)            what was asked for cannot be read
    ├── SettingsError (2)         the configuration is wrong
    ├── RefusedError (3)          the tools cannot do what the command asks
    ├── PlanError (4)             the plan breaks a rule
    ├── NotConfirmedError (5)     nobody agreed
    ├── PartlyDoneError (6)       some steps were done, others were not
    ├── ModelError (7)            a model is missing, broken or cannot be run
    ├── VoiceError (7)            sound cannot be recorded or read (voice/faults.py)
    │   └── NothingHeardError     there is sound, or silence, but no speech in it
    └── DesktopError (7)          a desktop could not carry a call out
        ├── NotFoundError         no such contact, file or note
        ├── ChangedError          the person has changed it since
        └── AmbiguousError        several that fit; a person must choose
"""

from __future__ import annotations

from collections.abc import Sequence


class TinyAgentError(Exception):
    """A failure with a message for a person: what is wrong, where, what to do."""

    exit_code = 7
    code = "failed"


class UsageError(TinyAgentError):
    """What was asked for cannot be read."""

    exit_code = 2
    code = "usage"


class SettingsError(TinyAgentError):
    """The configuration is wrong."""

    exit_code = 2
    code = "settings"


class RefusedError(TinyAgentError):
    """The tools cannot do what the command asks."""

    exit_code = 3
    code = "refused"


class PlanError(TinyAgentError):
    """A plan breaks a rule. `line` and `column` count from 1 where they are known."""

    exit_code = 4
    code = "plan-invalid"

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        self.reason, self.line, self.column = message, line, column
        where = "" if line is None else f"line {line}" + (f", column {column}" if column else "") + ": "
        super().__init__(where + message)


class NotConfirmedError(TinyAgentError):
    """Nobody agreed to the plan."""

    exit_code = 5
    code = "not-confirmed"


class PartlyDoneError(TinyAgentError):
    """Some steps were done and others were not."""

    exit_code = 6
    code = "partly-done"


class ModelError(TinyAgentError):
    """A model is missing, broken or cannot be run on this machine."""

    code = "model"


class DesktopError(TinyAgentError):
    """A desktop could not carry out a call."""

    code = "desktop"


class NotFoundError(DesktopError):
    """No contact, file or note answers to that name."""

    code = "not-found"


class ChangedError(DesktopError):
    """What is to be taken back is not as it was left. `shown` is how it differs, or what it is now; a few lines."""

    code = "changed"

    def __init__(self, message: str, shown: str = "") -> None:
        super().__init__(message)
        self.shown = shown


class AmbiguousError(DesktopError):
    """Several things answer to a name. `candidates` are (label, value) pairs, best first."""

    code = "ambiguous"

    def __init__(self, message: str, candidates: Sequence[tuple[str, str]]) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)
