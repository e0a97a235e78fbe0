"""Writing posts: their rows with the numbers as of now, and the snapshots that must be kept."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import chain, repeat
from operator import attrgetter
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from django.db import IntegrityError, router, transaction

from scraping.counts import UNKNOWN
from scraping.interpolation import Bools, Ints
from scraping.models import Account, Post
from scraping.providers.interface import PostData
from scraping.services.bulk import MANY, binary_cursor, insert_new, unawaited, update, upsert
from scraping.services.observations import (
    POST_COUNTS,
    Judged,
    Readings,
    Runs,
    Texts,
    count_rows,
    judge,
    numbers,
    seconds,
)
from scraping.services.packing import Addition, Snapshots, addition, store_snapshots
from scraping.services.spans import WIDTH, Spans, span_rows

# What a post keeps from the first time it was seen.
_KEPT = ("id", "first_seen_at")
# Addresses of covers expire within hours and change with every reading: they are written anew this often.
_CONTENT_SECONDS = 6 * 3600
# Rows in one statement: enough to be near the database's own speed, few enough to stay small in memory.
_CHUNK = 20_000
_read_counts = attrgetter(*POST_COUNTS)


class PostReadings(NamedTuple):
    """Posts as a provider showed them at `at` (seconds since 1970); `account` is whose listing it was, if anybody's."""

    posts: Sequence[PostData]
    source: str
    at: int
    account: Account | None


@dataclass(slots=True)
class _Shown:
    """Readings of posts that differ, ascending by id: the posts, and by post what is known of the reading."""

    posts: list[PostData]
    ids: Ints
    sources: Texts
    at: Ints
    owners: list[Account | None]

    def at_rows(self, rows: Ints) -> "_Shown":
        numbered = rows.tolist()
        posts, owners = [self.posts[n] for n in numbered], [self.owners[n] for n in numbered]
        return _Shown(posts, self.ids[rows], self.sources[rows], self.at[rows], owners)


def write_posts(readings: Sequence[PostReadings], accounts: Mapping[int, Account]) -> set[int]:
    """Write posts, of two readings of one the later one; `accounts` are those whose rows this transaction holds.
    Returns the ids of the posts that were known before. A reading older than what is known changes nothing."""
    shown = _shown(readings, accounts)
    known: set[int] = set()
    if len(shown.ids) <= _CHUNK:
        return _write(shown)
    for start in range(0, len(shown.ids), _CHUNK):
        known |= _write(shown.at_rows(np.arange(start, min(start + _CHUNK, len(shown.ids)))))
    return known


def _shown(readings: Sequence[PostReadings], accounts: Mapping[int, Account]) -> _Shown:
    posts = list(chain.from_iterable(reading.posts for reading in readings))
    sizes = [len(reading.posts) for reading in readings]
    owners: list[Account | None] = []
    for reading in readings:
        if reading.account is not None:
            owners += repeat(accounts.get(reading.account.id), len(reading.posts))
        else:
            owners += [accounts.get(post.account_id or 0) for post in reading.posts]
    ids = np.fromiter((post.post_id for post in posts), np.int64, len(posts))
    at = np.repeat(np.array([reading.at for reading in readings], np.int64), sizes)
    sources = np.repeat(np.array([reading.source for reading in readings], "U12"), sizes)
    order = np.lexsort((at, ids))
    is_last = np.append(ids[order][1:] != ids[order][:-1], np.ones(min(len(ids), 1), np.bool_))
    return _Shown(posts, ids, sources, at, owners).at_rows(order[is_last])


def _write(shown: _Shown) -> set[int]:
    with _looked_up(shown.ids) as found:
        readings, hashes = _readings(shown), np.fromiter(map(_content_hash, shown.posts), np.int64, len(shown.posts))
        known = found()
    known_ids = set(shown.ids[known.is_there].tolist())
    is_later = known.seen_at < shown.at
    if not is_later.all():
        rows = np.flatnonzero(is_later)
        shown, known, readings, hashes = shown.at_rows(rows), known.at_rows(rows), readings.at_rows(rows), hashes[rows]
    if not len(shown.ids):
        return known_ids
    judged = judge(readings, known.runs)
    is_whole = ~known.is_there | (hashes != known.content_hash) | ~_is_recent(known, shown.at)
    columns = _numbers(shown, judged.runs)
    # Put together once, while the server writes posts.
    added = cache(partial(_addition, shown, judged, known))
    _insert(shown, columns, hashes, ~known.is_there, added)
    _overwrite(shown, columns, hashes, is_whole & known.is_there, added)
    if not is_whole.all():
        update(Post, _rows(columns, ~is_whole), key="id", meanwhile=added)
    if (new := added()) is not None:
        store_snapshots(new)
    return known_ids


