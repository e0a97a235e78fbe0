"""The values at posts' newest midnights, kept with their spans: by whoever adds snapshots, in the same transaction.

A week that has ended is handed over in EndedWeeks, to be put into the packed months; so a month is written once a week
and not every day.
"""

from dataclasses import dataclass

import numpy as np

from scraping.counts import UNKNOWN
from scraping.interpolation import Bools, Ints, between
from scraping.midnights import midnights
from scraping.models import EndedWeeks
from scraping.packed_weeks import COUNTERS, DAYS, WEEK, Weeks, midnights_of, no_weeks, packed_counts, week_and_day
from scraping.services.bulk import binary_cursor
from scraping.services.packed_months import store_counts
from scraping.services.spans import LAST_AT, LAST_VALUE, Spans

# Weeks in one row; rows, and weeks, that are taken at once: workers hand over some ten in a row, or many hundreds.
_WEEKS, _ROWS, _TAKEN = 500, 400, 10_000
_ENDED = np.dtype([("post_id", "<i8"), ("week", WEEK)])


@dataclass(frozen=True, slots=True)
class Ended:
    """Weeks of a zone that have ended: whose, by place, and what is packed in them."""

    zone: str
    place: Ints
    weeks: Weeks


@dataclass(frozen=True, slots=True)
class _Steps:
    """From the known counts of posts to the next ones, `before` and `after` by counter: `place` is the post's, `is_own`
    which of the counters are meant. Values are wanted after `start`, up to `end`."""

    place: Ints
    start: Ints
    end: Ints
    before: Ints
    after: Ints
    is_own: Bools


def moved_on(before: Spans, has_crossed: Bools, place: Ints, times: Ints, counts: Ints) -> tuple[Weeks, list[Ended]]:
    """The newest weeks of the posts that got past a midnight after snapshots, each of the post at `place`, in order of
    post and time; and the weeks that ended."""
    weeks, ended = before.weeks, list[Ended]()
    if has_crossed.any():
        weeks, rows = weeks.copy(), has_crossed[place]
        steps = _steps(before, place[rows], times[rows], counts[rows])
        for zone, _ in before.by_zone():
            ended += _in_zone(zone, before, weeks, steps)
    return weeks, ended


def _steps(before: Spans, place: Ints, times: Ints, counts: Ints) -> _Steps:
    ends, parts = before.ends.copy(), []
    is_first = np.append([True], place[1:] != place[:-1])
    # The first snapshot of every post, then the second, and so on.
    order = np.arange(len(place)) - np.flatnonzero(is_first)[np.cumsum(is_first) - 1]
    for number in range(int(order.max(initial=-1)) + 1):
        rows = np.flatnonzero(order == number)
        posts = place[rows]
        own, end, after = ends[posts], times[rows], counts[rows]
        known, has_begun = after != UNKNOWN, own[:, :, LAST_AT] != 0
        # Of a history that begins at a midnight, that one belongs to it.
        start = np.where(has_begun, own[:, :, LAST_AT], end[:, None] - 1)
        value = np.where(has_begun, own[:, :, LAST_VALUE], after)
        is_one = known.all(axis=1) & (start == start[:, :1]).all(axis=1)
        one = np.flatnonzero(is_one)
        parts.append((posts[one], start[one, 0], end[one], value[one], after[one], known[one]))
        if len(one) < len(rows):
            row, counter = np.nonzero(known & ~is_one[:, None])
            is_own = counter[:, None] == np.arange(len(COUNTERS))
            parts.append((posts[row], start[row, counter], end[row], value[row], after[row], is_own))
        own[:, :, LAST_AT] = np.where(known, end[:, None], own[:, :, LAST_AT])
        own[:, :, LAST_VALUE] = np.where(known, after, own[:, :, LAST_VALUE])
        ends[posts] = own
    return _Steps(*(np.concatenate(part) for part in zip(*parts, strict=True)))


