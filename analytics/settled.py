"""Series that were computed before and still hold: kept under everything that they depend on, so that no key that is
found can hold an old number.

A key names the question, the buckets that were still running, a fingerprint of the counting posts, and the ingest
sequences of their accounts, which every transaction that adds a snapshot advances. Anything that changes a number
changes one of these.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

import numpy as np
from django.core.cache import cache

from analytics.formulas import counters_of
from analytics.query import Plan
from analytics.sets import UNREAD, PostSet
from analytics.values import ACCOUNT_COUNTERS
from scraping.models import Account
from scraping.services.bulk import binary_cursor

Kept = TypeVar("Kept")
_SECONDS = 24 * 3_600


def settled(asked: Plan, posts: PostSet, now: int, compute: Callable[[], Kept]) -> Kept:
    """What was computed before for the same question about the same numbers; else computes it, and keeps it."""
    key = _key(asked, posts, now)
    if key is None:
        return compute()
    found: Kept | None = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, timeout=_SECONDS)
    return found


def _key(asked: Plan, posts: PostSet, now: int) -> str | None:
    """None for what is not kept: breakdowns, accounts' numbers, posts of accounts whose readings nobody counts."""
    counters = counters_of(asked.base_metric.formula)
    if asked.breakdown is not None or any(counter in ACCOUNT_COUNTERS for counter in counters):
        return None
    ingested = _ingested(posts)
    if ingested is None:
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
        posts.fingerprint,
        ingested,
    )
    return "series:" + blake2b(repr(parts).encode(), digest_size=16).hexdigest()


# Sequences only grow, so as long as their sum is the same, so is each.
_INGESTED = f"SELECT count(*), sum(ingested_seq)::bigint FROM {Account._meta.db_table} WHERE id = ANY(%s)"  # noqa: S608


def _ingested(posts: PostSet) -> int | None:
    """How much was ingested of the accounts of posts, as one number; None where nobody counts that for one of them."""
    accounts = np.unique(posts.accounts)
    with binary_cursor(Account) as cursor:
        cursor.execute(_INGESTED, [accounts[accounts != UNREAD]])
        number, ingested = cursor.fetchone()
    return None if number != len(accounts) else int(ingested or 0)
