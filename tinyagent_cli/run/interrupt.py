"""Ctrl-C as a wish to stop, not as an exception somewhere in the middle of things."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def taking_interrupts(stop: Callable[[], None], urgent: Callable[[], bool]) -> Iterator[None]:
    """Call `stop` on Ctrl-C; raise KeyboardInterrupt as usual where it is `urgent` (a second one, an open question).

    Only on the main thread and where nobody else has taken the signal; elsewhere nothing changes.
    """
    main = threading.current_thread() is threading.main_thread()
    if not main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def asked(number: int, frame: FrameType | None) -> None:
        if urgent():
            signal.default_int_handler(number, frame)
        stop()

    signal.signal(signal.SIGINT, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