def _readings(shown: _Shown) -> Readings:
    return Readings(
        count_rows([_read_counts(post) for post in shown.posts], len(POST_COUNTS)),
        shown.sources,
        np.array([post.source_rounds for post in shown.posts], np.bool_),
        shown.at,
        numbers(map(_begun, shown.owners)),
    )


def _insert(shown: _Shown, own: Mapping[str, Any], hashes: Ints, which: Bools, meanwhile: Callable[[], object]) -> None:
    """Write posts that nobody has seen; somebody may have by now, which is rare: being ready for it takes time."""
    if np.count_nonzero(which) >= MANY:
        try:
            with transaction.atomic(using=router.db_for_write(Post)):
                insert_new(Post, _rows(own, which) | _content(shown, hashes, which), meanwhile=meanwhile)
        except IntegrityError:
            pass
        else:
            return
    _overwrite(shown, own, hashes, which, meanwhile)


def _overwrite(
    shown: _Shown, own: Mapping[str, Any], hashes: Ints, which: Bools, meanwhile: Callable[[], object]
) -> None:
    """Write posts with all that they say."""
    if which.any():
        columns = _rows(own, which) | _content(shown, hashes, which)
        update = [name for name in columns if name not in _KEPT]
        upsert(Post, columns, key=["id"], update=update, meanwhile=meanwhile)


def _addition(shown: _Shown, judged: Judged, known: "_Known") -> Addition | None:
    """The snapshots that must be kept, and what they lead to; None if none must."""
    ends, stored, before = judged.ends_run, judged.is_stored, known.runs
    if not stored.any():
        return None
    return addition(
        Snapshots(
            np.concatenate((shown.ids[ends], shown.ids[stored])),
            np.concatenate((before.observed_at[ends], shown.at[stored])),
            np.concatenate((before.counts[ends], judged.effective[stored])),
            np.concatenate((before.sources[ends], shown.sources[stored])),
            np.concatenate((before.precisions[ends], judged.runs.precisions[stored])),
        ),
        known.spans,
        new_posts=shown.ids[~known.is_there],
    )


