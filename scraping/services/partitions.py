"""Month partitions of the history. Needs the owner's role: the application may not create tables."""

from collections.abc import Iterator
from datetime import date

from django.db import connections, router

from scraping.models import AccountSnapshot, PostSnapshot

MONTHS_AHEAD = 3
# The demo, and whoever imports, writes a past of 90 days.
MONTHS_BACK = 4
TABLES = (AccountSnapshot._meta.db_table, PostSnapshot._meta.db_table)


def ensure_partitions(*, since: date, until: date) -> list[str]:
    """Make the partitions for every month from four before `since` to three after `until`; returns the new ones."""
    made = []
    with connections[router.db_for_write(PostSnapshot)].cursor() as cursor:
        for table in TABLES:
            for start, end in _months(_shift(since, -MONTHS_BACK), _shift(until, MONTHS_AHEAD)):
                name = f"{table}_{start:%Y_%m}"
                cursor.execute("SELECT to_regclass(%s)", [name])
                if cursor.fetchone() != (None,):
                    continue
                cursor.execute(
                    f"CREATE TABLE {name} PARTITION OF {table} "
                    f"FOR VALUES FROM ('{start} 00:00:00+00') TO ('{end} 00:00:00+00')"
                )
                made.append(name)
    return made


def rows_in_default_partitions() -> dict[str, int]:
    """Tables whose DEFAULT partition holds rows, with their number: a month was missing when they came."""
    found = {}
    with connections[router.db_for_read(PostSnapshot)].cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}_default")  # noqa: S608 - our own tables
            (rows,) = cursor.fetchone()
            if rows:
                found[table] = rows
    return found


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    start = first.replace(day=1)
    while start <= last:
        yield start, _shift(start, 1)
        start = _shift(start, 1)


def _shift(day: date, months: int) -> date:
    """The first of the month that many months away."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
