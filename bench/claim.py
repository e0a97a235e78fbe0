"""How fast due targets are claimed from a full schedule, against claiming them one by one.

`python -m bench claim`; BENCH_TARGETS=1000000 is the full size."""

import os
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
from django.db import connections, transaction

from scraping.models import ScrapeTarget
from scraping.services.targets import LEASE, claim_due, history_alias

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TARGETS = int(os.environ.get("BENCH_TARGETS", "100000"))
# Due now, of all: the rest is due later, as in a schedule that keeps up.
SHARE_DUE = 0.2
BATCH = 1000
NAIVE = 20
_FILL = """
INSERT INTO scraping_scrapetarget (id, kind, account_id, handle, due_at, requested_at, priority, interval_seconds,
    post_ids, unwanted_ids, resume_cursor, failures, last_outcome)
SELECT gen_random_uuid(), 'discover_videos', 7000000000000000000 + n, '',
    %(now)s::timestamptz + (random() - %(due)s) * interval '6 hours', %(now)s, 0, 21600, '{}', '{}', '', 0, 'ok'
FROM generate_series(1, %(targets)s) AS n
"""


def main() -> None:
    """Print targets a second of one process, both ways."""
    with connections[history_alias()].cursor() as cursor:
        cursor.execute(_FILL, {"now": NOW, "due": SHARE_DUE, "targets": TARGETS})
    _settle_down()
    claimed, slowest = 0, 0.0
    started = time.perf_counter()
    while True:
        before = time.perf_counter()
        claims = claim_due(NOW, limit=BATCH)
        if not claims:
            break
        claimed += len(claims)
        slowest = max(slowest, time.perf_counter() - before)
    rate = claimed / (time.perf_counter() - started)
    naive = _one_by_one()
    print(f"claim from {TARGETS:,} targets, {claimed:,} of them due, {BATCH:,} at a time:")
    print(f"  {rate:10,.0f} targets/s in one process; the slowest claim took {slowest * 1000:.0f} ms")
    print(f"  {naive:10,.0f} targets/s one by one in due order")


def _settle_down() -> None:
    """A schedule that has been there for long was vacuumed, and its pages are on the disk."""
    name = str(connections[history_alias()].settings_dict["NAME"])
    with psycopg.connect(os.environ["TEST_SUPERUSER_URL"], dbname=name, autocommit=True) as superuser:
        superuser.execute("VACUUM ANALYZE scraping_scrapetarget")
        superuser.execute("CHECKPOINT")


def _one_by_one() -> float:
    """The naive way: look for the next one, lock it, save it."""
    now = NOW + timedelta(hours=1)
    started = time.perf_counter()
    for _ in range(NAIVE):
        with transaction.atomic(using=history_alias()):
            due = ScrapeTarget.objects.filter(due_at__lte=now).select_for_update(skip_locked=True)
            target = due.order_by("-priority", "due_at")[0]
            target.lease_id, target.lease_until, target.due_at = uuid4(), now + LEASE, now + LEASE
            target.save()
    return NAIVE / (time.perf_counter() - started)
