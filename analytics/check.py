"""Recomputes what is kept for speed from the raw history, and says where it differs."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import numpy as np
from django.db import connections, router, transaction

from analytics.day_series import read_posts
from analytics.members import NEVER_POSTED, Members
from analytics.values import NEVER, POST_COUNTERS, post_values
from scraping.midnights import midnights
from scraping.models import PostSpan

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """Which posts of a zone were compared, at how many values, and which of them differ."""

    zone: str
    posts: tuple[int, ...]
    values: int
    wrong: tuple[int, ...]


def check_days(*, now: int) -> Iterator[Checked]:
    """Compare every kept day of every post, counter by counter, with what its snapshots say; by zone and chunk. What
    is stored meanwhile plays no part: a chunk is read as of one instant."""
    rows = list(PostSpan.objects.order_by("post_id").values_list("post_id", "zones"))
    for zone in sorted({zone for _, zones in rows for zone in zones}):
        ids = [post_id for post_id, zones in rows if zone in zones]
        for start in range(0, len(ids), _CHUNK):
            with _one_instant():
                checked = _check(ids[start : start + _CHUNK], zone, now)
            yield checked


@contextmanager
def _one_instant() -> Iterator[None]:
    """Statements inside see the same rows, unless a transaction is open already."""
    connection = connections[router.db_for_read(PostSpan)]
    with ExitStack() as stack:
        if not connection.in_atomic_block:
            stack.enter_context(transaction.atomic(using=connection.alias))
            connection.cursor().execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _check(post_ids: Sequence[int], zone: str, now: int) -> Checked:
    everything = np.full(len(post_ids), -NEVER, np.int64)
    members = Members(np.array(post_ids, np.int64), everything, np.full(len(post_ids), NEVER_POSTED, np.int64))
    first = min(_first_seen(members), now)
    edges = midnights(zone).at
    edges = np.append(edges[(edges > first - 86_400) & (edges < now)], now)
    kept = read_posts(members, POST_COUNTERS, edges, zone=zone, now=now).values
    wrong: set[int] = set()
    for counter in POST_COUNTERS:
        raw, own = post_values(members, counter, edges), kept[counter]
        differs = (raw.at != own.at).any(axis=1) | (raw.known_from != own.known_from) | (raw.last != own.last)
        wrong |= set(members.ids[differs].tolist())
    return Checked(zone, tuple(post_ids), len(post_ids) * len(edges) * len(POST_COUNTERS), tuple(sorted(wrong)))


def _first_seen(members: Members) -> int:
    return int(post_values(members, "view_count", np.array([0], np.int64)).known_from.min())
