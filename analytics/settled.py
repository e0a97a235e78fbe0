"""Series that were computed before and still hold: kept under everything that they depend on, so that no key that is
found can hold an old number.

A key names the question, the buckets that were still running, a fingerprint of the counting posts, and the ingest
sequences of their accounts, which every transaction that adds a snapshot advances. Anything that changes a number
changes one of these.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

from django.contrib.postgres.aggregates import ArrayAgg, BitXor
from django.core.cache import cache
from django.db.models import BigIntegerField, Count, F, Func, Sum

from analytics.formulas import counters_of
from analytics.query import Plan
from analytics.values import ACCOUNT_COUNTERS
from scraping.models import Account

Kept = TypeVar("Kept")
_SECONDS = 24 * 3_600


def settled(asked: Plan, now: int, compute: Callable[[], Kept]) -> Kept:
    """What was computed before for the same question about the same numbers; else computes it, and keeps it."""
    key = _key(asked, now)
    if key is None:
        return compute()
    found: Kept | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, timeout=_SECONDS)
    return found


def _key(asked: Plan, now: int) -> str | None:
    """None for what is not kept: breakdowns, accounts' numbers, posts of accounts whose readings nobody counts."""
    counters = counters_of(asked.base_metric.formula)
    if asked.breakdown is not None or any(counter in ACCOUNT_COUNTERS for counter in counters):
        return None
    posts = (
        asked.entity.videos()
        .order_by()
        .aggregate(
            number=Count("id"), fingerprint=BitXor(_HASH), accounts=ArrayAgg("account_id", distinct=True, default=[])
        )
    )
    accounts = posts["accounts"]
    read = Account.objects.filter(id__in=accounts).aggregate(number=Count("id"), seq=Sum("ingested_seq"))
    if read["number"] != len(accounts):
        return None
    spans = [span for span in (asked.span, asked.compared) if span is not None]
    running = [sum(bucket.end > now for bucket in span.buckets(now)) for span in spans]
    # Between two midnights no edge but now itself moves, and nothing is known after now.
    parts: tuple[Any, ...] = (
        asked.entity.id,
        asked.metric.id,
        asked.base_metric.id,
        asked.is_cumulative,
        spans,
        running,
        posts["number"],
        posts["fingerprint"],
        read["seq"],
    )
    return "series:" + blake2b(repr(parts).encode(), digest_size=16).hexdigest()


# What of a post decides its numbers. Whose it is does not.
_HASH = Func(
    F("post_id"),
    F("account_id"),
    F("tracked_since"),
    F("posted_at"),
    template="hash_record_extended(ROW(%(expressions)s), 0)",
    output_field=BigIntegerField(),
)
