"""Writing accounts: what a profile shows, and what a list of posts says about whose it is."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import connections, router
from django.db.models import F

from scraping.counts import UNKNOWN
from scraping.interpolation import Ints
from scraping.models import Account, AccountSnapshot
from scraping.providers.interface import AccountData
from scraping.services.bulk import array_literal, binary_cursor, insert_missing, upsert
from scraping.services.changes import note_changed, noting_changed
from scraping.services.observations import ACCOUNT_COUNTS, Judged, Readings, Runs, count_rows, judge, numbers, seconds

if TYPE_CHECKING:
    from scraping.services.attempts import Attempt
    from scraping.services.ingest import PostsRead

_KNOWN = ("seen_at", "begun_at", *ACCOUNT_COUNTS, "counts_precision", "counts_source", "observed_at", "snapshot_at")
# What an account keeps from the first time it was seen, and what other statements advance.
_KEPT = ("id", "first_seen_at", "ingested_seq")
_COLUMNS = (
    "id",
    "handle",
    "sec_uid",
    "nickname",
    "bio",
    "avatar_url",
    "verified",
    "state",
    *ACCOUNT_COUNTS,
    "counts_precision",
    "counts_source",
    "observed_at",
    "snapshot_at",
    "begun_at",
    "first_seen_at",
    "seen_at",
    "ingested_seq",
)
_SNAPSHOT = ("account_id", "captured_at", *ACCOUNT_COUNTS, "source", "precision")
Row = tuple[Any, ...]
ProfileReading = tuple["Attempt", AccountData, datetime]
_read_counts = attrgetter(*ACCOUNT_COUNTS)


def write_profiles(readings: Sequence[ProfileReading]) -> dict[int, Account]:
    """Write profiles, of two of one account the later one. Returns the accounts as they are now, by id."""
    if not readings:
        return {}
    latest = {data.account_id: (attempt, data, at) for attempt, data, at in sorted(readings, key=lambda r: r[2])}
    ids = sorted(latest)
    known = _lock(ids)
    begun = [_begun(latest[one][0], known.get(one), latest[one][2]) for one in ids]
    before = _runs([known.get(one) for one in ids])
    shown = _readings([latest[one] for one in ids], begun, before)
    judged = judge(shown, before)
    rows = {
        one: _row(latest[one], known.get(one), judged.runs.at(slice(number, number + 1)), begun[number])
        for number, one in enumerate(ids)
    }
    upsert(
        Account,
        dict(zip(_COLUMNS, zip(*rows.values(), strict=True), strict=False)),
        key=["id"],
        update=[name for name in _COLUMNS if name not in _KEPT],
    )
    note_changed(rows)
    _store(np.array(ids, np.int64), shown, judged, before)
    return {account_id: Account(**dict(zip(_COLUMNS, row, strict=True))) for account_id, row in rows.items()}


def advance_seq(account_id: int) -> None:
    """Advance the account's sequence, in the caller's transaction; holds its row until the commit, so sequences become
    visible in order."""
    Account.objects.filter(id=account_id).update(ingested_seq=F("ingested_seq") + 1)
    note_changed([account_id])


def _lock(account_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Advance the accounts' sequences, which holds their rows, and return what is known of them."""
    names = ", ".join(("ingested_seq", "posts_seen_at", "first_seen_at", *_KNOWN))
    with connections[router.db_for_write(Account)].cursor() as cursor:
        cursor.execute(
            f"UPDATE scraping_account SET ingested_seq = ingested_seq + 1 WHERE id = ANY(%s) RETURNING id, {names}",  # noqa: S608
            [list(account_ids)],
        )
        columns = [column.name for column in cursor.description or ()]
        return {row[0]: dict(zip(columns, row, strict=True)) for row in cursor.fetchall()}


def _readings(profiles: Sequence[ProfileReading], begun: Sequence[datetime | None], before: Runs) -> Readings:
    """What the profiles show; nothing where the account is private, or was looked at later already."""
    at = numbers(seconds(at) for _, _, at in profiles)
    counts = count_rows([_read_counts(data) for _, data, _ in profiles], len(ACCOUNT_COUNTS))
    counts[np.array([data.private for _, data, _ in profiles]) | (before.observed_at >= at)] = UNKNOWN
    return Readings(
        counts,
        np.array([attempt.provider for attempt, _, _ in profiles]),
        np.array([data.source_rounds for _, data, _ in profiles]),
        at,
        numbers(None if one is None else seconds(one) for one in begun),
    )


def _row(reading: ProfileReading, known: dict[str, Any] | None, run: Runs, begun_at: datetime | None) -> Row:
    """An account's row after a profile was read; `run` is its own."""
    _, data, at = reading
    state = Account.State.PRIVATE if data.private else Account.State.ACTIVE
    identity = (data.handle, data.sec_uid, data.nickname, data.bio, data.avatar_url, data.verified, state)
    (counts,) = run.counts.tolist()
    marks = (*run.precisions.tolist(), *run.sources.tolist(), *_known(run.observed_at), *_known(run.snapshot_at))
    times = (begun_at, at, at, known["ingested_seq"] if known else 1)
    return (data.account_id, *identity, *(None if count == UNKNOWN else count for count in counts), *marks, *times)


