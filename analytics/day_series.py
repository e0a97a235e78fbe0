"""Posts' values at edges, from packed days where these hold them and from the snapshots where not; the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.day_cells import fill_days, fill_newest
from analytics.members import Members
from analytics.values import NEVER, Firsts, Values, post_values, with_beginning
from scraping.counts import UNKNOWN
from scraping.day_reads import PostEnds, post_ends
from scraping.interpolation import Bools, Ints
from scraping.midnights import midnights


@dataclass(frozen=True, slots=True)
class DaySeries:
    """Counters of posts at edges. `unpacked`: the posts whose days are not kept in the zone although they could be."""

    values: dict[str, Values]
    unpacked: Ints


def read_posts(members: Members, counters: Sequence[str], edges: Ints, *, zone: str, now: int) -> DaySeries:
    """Counters of posts at edges, which ascend: local midnights of the zone and behind them `now`, or any other
    instants, which take longer."""
    numbers, is_midnight = midnights(zone).numbers(edges)
    if not len(members) or not bool(is_midnight[:-1].all() and (is_midnight[-1] or edges[-1] == now)):
        return DaySeries(
            {counter: post_values(members, counter, edges) for counter in counters}, np.array([], np.int64)
        )
    ends = post_ends(members.ids, counters, zone)
    from_days = _computable(members, ends, now)
    cells = np.full((len(counters), len(members), len(edges)), UNKNOWN, np.int64)
    rows, days = np.flatnonzero(from_days), numbers[is_midnight]
    fill_days(cells, rows, ids=members.ids, counters=counters, zone=zone, numbers=days)
    fill_newest(cells, rows, ids=members.ids, ends=ends, zone=zone, numbers=days)
    from_days &= ~_lacks_days(ends, edges, cells)
    values = {}
    for place, counter in enumerate(counters):
        values[counter] = _values(members, ends, place, edges, cells[place])
        rest = np.flatnonzero(~from_days)
        if len(rest):
            _put(values[counter], rest, post_values(members.at(rest), counter, edges))
    return DaySeries(values, members.ids[~ends.has_zone])


def _computable(members: Members, ends: PostEnds, now: int) -> Bools:
    """Whose own history is the whole one, or none of it, with nothing in it after now; and whose days are kept in the
    zone."""
    since = members.since[:, None]
    unseen = (ends.last_at == 0) | (ends.last_at < since)
    whole = (ends.first_at >= since) & (ends.last_at <= now)
    fits: Bools = ends.is_known & (unseen | (whole & ends.has_zone[:, None])).all(axis=1)
    return fits


def _lacks_days(ends: PostEnds, edges: Ints, cells: Ints) -> Bools:
    """Posts of which a day between the first and last snapshot is not packed yet."""
    lacks = np.zeros(len(ends.is_known), np.bool_)
    # Places of edges are compared, not edges: smaller numbers are quicker.
    column = np.arange(len(edges), dtype=np.int32)[None, :]
    for place, own in enumerate(cells):
        low = np.searchsorted(edges, ends.first_at[:, place]).astype(np.int32)[:, None]
        high = np.searchsorted(edges, ends.last_at[:, place]).astype(np.int32)[:, None]
        lacks |= ((own == UNKNOWN) & (column >= low) & (column < high)).any(axis=1)
    return lacks


def _values(members: Members, ends: PostEnds, place: int, edges: Ints, cells: Ints) -> Values:
    """Packed values between a post's first and last snapshot, flat after the last. `cells` is overwritten."""
    seen = (ends.last_at[:, place] > 0) & (ends.last_at[:, place] >= members.since)
    last_at = np.where(seen, ends.last_at[:, place], -NEVER)
    # Before the first of the last snapshots no edge lies in a flat part.
    flat = int(np.searchsorted(edges, last_at.min()))
    is_flat = edges[None, flat:] >= last_at[:, None]
    cells[:, flat:] = np.where(is_flat, ends.last_value[:, place, None], cells[:, flat:])
    cells[~seen] = 0
    first = Firsts(np.where(seen, ends.first_at[:, place], NEVER), np.where(seen, ends.first_value[:, place], 0))
    return with_beginning(members, first, last_at, edges, cells)


def _put(values: Values, rows: "np.typing.NDArray[np.intp]", own: Values) -> None:
    values.at[rows] = own.at
    values.known_from[rows] = own.known_from
    values.baseline[rows] = own.baseline
    values.last[rows] = own.last
