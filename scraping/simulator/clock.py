"""The simulator's own clock: real time, or an instant that a test has fixed."""

import time
from datetime import UTC, datetime


def parse_instant(text: str) -> int:
    """Unix seconds of an ISO 8601 text; without an offset it is UTC. Raises ValueError for anything else."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    return int(instant.timestamp())


def format_instant(seconds: int) -> str:
    """ISO 8601 in UTC, whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


class Clock:
    """Tells the world's time in whole Unix seconds."""

    def __init__(self) -> None:
        self._fixed: int | None = None

    @property
    def live(self) -> bool:
        """Whether it follows real time."""
        return self._fixed is None

    def now(self) -> int:
        """The world's present."""
        return int(time.time()) if self._fixed is None else self._fixed

    def fix(self, seconds: int) -> None:
        """Stop at an instant, past or future."""
        self._fixed = seconds

    def follow_real_time(self) -> None:
        """Run again with real time."""
        self._fixed = None
