"""Posts' values at local midnights, packed by month. One who writes them at a time."""

import numpy as np

from scraping.interpolation import Ints
from scraping.midnights import midnights
from scraping.models import PostDays
from scraping.packed_weeks import COUNT, COUNTERS, UNPACKED, Counts
from scraping.services.bulk import binary_cursor

SLOTS = 31
# What is packed of a month is read, added to and written back.
_DAYS_LOCK = 7_401_583_227
_HOLD, _TRY_TO_HOLD = "SELECT pg_advisory_xact_lock(%s)", "SELECT pg_try_advisory_xact_lock(%s)"


def hold_days(*, wait: bool = True) -> bool:
    """Let nobody else write days before this transaction ends; without `wait`, return False if somebody does now."""
    with binary_cursor(PostDays) as cursor:
        cursor.execute(_HOLD if wait else _TRY_TO_HOLD, [_DAYS_LOCK])
        (held,) = cursor.fetchone()
        return wait or bool(held)


def store_counts(zone: str, ids: Ints, numbers: Ints, counts: Counts) -> None:
    """Write the counts of posts at the midnights with these numbers, row × counter, into packed months, made where they
    are missing; UNPACKED leaves what is there. The days must be held."""
    is_used = (counts != UNPACKED).any(axis=1)
    ids, numbers, counts = ids[is_used], numbers[is_used], counts[is_used]
    calendar = midnights(zone)
    # A post and a month as one number: there are fewer than 2**16 months.
    found, rank = np.unique(ids, return_inverse=True)
    keys, where = np.unique((rank << 16) | calendar.month[numbers], return_inverse=True)
    posts, of_month = found[keys >> 16], keys & 0xFFFF
    months, is_kept = np.full((len(keys), len(COUNTERS), SLOTS), UNPACKED, COUNT), np.zeros(len(keys), np.bool_)
    kept = _kept_months(zone, found, np.unique(of_month))
    kept_keys = (np.searchsorted(found, kept["post_id"]) << 16) | kept["month"]
    at = np.minimum(np.searchsorted(keys, kept_keys), len(keys) - 1)
    is_wanted = keys[at] == kept_keys
    months[at[is_wanted]], is_kept[at[is_wanted]] = kept["days"][is_wanted], True
    row, counter = np.nonzero(counts != UNPACKED)
    months[where[row], counter, calendar.day[numbers[row]]] = counts[row, counter]
    with binary_cursor(PostDays) as cursor:
        for statement, own in ((_ADD, ~is_kept), (_CHANGE, is_kept)):
            if own.any():
                cursor.execute(statement, [zone, months[own].tobytes(), posts[own], of_month[own]])


_KEPT = np.dtype([("post_id", ">i8"), ("month", ">i8"), ("days", COUNT, (len(COUNTERS), SLOTS))])
_BYTES = len(COUNTERS) * SLOTS * COUNT.itemsize
_KEPT_MONTHS = """
SELECT string_agg(int8send(post_id) || int8send(month) || days, ''::bytea) FROM scraping_postdays
WHERE post_id = ANY (ARRAY(SELECT unnest(%s))) AND zone = %s AND month = ANY (%s)
"""
# The rows' bytes travel as one value: many times quicker than as an array of values.
_MONTHS = f"""
SELECT post_id, %s AS zone, month, substring(%s::bytea FROM ((n - 1) * {_BYTES} + 1)::int FOR {_BYTES}) AS days
FROM unnest(%s, %s) WITH ORDINALITY AS v(post_id, month, n)
"""  # noqa: S608 - numbers of our own
_ADD = f"INSERT INTO scraping_postdays (post_id, zone, month, days) {_MONTHS}"
_CHANGE = f"""
UPDATE scraping_postdays AS kept SET days = new.days FROM ({_MONTHS}) AS new
WHERE kept.post_id = new.post_id AND kept.zone = new.zone AND kept.month = new.month
"""  # noqa: S608


def _kept_months(zone: str, ids: Ints, months: Ints) -> "np.typing.NDArray[np.void]":
    """What is kept of these posts and months: rows of post, month and the days."""
    with binary_cursor(PostDays) as cursor:
        cursor.execute(_KEPT_MONTHS, [ids, zone, months])
        (data,) = cursor.fetchone()
    return np.frombuffer(data or b"", _KEPT)
