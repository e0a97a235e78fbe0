"""Series that were computed before and still hold: kept under everything that they depend on, so that no key that is
found can hold an old number.

A key names the question, the buckets that were still running, a fingerprint of the counting posts, and the ingest
sequences of their accounts, which every transaction that adds a snapshot advances. Anything that changes a number
changes one of these.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, TypeVar

from django.contrib.postgres.aggregates import ArrayAgg, BitXor
from django.core.cache import cache
from django.db.models import BigIntegerField, Count, F, Func, Max, Sum

from analytics.entities import Entity
from analytics.formulas import counters_of
from analytics.query import Plan
from analytics.values import ACCOUNT_COUNTERS
from scraping.models import Account

Kept = TypeVar("Kept")
_SECONDS = 24 * 3_600


@dataclass(frozen=True, slots=True)
class Standing:
    """The counting posts of an entity as they stand: how many, what decides their numbers as one number, the accounts
    they are from. `looked_at`: when one of them was read last, None if none was. It is no part of what decides: a
    reading that shows the same as the one before moves it and no number."""

    number: int
    fingerprint: int | None
    accounts: Sequence[int]
    looked_at: datetime | None

    @classmethod
    def of(cls, entity: Entity) -> "Standing":
        """Read it, in one statement."""
        read = (
            entity.videos()
            .order_by()
            .aggregate(
                number=Count("id"),
                fingerprint=BitXor(_HASH),
                accounts=ArrayAgg("account_id", distinct=True, default=[]),
                looked_at=Max("stats_updated_at"),
            )
        )
        return cls(**read)


def settled(asked: Plan, posts: Standing, now: int, compute: Callable[[], Kept]) -> Kept:
    """What was computed before for the same question about the same numbers; else computes it, and keeps it."""
    key = _key(asked, posts, now)
    if key is None:
        return compute()
    found: Kept | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, timeout=_SECONDS)
    return found


def _key(asked: Plan, posts: Standing, now: int) -> str | None:
    """None for what is not kept: breakdowns, accounts' numbers, posts of accounts whose readings nobody counts."""
    counters = counters_of(asked.base_metric.formula)
    if asked.breakdown is not None or any(counter in ACCOUNT_COUNTERS for counter in counters):
        return None
    read = Account.objects.filter(id__in=posts.accounts).aggregate(number=Count("id"), seq=Sum("ingested_seq"))
    if read["number"] != len(posts.accounts):
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
        posts.number,
        posts.fingerprint,
        read["seq"],
    )
    return "series:" + blake2b(repr(parts).encode(), digest_size=16).hexdigest()


# What of a post decides its numbers. Whose it is does not.
_HASH = Func(
    F("post_id"),
    F("account_id"),
    F("tracked_since"),
    F("posted_at"),
    F("counts_precision"),
    template="hash_record_extended(ROW(%(expressions)s), 0)",
    output_field=BigIntegerField(),
)
