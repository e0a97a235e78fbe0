"""Writing posts: their rows with the numbers as of now, and the snapshots that must be kept."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connections, router

from scraping.models import Account, Post, PostSnapshot
from scraping.providers.interface import PostData
from scraping.services.bulk import insert_missing, upsert
from scraping.services.observations import POST_COUNTS, Run, read_post_counts

_COLUMNS = (
    "id",
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
    "seq",
    "first_seen_at",
    "seen_at",
    *POST_COUNTS,
    "counts_precision",
    "counts_source",
    "observed_at",
    "snapshot_at",
)
# What a post keeps from the first time it was seen.
_KEPT = ("id", "first_seen_at")
_SNAPSHOT = ("post_id", "captured_at", *POST_COUNTS, "source", "precision")
# Rows in one statement: enough to be near the database's own speed, few enough to stay small in memory.
_CHUNK = 5000
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PostReading:
    """One post as a provider showed it at `at`; `account` is whose listing it was in, if it was in one."""

    data: PostData
    source: str
    at: datetime
    account: Account | None


@dataclass(frozen=True, slots=True)
class _Known:
    seen_at: datetime
    run: Run


def write_posts(readings: Sequence[PostReading], accounts: Mapping[int, Account]) -> set[int]:
    """Write posts, of two readings of one the later one; `accounts` are those whose rows this transaction holds.
    Returns the ids of the posts that were known before. A reading older than what is known changes nothing."""
    latest = {reading.data.post_id: reading for reading in sorted(readings, key=lambda reading: reading.at)}
    ordered = [latest[post_id] for post_id in sorted(latest)]
    known: set[int] = set()
    for start in range(0, len(ordered), _CHUNK):
        known |= _write(ordered[start : start + _CHUNK], accounts)
    return known


def _write(readings: Sequence[PostReading], accounts: Mapping[int, Account]) -> set[int]:
    known = _known([reading.data.post_id for reading in readings])
    rows: list[Row] = []
    snapshots: list[Row] = []
    for reading in readings:
        before = known.get(reading.data.post_id)
        if before is None or before.seen_at < reading.at:
            account = accounts.get(reading.account.id if reading.account else reading.data.account_id or 0)
            rows.append(_read(reading, before.run if before is not None else None, account, snapshots))
    upsert(
        Post,
        dict(zip(_COLUMNS, zip(*rows, strict=True), strict=False)),
        key=["id"],
        update=[name for name in _COLUMNS if name not in _KEPT],
    )
    # Two sources in one second: the first stays.
    insert_missing(PostSnapshot, dict(zip(_SNAPSHOT, zip(*snapshots, strict=True), strict=False)))
    return set(known)


def _read(reading: PostReading, run: Run | None, account: Account | None, snapshots: list[Row]) -> Row:
    """A post's row after it was read; adds the snapshots to store."""
    data, source, at = reading.data, reading.source, reading.at
    read = read_post_counts(data, run, source=source, at=at, begun_at=account.begun_at if account else None)
    now = read.run
    if read.end is not None and run is not None:
        snapshots.append((data.post_id, read.end, *run.counts, run.source, run.precision))
    if read.observed is not None:
        snapshots.append((data.post_id, at, *read.observed, source, now.precision))
    return (
        data.post_id,
        data.account_id or (account.id if account else None),
        data.author_handle or (account.handle if account else ""),
        data.posted_at,
        data.caption,
        data.kind,
        data.duration_seconds,
        data.cover_url,
        data.hashtags,
        data.music_title,
        Post.Availability.AVAILABLE,
        "",
        account.ingested_seq if account else 0,
        at,
        at,
        *now.counts,
        now.precision,
        now.source,
        now.observed_at,
        now.snapshot_at,
    )


def note_tried(post_ids: Iterable[int], at: datetime) -> None:
    """Note that posts were asked for in vain: they are asked for again later."""
    ids = list(post_ids)
    if ids:
        Post.objects.filter(id__in=ids).update(tried_at=at)


_RUN = ("counts_precision", "counts_source", "observed_at", "snapshot_at")


def _known(post_ids: Sequence[int]) -> dict[int, _Known]:
    names = ", ".join(("id", "seen_at", *_RUN, *POST_COUNTS))
    with connections[router.db_for_write(Post)].cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM scraping_post WHERE id = ANY(%s)", [list(post_ids)])  # noqa: S608
        return {row[0]: _Known(row[1], Run(row[6:], *row[2:6])) for row in cursor.fetchall()}
