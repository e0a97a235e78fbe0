"""A Celery beat that may be started twice: only the one that holds a lock of the database sends anything."""

from typing import Any

import structlog
from celery.beat import PersistentScheduler
from django.db import Error, connection

log = structlog.get_logger(__name__)

# Any number that nobody else takes.
LOCK = 7_261_119
STANDBY_SECONDS = 5.0
_HOLD = """
SELECT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND objid = %s AND granted
) OR pg_try_advisory_lock(%s)
"""


class SingleScheduler(PersistentScheduler):
    """Sends what is due while it holds the lock; else it stands by, and takes over when the other's session ends.

    The lock belongs to the session, so the database frees it when this process dies. It must reach PostgreSQL
    directly or through a pool that keeps sessions.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due. Returns the seconds until the next call."""
        if not self.holds_lock():
            return STANDBY_SECONDS
        return float(super().tick(*args, **kwargs))

    def holds_lock(self) -> bool:
        """Whether this is the one beat that sends; takes the lock if it is free."""
        try:
            with connection.cursor() as cursor:
                cursor.execute(_HOLD, [LOCK, LOCK])
                return bool(cursor.fetchone()[0])
        except Error:
            log.warning("beat cannot reach the database; standing by")
            connection.close()
            return False
