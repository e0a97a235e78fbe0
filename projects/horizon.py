"""Up to which instant everything is known that was ever changed: what a client that follows changes goes on from.

Every change of a followed row is stamped with the database's clock, after its transaction has got a number
(projects.following). So a transaction that nobody else sees yet stamps nothing earlier than its own beginning, if it
has a number already, and nothing earlier than this moment, if it has none.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS

from orgs.cursors import quick_cursor

# For a clock that is set back a little while we look.
MARGIN = timedelta(seconds=2)

# Whoever is at work on a row has a number. Beginnings of other roles' transactions (the owner's, while it migrates) are
# not ours to see. The view pg_stat_activity looks up names that nobody asks for here, and takes five times as long.
_OTHERS_AT_WORK = """
SELECT statement_timestamp(), min(xact_start), coalesce(bool_or(xact_start IS NULL), false)
FROM pg_stat_get_activity(NULL)
WHERE datid = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND usesysid IS NOT NULL AND backend_xid IS NOT NULL AND pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Horizon:
    """`now`: the database's time. `settled`: whatever is read from here on holds every change stamped before it; None
    while somebody is at work whose beginning cannot be seen."""

    now: datetime
    settled: datetime | None


def horizon() -> Horizon:
    """Look before reading the rows, in a statement of its own, in a transaction that sees what others commit."""
    with quick_cursor(DEFAULT_DB_ALIAS, prepared=True) as cursor:
        cursor.execute(_OTHERS_AT_WORK)
        now, oldest, is_hidden = cursor.fetchone()
    return Horizon(now, None if is_hidden else min(oldest or now, now) - MARGIN)