def _is_recent(known: "_Known", at: Ints) -> Bools:
    """Whether what the posts say was written in the same stretch of hours; one that was gone is written whole."""
    recent: Bools = known.is_available & (known.seen_at // _CONTENT_SECONDS == at // _CONTENT_SECONDS)
    return recent


def _content_hash(data: PostData) -> int:
    """The same for the same words, in every process; the cover's address is none of them. Where other words have the
    same one, they are written some hours later, when everything is."""
    words = f"{data.caption}\x1f{data.author_handle}\x1f{data.music_title}\x1f{data.duration_seconds}\x1f"
    return crc32((words + "\x1f".join(data.hashtags)).encode("utf-8", "replace"))


def _begun(account: Account | None) -> int | None:
    return None if account is None or account.begun_at is None else seconds(account.begun_at)


def _rows(columns: Mapping[str, Any], which: Bools) -> dict[str, Any]:
    return dict(columns) if which.all() else {name: column[which] for name, column in columns.items()}


def _numbers(shown: _Shown, runs: Runs) -> dict[str, Any]:
    """What every reading writes of a post."""
    seqs = (account.ingested_seq if account else 0 for account in shown.owners)
    return {
        "id": shown.ids,
        "seq": np.fromiter(seqs, np.int64, len(shown.ids)),
        "seen_at": shown.at,
        **dict(zip(POST_COUNTS, runs.counts.T, strict=True)),
        "counts_precision": runs.precisions,
        "counts_source": runs.sources,
        "observed_at": runs.observed_at,
        "snapshot_at": runs.snapshot_at,
    }


def _content(shown: _Shown, hashes: Ints, which: Bools) -> dict[str, Any]:
    """What posts say besides their numbers."""
    rows = np.flatnonzero(which)
    posts = [shown.posts[row] for row in rows.tolist()]
    owners = [shown.owners[row] for row in rows.tolist()]
    pairs = list(zip(posts, owners, strict=True))
    return {
        "account_id": numbers(post.account_id or (owner.id if owner else None) for post, owner in pairs),
        "author_handle": [post.author_handle or (owner.handle if owner else "") for post, owner in pairs],
        "posted_at": np.fromiter((seconds(post.posted_at) for post in posts), np.int64, len(posts)),
        "caption": [post.caption for post in posts],
        "kind": [post.kind for post in posts],
        "duration_seconds": numbers(post.duration_seconds for post in posts),
        "cover_url": [post.cover_url for post in posts],
        "hashtags": [post.hashtags for post in posts],
        "music_title": [post.music_title for post in posts],
        "availability": [Post.Availability.AVAILABLE.value] * len(posts),
        "unavailable_reason": [""] * len(posts),
        "content_hash": hashes[rows],
        "first_seen_at": shown.at[rows],
    }


def note_tried(post_ids: Iterable[int], at: datetime) -> None:
    """Note that posts were asked for in vain: they are asked for again later."""
    ids = list(post_ids)
    if ids:
        Post.objects.filter(id__in=ids).update(tried_at=at)


@dataclass(slots=True)
class _Known:
    """What is known of posts: whether anything is, when each was seen last, its open run, and what is needed to write
    less."""

    is_there: Bools
    seen_at: Ints
    content_hash: Ints
    is_available: Bools
    runs: Runs
    spans: Spans

    def at_rows(self, rows: Ints) -> "_Known":
        return _Known(
            self.is_there[rows],
            self.seen_at[rows],
            self.content_hash[rows],
            self.is_available[rows],
            self.runs.at(rows),
            self.spans.at_rows(rows),
        )


_FIELDS = (
    "coalesce(content_hash, %s)",
    "(availability = 'available')::int::bigint",
    *(f"coalesce(date_part('epoch', {name})::bigint, %s)" for name in ("seen_at", "observed_at", "snapshot_at")),
    *(f"coalesce({name}, %s)" for name in POST_COUNTS),
)
_SELECT_KNOWN = f"""
SELECT counts_precision, counts_source, zones, string_agg(
    int8send(id) || {" || ".join(f"int8send({field})" for field in _FIELDS)} || coalesce(ends, %s)
    || coalesce(xidsend(scraping_postspan.xmin), %s) || coalesce(weeks, ''::bytea), ''::bytea
) FROM scraping_post LEFT JOIN scraping_postspan ON post_id = id WHERE id = ANY(%s)
GROUP BY counts_precision, counts_source, zones
"""  # noqa: S608 - names of our own columns


@contextmanager
def _looked_up(ids: Ints) -> Iterator[Callable[[], _Known]]:
    """Gives what is known of posts, which ascend, when it is asked for: while many are looked up, there is time to do
    other things. For few, going to and fro would take longer."""
    with binary_cursor(Post) as cursor, unawaited(Post) if len(ids) >= MANY else nullcontext():
        unknowns = [UNKNOWN] * "".join(_FIELDS).count("%s")
        cursor.execute(_SELECT_KNOWN, [*unknowns, bytes(8 * WIDTH), bytes(4), ids])
        yield lambda: _known(ids, cursor.fetchall())


def _known(ids: Ints, found: Iterable[tuple[str, str, list[str] | None, bytes]]) -> _Known:
    nothing = np.zeros(len(ids), np.bool_)
    unknown = np.full(len(ids), UNKNOWN, np.int64)
    runs, spans = Runs.none(len(ids), len(POST_COUNTS)), Spans.none(ids)
    known = _Known(nothing, unknown, unknown.copy(), nothing.copy(), runs, spans)
    for precision, source, zones, data in found:
        rows, versions, weeks = span_rows(data, 1 + len(_FIELDS) + WIDTH, zones or ())
        at = np.searchsorted(ids, rows[:, 0])
        known.is_there[at] = True
        known.content_hash[at], known.is_available[at], known.seen_at[at] = rows[:, 1], rows[:, 2] == 1, rows[:, 3]
        runs.observed_at[at], runs.snapshot_at[at], runs.counts[at] = rows[:, 4], rows[:, 5], rows[:, 6:-WIDTH]
        runs.precisions[at], runs.sources[at] = precision, source
        if zones is not None:
            spans.put(at, rows[:, -WIDTH:], versions, weeks, zones)
    return known
