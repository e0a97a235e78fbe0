"""Turns Ctrl-C, `make down` and a closed terminal into one orderly end."""

import signal
from types import FrameType


class StopRequested(BaseException):
    """Somebody wants the stack to stop. No error: it passes through `except Exception`."""


class StopSignals:
    """Raises StopRequested in the main thread at the first signal; later ones only ask to hurry."""

    def __init__(self) -> None:
        self.received = 0

    def install(self) -> None:
        """Listen for SIGINT, SIGTERM and SIGHUP; the last not where the caller ignores it (nohup)."""
        signal.signal(signal.SIGINT, self._handle)
        signal.signal(signal.SIGTERM, self._handle)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._handle)

    def hurry(self) -> bool:
        """Say whether somebody asked twice."""
        return self.received > 1

    def _handle(self, _number: int, _frame: FrameType | None) -> None:
        self.received += 1
        if self.received == 1:
            raise StopRequested
