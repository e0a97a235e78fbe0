"""Forgetting what nobody may read any more. Who may read what is the callers' knowledge: they name horizons."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import connections, router, transaction

from scraping.models import AccountSnapshot, Post, PostSnapshot, ScrapeRun
from scraping.services.bulk import array_literal
from scraping.services.observations import ACCOUNT_COUNTS, POST_COUNTS

# What attempts did is of use to staff for so long.
RUNS_KEPT = timedelta(days=30)
RUNS_AT_ONCE = 5000

# Kept is, for each counter, the first known reading and the last one before the horizon: every value from that one on
# is as before, and where a history began is known for ever.
_FORGET = """
DELETE FROM {table} AS snapshot USING (
    SELECT v.id, v.horizon, array_remove(ARRAY[{kept}], NULL) AS kept
    FROM unnest(%s::bigint[], %s::timestamptz[]) AS v(id, horizon)
) AS of
WHERE snapshot.{key} = of.id AND snapshot.captured_at < of.horizon AND snapshot.captured_at <> ALL(of.kept)
"""
_KEPT = """
(SELECT min(captured_at) FROM {table} WHERE {key} = v.id AND {counter} IS NOT NULL),
(SELECT max(captured_at) FROM {table} WHERE {key} = v.id AND {counter} IS NOT NULL AND captured_at < v.horizon)
"""


def forget_history(horizons: Mapping[int, datetime]) -> int:
    """Delete the readings of these accounts and of their posts from before each account's horizon, but for the first
    and the last one before it. Returns how many rows went."""
    rows = Post.objects.filter(account_id__in=horizons).values_list("id", "account_id")
    posts = {post_id: horizons[account_id] for post_id, account_id in rows if account_id is not None}
    with transaction.atomic(using=router.db_for_write(PostSnapshot)):
        gone = _forget(AccountSnapshot._meta.db_table, "account_id", ACCOUNT_COUNTS, horizons)
        return gone + _forget(PostSnapshot._meta.db_table, "post_id", POST_COUNTS, posts)


def _forget(table: str, key: str, counters: tuple[str, ...], horizons: Mapping[int, datetime]) -> int:
    if not horizons:
        return 0
    kept = ",".join(_KEPT.format(table=table, key=key, counter=counter) for counter in counters)
    with connections[router.db_for_write(PostSnapshot)].cursor() as cursor:
        cursor.execute(
            _FORGET.format(table=table, key=key, kept=kept), [array_literal(horizons), array_literal(horizons.values())]
        )
        return int(cursor.rowcount)


def forget_runs(now: datetime) -> int:
    """Delete the records of attempts older than 30 days, a bounded number; returns how many, 0 when none is left."""
    old = ScrapeRun.objects.filter(started_at__lt=now - RUNS_KEPT).order_by("started_at")
    deleted, _ = ScrapeRun.objects.filter(id__in=list(old.values_list("id", flat=True)[:RUNS_AT_ONCE])).delete()
    return deleted