def _known(times: Ints) -> list[datetime | None]:
    return [None if at == UNKNOWN else datetime.fromtimestamp(at, UTC) for at in times.tolist()]


def _store(ids: Ints, readings: Readings, judged: Judged, before: Runs) -> None:
    """Store the snapshots that must be kept. Two sources in one second: the first stays."""
    ends, stored = judged.ends_run, judged.is_stored
    for which, at, counts, sources, precisions in (
        (ends, before.observed_at, before.counts, before.sources, before.precisions),
        (stored, readings.at, judged.effective, readings.sources, judged.runs.precisions),
    ):
        columns = (ids[which], at[which], *counts[which].T, sources[which], precisions[which])
        insert_missing(AccountSnapshot, dict(zip(_SNAPSHOT, columns, strict=True)))


def _begun(attempt: "Attempt", known: dict[str, Any] | None, at: datetime) -> datetime | None:
    """When somebody began to track the account last: whoever waits for a handle begins with whom it belongs to."""
    begun = known["begun_at"] if known else None
    if attempt.target.account_id is not None:
        return begun
    asked = min(attempt.target.requested_at.replace(microsecond=0), at)
    return max(asked, begun) if isinstance(begun, datetime) else asked


def _runs(known: Sequence[dict[str, Any] | None]) -> Runs:
    runs = Runs.none(len(known), len(ACCOUNT_COUNTS))
    for number, row in enumerate(known):
        if row is not None:
            runs.counts[number] = numbers(row[name] for name in ACCOUNT_COUNTS)
            runs.precisions[number], runs.sources[number] = row["counts_precision"], row["counts_source"]
            times = [row[name] and seconds(row[name]) for name in ("observed_at", "snapshot_at")]
            runs.observed_at[number], runs.snapshot_at[number] = numbers(times)
    return runs


# What is asked of the accounts whose posts were read; the rest of a row is fetched when somebody asks for it.
_FIELDS = ("id", "handle", "sec_uid", "state", "ingested_seq", "begun_at")
_NOTE = f"""
WITH noted AS ({{noting}})
UPDATE scraping_account AS account SET ingested_seq = account.ingested_seq + 1, handle = rows.handle,
    posts_seen_at = CASE WHEN rows.is_listing THEN rows.at ELSE account.posts_seen_at END,
    state = CASE WHEN rows.is_listing THEN 'active' ELSE account.state END
FROM (
    SELECT * FROM unnest(%s::bigint[], %s::varchar[], %s::timestamptz[], %s::bool[]) AS v(id, handle, at, is_listing)
) AS rows
WHERE account.id = rows.id RETURNING {", ".join(f"account.{column}" for column in _FIELDS)}
"""  # noqa: S608 - names of our own columns


def note_posts(reads: Sequence["PostsRead"]) -> dict[int, Account]:
    """Note whose posts were read: a listing shows that its account is public; both show its handle, and both advance
    its sequence. Holds the accounts' rows. Returns the accounts as they are now, by id."""
    rows: dict[int, Row] = {}
    # Several readings of one account: a listing says more than single posts, the latest more than the ones before.
    for read in sorted(reads, key=lambda read: (read.is_listing, read.at)):
        for account_id, handle in _owners(read).items():
            rows[account_id] = (account_id, handle, read.at, read.is_listing)
    if not rows:
        return {}
    _insert_strangers(rows.values())
    noting, names = noting_changed(rows)
    columns = [array_literal(column) for column in zip(*(rows[key] for key in sorted(rows)), strict=True)]
    alias = router.db_for_write(Account)
    with binary_cursor(Account) as cursor:
        cursor.execute(_NOTE.format(noting=noting), [*names, *columns])
        return {row[0]: Account.from_db(alias, _FIELDS, row) for row in cursor.fetchall()}


def _owners(read: "PostsRead") -> dict[int, str]:
    """The accounts that a reading is about, with the handle that their newest post carries: how a rename is noticed."""
    shown: dict[int, str] = {}
    newest: dict[int, int] = {}
    for post in read.posts:
        owner = post.account_id
        if owner and post.author_handle and post.post_id >= newest.get(owner, 0):
            newest[owner], shown[owner] = post.post_id, post.author_handle
    if read.account is None:
        return shown
    return {read.account.id: shown.get(read.account.id, read.account.handle)}


def _insert_strangers(rows: Iterable[Row]) -> None:
    """Make rows for authors whose profile nobody has read."""
    unread = [
        Account(id=account_id, handle=handle, first_seen_at=at)
        for account_id, handle, at, is_listing in rows
        if not is_listing
    ]
    Account.objects.bulk_create(unread, ignore_conflicts=True)
