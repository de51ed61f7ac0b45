"""What can go wrong between a mouth and a command.

TinyAgentError (7)
└── VoiceError (7)            nothing can be recorded or read on this machine
    └── NothingHeardError     there is sound, or silence, but no speech in it
        └── NoWordsError      there is something like speech, but no words
"""

from __future__ import annotations

from tinyagent_cli.errors import TinyAgentError

INSTALL = "install it with: pip install 'tinyagent-cli[voice]'"


class VoiceError(TinyAgentError):
    """Sound cannot be recorded or read."""

    code = "voice"


class NothingHeardError(VoiceError):
    """Nobody has said anything."""

    code = "nothing-heard"


class NoWordsError(NothingHeardError):
    """Somebody made a sound, and no words came of it."""

    code = "no-words"


def missing(fault: ImportError) -> VoiceError:
    """The error for a part of the `voice` extra that is not installed."""
    return VoiceError(f"listening needs the Python package {fault.name or fault}; {INSTALL}")
