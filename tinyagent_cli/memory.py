"""How much memory this process takes."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak() -> float:
    """The most that this process has held so far, in megabytes.

    Linux tells it apart; `getrusage` there counts in what the process that started this one held.
    """
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        return int(status.partition("VmHWM:")[2].split()[0]) / 1e3
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
