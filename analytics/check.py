"""Recomputes what is kept for speed from the raw history, and says where it differs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analytics.day_series import read_posts
from analytics.members import NEVER_POSTED, Members
from analytics.values import NEVER, POST_COUNTERS, post_values
from scraping.midnights import midnights
from scraping.models import PostSpan

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Checked:
    """How many posts of a zone were compared at how many values, and which of them differ."""

    zone: str
    posts: int
    values: int
    wrong: tuple[int, ...]


def check_days(*, now: int) -> Iterator[Checked]:
    """Compare every kept day of every post, counter by counter, with what its snapshots say; by zone and chunk."""
    rows = list(PostSpan.objects.order_by("post_id").values_list("post_id", "zones"))
    for zone in sorted({zone for _, zones in rows for zone in zones}):
        ids = [post_id for post_id, zones in rows if zone in zones]
        for start in range(0, len(ids), _CHUNK):
            yield _check(ids[start : start + _CHUNK], zone, now)


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
    return Checked(zone, len(post_ids), len(post_ids) * len(edges) * len(POST_COUNTERS), tuple(sorted(wrong)))


def _first_seen(members: Members) -> int:
    return int(post_values(members, "view_count", np.array([0], np.int64)).known_from.min())
