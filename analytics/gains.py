"""Posts one by one: what each gained between two instants and how it stood at one. For reports and judgements."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from analytics.buckets import seconds
from analytics.members import Members, Tracked
from analytics.values import POST_COUNTERS, edges_of, post_values


def gains_of_posts(
    posts: Sequence[Tracked], *, start: datetime, end: datetime, counters: Sequence[str] = POST_COUNTERS
) -> Mapping[str, list[int | None]]:
    """What each post gained in [start, end), per counter, in the order given; None where its history begins later."""
    members, edges = Members.of(posts), edges_of([seconds(start), seconds(end)])
    gained = {}
    for counter in counters:
        values = post_values(members, counter, edges)
        numbers = (values.at[:, -1] - values.at[:, 0]).tolist()
        gained[counter] = [
            number if begin < edges[-1] else None for number, begin in zip(numbers, values.known_from, strict=True)
        ]
    return gained


def values_of_posts(
    posts: Sequence[Tracked], *, at: datetime, counters: Sequence[str] = POST_COUNTERS
) -> Mapping[str, list[int | None]]:
    """How each post stood at an instant, per counter, in the order given; None where its history begins later."""
    members, edges = Members.of(posts), edges_of([seconds(at)])
    stood = {}
    for counter in counters:
        values = post_values(members, counter, edges)
        stood[counter] = [
            number if begin <= edges[0] else None
            for number, begin in zip(values.at[:, 0].tolist(), values.known_from, strict=True)
        ]
    return stood
