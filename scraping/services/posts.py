"""Writing posts: their rows with the numbers as of now, and the snapshots that must be kept."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connections, router

from scraping.models import Account, Post
from scraping.providers.interface import PostData
from scraping.services.bulk import array_literal, update, upsert
from scraping.services.observations import POST_COUNTS, Reading, Run, read_post_counts, seconds
from scraping.services.packing import store_snapshots

_NUMBERS = (
    "id",
    "seq",
    "seen_at",
    *POST_COUNTS,
    "counts_precision",
    "counts_source",
    "observed_at",
    "snapshot_at",
)
_CONTENT = (
    "account_id",
    "author_handle",
    "posted_at",
    "caption",
    "kind",
    "duration_seconds",
    "cover_url",
    "hashtags",
    "music_title",
    "availability",
    "unavailable_reason",
    "content_hash",
    "first_seen_at",
)
# What a post keeps from the first time it was seen.
_KEPT = ("id", "first_seen_at")
# Addresses of covers expire within hours and change with every reading: they are written anew this often.
_CONTENT_SECONDS = 6 * 3600
# Rows in one statement: enough to be near the database's own speed, few enough to stay small in memory.
_CHUNK = 5000
Row = tuple[Any, ...]


class PostReading(NamedTuple):
    """One post as a provider showed it at `at` (seconds since 1970); `account` is whose listing it was in, if any."""

    data: PostData
    source: str
    at: int
    account: Account | None


def write_posts(readings: Sequence[PostReading], accounts: Mapping[int, Account]) -> set[int]:
    """Write posts, of two readings of one the later one; `accounts` are those whose rows this transaction holds.
    Returns the ids of the posts that were known before. A reading older than what is known changes nothing."""
    latest = {reading.data.post_id: reading for reading in sorted(readings, key=attrgetter("at"))}
    ordered = [latest[post_id] for post_id in sorted(latest)]
    known: set[int] = set()
    for start in range(0, len(ordered), _CHUNK):
        known |= _write(ordered[start : start + _CHUNK], accounts)
    return known


def _write(readings: Sequence[PostReading], accounts: Mapping[int, Account]) -> set[int]:
    known = _known([reading.data.post_id for reading in readings])
    whole: list[Row] = []
    numbers: list[Row] = []
    snapshots: list[Row] = []
    for reading in readings:
        data, at = reading.data, reading.at
        before = known.get(data.post_id)
        run = before.run if before is not None else None
        if before is not None and before.seen_at >= at:
            continue
        account = accounts.get(reading.account.id if reading.account else data.account_id or 0)
        read = read_post_counts(data, run, source=reading.source, at=at, begun_at=_begun(account))
        row = _numbers(reading, account, read)
        content_hash = _content_hash(data)
        if before is not None and before.content_hash == content_hash and _is_recent(before, at):
            numbers.append(row)
        else:
            whole.append(row + _content(reading, account, content_hash))
        if read.end is not None and run is not None:
            snapshots.append((data.post_id, read.end, *run.counts, run.source, run.precision))
        if read.observed is not None:
            snapshots.append((data.post_id, at, *read.observed, reading.source, read.run.precision))
    names = _NUMBERS + _CONTENT
    upsert(Post, _columns(names, whole), key=["id"], update=[name for name in names if name not in _KEPT])
    if numbers:
        update(Post, _columns(_NUMBERS, numbers), key="id")
    store_snapshots(snapshots)
    return set(known)


def _is_recent(before: "_Known", at: int) -> bool:
    """Whether what the post says was written in the same stretch of hours; a post that was gone is written whole."""
    return before.is_available and before.seen_at // _CONTENT_SECONDS == at // _CONTENT_SECONDS


def _content_hash(data: PostData) -> int:
    """The same for the same words, in every process; the cover's address is none of them."""
    words = "\x1f".join(
        (data.caption, data.author_handle, data.music_title, str(data.duration_seconds), *data.hashtags)
    )
    return int.from_bytes(blake2b(words.encode("utf-8", "replace"), digest_size=8).digest(), "big", signed=True)


def _columns(names: Sequence[str], rows: Sequence[Row]) -> dict[str, tuple[Any, ...]]:
    return dict(zip(names, zip(*rows, strict=True), strict=False))


def _begun(account: Account | None) -> int | None:
    return None if account is None or account.begun_at is None else seconds(account.begun_at)


def _numbers(reading: PostReading, account: Account | None, read: Reading) -> Row:
    """What every reading writes of a post."""
    at, run = reading.at, read.run
    seq = account.ingested_seq if account else 0
    marks = (run.precision, run.source, run.observed_at, run.snapshot_at)
    return (reading.data.post_id, seq, at, *run.counts, *marks)


def _content(reading: PostReading, account: Account | None, content_hash: int) -> Row:
    """What a post says besides its numbers."""
    data = reading.data
    return (
        data.account_id or (account.id if account else None),
        data.author_handle or (account.handle if account else ""),
        seconds(data.posted_at),
        data.caption,
        data.kind,
        data.duration_seconds,
        data.cover_url,
        data.hashtags,
        data.music_title,
        Post.Availability.AVAILABLE,
        "",
        content_hash,
        reading.at,
    )


def note_tried(post_ids: Iterable[int], at: datetime) -> None:
    """Note that posts were asked for in vain: they are asked for again later."""
    ids = list(post_ids)
    if ids:
        Post.objects.filter(id__in=ids).update(tried_at=at)


class _Known(NamedTuple):
    """What is known of a post: when it was seen last, its open run, and what is needed to write less."""

    seen_at: int
    run: Run
    content_hash: int | None
    is_available: bool


_TIMES = ", ".join(f"extract(epoch FROM {name})::bigint" for name in ("seen_at", "observed_at", "snapshot_at"))
_SELECT_KNOWN = f"""
SELECT id, content_hash, availability = 'available', counts_precision, counts_source, {_TIMES}, {", ".join(POST_COUNTS)}
FROM scraping_post WHERE id = ANY(%s)
"""  # noqa: S608 - names of our own columns


def _known(post_ids: Sequence[int]) -> dict[int, _Known]:
    with connections[router.db_for_write(Post)].cursor() as cursor:
        cursor.execute(_SELECT_KNOWN, [array_literal(post_ids)])
        return {
            row[0]: _Known(row[5], Run(row[8:], row[3], row[4], row[6], row[7]), row[1], row[2])
            for row in cursor.fetchall()
        }
