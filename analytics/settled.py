"""Series that were computed before and still hold: kept under everything that they depend on, so that no key that is
found can hold an old number.

A key names the question, the buckets that were still running, a fingerprint of the counting posts, and the ingest
sequences of their accounts, which every transaction that adds a snapshot advances. Anything that changes a number
changes one of these.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from hashlib import blake2b
from operator import xor
from typing import Any, TypeVar

from django.contrib.postgres.aggregates import BitXor
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
    they are from, None among them where that is unknown. `looked_at`: when one of them was read last, None if none was.
    It is no part of what decides: a reading that shows the same as the one before moves it and no number."""

    number: int
    fingerprint: int
    accounts: Sequence[int | None]
    looked_at: datetime | None

    @classmethod
    def of(cls, entity: Entity) -> "Standing":
        """Read it, in one statement: account by account, for which nothing has to be sorted."""
        by_account = list(
            entity.videos()
            .order_by()
            .values_list("account_id")
            .annotate(number=Count("id"), fingerprint=BitXor(_HASH), looked_at=Max("stats_updated_at"))
        )
        return cls(
            number=sum(number for _, number, _, _ in by_account),
            fingerprint=reduce(xor, (own for _, _, own, _ in by_account), 0),
            accounts=[account_id for account_id, *_ in by_account],
            looked_at=max((at for *_, at in by_account if at is not None), default=None),
        )


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
    known = [account_id for account_id in posts.accounts if account_id is not None]
    read = Account.objects.filter(id__in=known).aggregate(number=Count("id"), seq=Sum("ingested_seq"))
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
