"""Reads of what services/packed_days keeps, for many posts at once: arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scraping.interpolation import Bools, Ints
from scraping.models import PostSpan
from scraping.services.bulk import binary_cursor, unpacked

PACKED_COUNTERS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
_WIDTH = 8
_SPANS = """
SELECT string_agg(
    int8send(post_id) || int8send((%s = ANY(zones))::int::bigint) || {slices}, ''::bytea)
FROM scraping_postspan WHERE post_id = ANY (ARRAY(SELECT unnest(%s)))
"""


@dataclass(frozen=True, slots=True)
class PostEnds:
    """The first and last known snapshot of counters, post × counter, 0 as a time where there is none; whether that is
    known of the post, and whether its days are kept in the zone that was asked for."""

    first_at: Ints
    first_value: Ints
    last_at: Ints
    last_value: Ints
    is_known: Bools
    has_zone: Bools


def post_ends(ids: Ints, counters: Sequence[str], zone: str) -> PostEnds:
    """Where the snapshots of posts begin and end, in the order of `ids`; zeros where nothing is kept."""
    rows = _read(_SPANS, counters, 4, [zone, ids])
    ends = np.zeros((len(ids), len(counters), 4), np.int64)
    is_known, has_zone = np.zeros(len(ids), np.bool_), np.zeros(len(ids), np.bool_)
    order, where = _places(ids, rows[:, 0])
    ends[order] = rows[where, 2:].reshape(-1, len(counters), 4)
    is_known[order], has_zone[order] = True, rows[where, 1] == 1
    return PostEnds(ends[:, :, 0], ends[:, :, 1], ends[:, :, 2], ends[:, :, 3], is_known, has_zone)


def _read(sql: str, counters: Sequence[str], width: int, parameters: Sequence[Any]) -> Ints:
    """Rows of two numbers and `width` numbers a counter, as PostgreSQL packs them."""
    places = [PACKED_COUNTERS.index(counter) * width * _WIDTH + 1 for counter in counters]
    slices = " || ".join(f"substring(ends FROM {place} FOR {width * _WIDTH})" for place in places)
    with binary_cursor(PostSpan) as cursor:
        cursor.execute(sql.format(slices=slices), parameters)
        (data,) = cursor.fetchone()
    return unpacked(data or b"").reshape(-1, 2 + width * len(counters))


def _places(ids: Ints, found: Ints) -> tuple[Ints, Ints]:
    """Positions in `ids`, and for each the row of `found` with that id; ids that were not found are left out."""
    if not len(found):
        nothing = np.array([], np.int64)
        return nothing, nothing
    order = np.argsort(found)
    place = np.minimum(np.searchsorted(found, ids, sorter=order), len(found) - 1)
    rows = order[place]
    is_there = found[rows] == ids
    return np.flatnonzero(is_there), rows[is_there]