def _in_zone(zone: str, before: Spans, weeks: Weeks, steps: _Steps) -> list[Ended]:
    """Move the weeks of one zone on; returns those that ended."""
    # Where the zone's week stands among a post's weeks.
    columns = np.array([zones.index(zone) if zone in zones else -1 for zones in (*before.zone_sets, [])])
    columns = columns[before.zone_set]
    calendar = midnights(zone).at
    low = np.searchsorted(calendar, steps.start, "right")
    count = np.where(columns[steps.place] >= 0, np.searchsorted(calendar, steps.end, "right") - low, 0)
    which = np.repeat(np.arange(len(count)), count)
    if not len(which):
        return []
    number = np.repeat(low - np.cumsum(count) + count, count) + np.arange(len(which))
    place, is_own = steps.place[which], steps.is_own[which]
    start, end = steps.start[which, None], steps.end[which, None]
    values = between(start, steps.before[which], end, steps.after[which], calendar[number][:, None])
    counts = packed_counts(values)
    week, day = week_and_day(before.ids[place], number)
    own = weeks[np.arange(len(columns)), columns]
    newest = own["number"].astype(np.int64)
    np.maximum.at(newest, place, week)
    done = np.flatnonzero(newest > own["number"])
    ended = done[own["number"][done] > 0]
    parts = [Ended(zone, ended, own[ended])]
    own[done] = no_weeks()
    own["number"] = newest
    is_newest = week == newest[place]
    row, counter = np.nonzero(is_own & is_newest[:, None])
    own["counts"][place[row], counter, day[row]] = counts[row, counter]
    is_kept = np.flatnonzero(columns >= 0)
    weeks[is_kept, columns[is_kept]] = own[is_kept]
    if not is_newest.all():
        row, counter = np.nonzero(is_own & ~is_newest[:, None])
        keys, where = np.unique((place[row] << 32) | week[row], return_inverse=True)
        older = no_weeks(len(keys))
        older["number"] = keys & 0xFFFFFFFF
        older["counts"][where, counter, day[row]] = counts[row, counter]
        parts.append(Ended(zone, keys >> 32, older))
    return [part for part in parts if len(part.place)]


_HAND_OVER = "INSERT INTO scraping_endedweeks (id, zone, weeks) VALUES (%s, %s, %s)"
_TAKE = """
DELETE FROM scraping_endedweeks WHERE id IN (
    SELECT id FROM (
        SELECT id, sum(octet_length(weeks)) OVER (ORDER BY id) - octet_length(weeks) AS before
        FROM (SELECT id, weeks FROM scraping_endedweeks ORDER BY id LIMIT %s) AS oldest
    ) AS counted WHERE before < %s
) RETURNING zone, weeks
"""


def hand_over(ended: list[Ended], ids: Ints, wanted: Bools) -> None:
    """Hand the weeks of the wanted posts over, to be packed."""
    for part in ended:
        own = wanted[part.place]
        weeks = np.empty(np.count_nonzero(own), _ENDED)
        weeks["post_id"], weeks["week"] = ids[part.place[own]], part.weeks[own]
        with binary_cursor(EndedWeeks) as cursor:
            for start in range(0, len(weeks), _WEEKS):
                row = EndedWeeks._meta.pk.get_default(), part.zone, weeks[start : start + _WEEKS].tobytes()
                cursor.execute(_HAND_OVER, row)


def pack_ended() -> int:
    """Put some thousand weeks that were handed over into their months, and be done with them. Returns how many. The
    days must be held."""
    with binary_cursor(EndedWeeks) as cursor:
        cursor.execute(_TAKE, [_ROWS, _TAKEN * _ENDED.itemsize])
        rows = cursor.fetchall()
    for zone in sorted({zone for zone, _ in rows}):
        _pack(zone, np.frombuffer(b"".join(weeks for own, weeks in rows if own == zone), _ENDED))
    return sum(len(weeks) for _, weeks in rows) // _ENDED.itemsize


def _pack(zone: str, ended: Weeks) -> None:
    weeks = ended["week"]
    ids, numbers = ended["post_id"].astype(np.int64), weeks["number"].astype(np.int64)
    counts = weeks["counts"].transpose(0, 2, 1).reshape(-1, len(COUNTERS))
    store_counts(zone, np.repeat(ids, DAYS), midnights_of(ids, numbers).ravel(), counts)
