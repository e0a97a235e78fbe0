"""Reads of posts' spans, which services/spans keeps, for many posts at once: arrays in, arrays out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scraping.interpolation import Bools, Ints
from scraping.models import PostSpan
from scraping.packed_weeks import COUNT, COUNTERS, DAYS, WEEK, Counts, no_weeks
from scraping.services.bulk import binary_cursor

_ENDS, _WEEK = 4 * 8, DAYS * COUNT.itemsize
_SPANS = """
SELECT string_agg(int8send(post_id) || int8send(coalesce(place, 0)) || {slices}, ''::bytea)
FROM (
    SELECT post_id, ends, place, coalesce(substring(weeks FROM (place - 1) * {week} + 1 FOR {week}), %s::bytea) AS week
    FROM (
        SELECT post_id, ends, weeks, array_position(zones, %s::varchar) AS place FROM scraping_postspan
        WHERE post_id = ANY (ARRAY(SELECT unnest(%s)))
    ) AS placed
) AS span
"""
_NO_WEEK = no_weeks(1).tobytes()


@dataclass(frozen=True, slots=True)
class PostEnds:
    """The first and last known snapshot of counters, post × counter, 0 as a time where there is none; the number of
    the post's newest week in the zone that was asked for, 0 for none, and what is packed in it, post × counter × day;
    whether that is known of the post, and whether its days are kept in the zone."""

    first_at: Ints
    first_value: Ints
    last_at: Ints
    last_value: Ints
    week: Ints
    counts: Counts
    is_known: Bools
    has_zone: Bools


def post_ends(ids: Ints, counters: Sequence[str], zone: str) -> PostEnds:
    """Where the snapshots of posts begin and end, in the order of `ids`; zeros where nothing is kept."""
    size = len(counters)
    row = np.dtype(
        [
            ("post_id", ">i8"),
            ("place", ">i8"),
            ("ends", ">i8", (size, 4)),
            ("week", COUNT),
            ("counts", COUNT, (size, DAYS)),
        ]
    )
    places = [COUNTERS.index(counter) for counter in counters]
    slices = [f"substring(ends FROM {place * _ENDS + 1} FOR {_ENDS})" for place in places]
    slices.append(f"substring(week FROM 1 FOR {COUNT.itemsize})")
    slices += [f"substring(week FROM {COUNT.itemsize + place * _WEEK + 1} FOR {_WEEK})" for place in places]
    with binary_cursor(PostSpan) as cursor:
        statement = _SPANS.format(slices=" || ".join(slices), week=WEEK.itemsize)
        cursor.execute(statement, [_NO_WEEK, zone, ids])
        (data,) = cursor.fetchone()
    rows = np.frombuffer(data or b"", row)
    found = np.zeros(len(ids), row)
    is_known = np.zeros(len(ids), np.bool_)
    order, where = positions(ids, rows["post_id"].astype(np.int64))
    found[order], is_known[order] = rows[where], True
    ends = found["ends"].astype(np.int64)
    return PostEnds(
        first_at=ends[:, :, 0],
        first_value=ends[:, :, 1],
        last_at=ends[:, :, 2],
        last_value=ends[:, :, 3],
        week=found["week"].astype(np.int64),
        counts=found["counts"],
        is_known=is_known,
        has_zone=found["place"] > 0,
    )


def positions(ids: Ints, found: Ints) -> tuple[Ints, Ints]:
    """Positions in `ids`, and for each the row of `found` with that id; ids that were not found are left out."""
    if not len(found):
        nothing = np.array([], np.int64)
        return nothing, nothing
    order = np.argsort(found)
    place = np.minimum(np.searchsorted(found, ids, sorter=order), len(found) - 1)
    rows = order[place]
    is_there = found[rows] == ids
    return np.flatnonzero(is_there), rows[is_there]
