"""Writing what was read: one transaction per attempt, set-based, fenced by the lease.

The first statement confirms the lease. An ingest advances the account's `ingested_seq`, which tenants' mirrors follow.
A failed attempt never writes a number and never removes anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, transaction
from django.db.models import F

from scraping.counts import effective_count, is_rounded
from scraping.models import Account, AccountSnapshot, Post, PostSnapshot, ScrapeRun, ScrapeTarget
from scraping.outcomes import Outcome, ScrapeFailure
from scraping.providers.interface import AccountData, PostData
from scraping.services.bulk import insert_missing, upsert
from scraping.services.targets import Claim, confirm_lease, finish_failed, finish_read, history_alias

ACCOUNT_COUNTS = ("follower_count", "following_count", "total_likes", "video_count")
POST_COUNTS = ("view_count", "like_count", "comment_count", "share_count", "save_count")
IDENTITY = ("handle", "sec_uid", "nickname", "bio", "avatar_url", "verified", "state", "seen_at")
Counts = dict[str, int | None]
# What a post keeps from the first time it was seen.
KEPT = ("id", "first_seen_at")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One reading of one target by one provider."""

    target: ScrapeTarget
    claim: Claim
    provider: str
    started_at: datetime

    def record(self, outcome: Outcome, now: datetime, *, detail: str = "", seen: int = 0, new: int = 0) -> None:
        """Leave the record that every attempt leaves."""
        ScrapeRun.objects.create(
            target_id=self.target.id,
            kind=self.target.kind,
            account_id=self.target.account_id,
            handle=self.target.handle,
            provider=self.provider,
            outcome=outcome,
            detail=detail[:500],
            started_at=self.started_at,
            duration_ms=max(int((now - self.started_at).total_seconds() * 1000), 0),
            posts_seen=seen,
            posts_new=new,
        )


def ingest_profile(attempt: Attempt, data: AccountData, *, now: datetime) -> Account:
    """Write a profile: the account's row, a snapshot unless it is private, the run, the next due time.
    Returns the account. Raises LeaseLost, and then nothing is written.
    """
    captured_at = now.replace(microsecond=0)
    with transaction.atomic(using=history_alias()):
        confirm_lease(attempt.claim)
        known = Account.objects.filter(id=data.account_id).values(*ACCOUNT_COUNTS).first()
        counts = {} if data.private else _effective(known, data, ACCOUNT_COUNTS)
        account = _upsert_account(data, counts, captured_at)
        if not data.private:
            _snapshot_account(attempt, data, counts, captured_at)
        advance_seq(data.account_id)
        outcome = Outcome.PRIVATE_ACCOUNT if data.private else Outcome.OK
        attempt.record(outcome, now)
        if data.private and attempt.target.account_id is not None:
            finish_failed(attempt.target, ScrapeFailure(outcome), now=now)
        else:
            finish_read(attempt.target, started_at=attempt.started_at, now=now)
    return account


def _upsert_account(data: AccountData, counts: Counts, captured_at: datetime) -> Account:
    state = Account.State.PRIVATE if data.private else Account.State.ACTIVE
    row = Account(
        id=data.account_id,
        handle=data.handle,
        sec_uid=data.sec_uid,
        nickname=data.nickname,
        bio=data.bio,
        avatar_url=data.avatar_url,
        verified=data.verified,
        state=state,
        first_seen_at=captured_at,
        seen_at=captured_at,
        **counts,
    )
    Account.objects.bulk_create([row], update_conflicts=True, unique_fields=["id"], update_fields=[*IDENTITY, *counts])
    return row


def _snapshot_account(attempt: Attempt, data: AccountData, counts: Counts, captured_at: datetime) -> None:
    snapshot = AccountSnapshot(
        account_id=data.account_id,
        captured_at=captured_at,
        source=attempt.provider,
        precision=_precision(data, ACCOUNT_COUNTS),
        **{name: counts[name] if getattr(data, name) is not None else None for name in counts},
    )
    # Two sources in one second: the first stays.
    AccountSnapshot.objects.bulk_create([snapshot], ignore_conflicts=True)


def ingest_posts(
    attempt: Attempt, account: Account, posts: Sequence[PostData], *, read_back_to: datetime | None, now: datetime
) -> Account:
    """Write what a listing showed of an account: posts, snapshots, the run, the next due time. Returns the account as
    it is now. Posts that the listing lacks are left alone. Raises LeaseLost, and then nothing is written.

    `read_back_to`: the listing was read as far back as this without a gap.
    """
    captured_at = now.replace(microsecond=0)
    posts = sorted(posts, key=lambda post: post.post_id)
    with transaction.atomic(using=history_alias()):
        confirm_lease(attempt.claim)
        account = _note_listing(account, posts, captured_at)
        known = _last_counts([post.post_id for post in posts])
        _upsert_posts(attempt, account, posts, known, captured_at)
        attempt.record(Outcome.OK, now, seen=len(posts), new=len(posts) - len(known))
        _note_read_back(attempt.target, read_back_to)
        finish_read(attempt.target, started_at=attempt.started_at, now=now)
    return account


def _upsert_posts(
    attempt: Attempt,
    account: Account,
    posts: Sequence[PostData],
    known: Mapping[int, Counts],
    captured_at: datetime,
) -> None:
    rows, snapshots = [], []
    for post in posts:
        counts = _effective(known.get(post.post_id), post, POST_COUNTS)
        precision = _precision(post, POST_COUNTS)
        rows.append(_post_row(account, post, captured_at) | counts | {"counts_precision": precision})
        observed = {name: counts[name] if getattr(post, name) is not None else None for name in POST_COUNTS}
        if any(value is not None for value in observed.values()):
            origin = {"source": attempt.provider, "precision": precision}
            snapshots.append({"post_id": post.post_id, "captured_at": captured_at} | observed | origin)
    upsert(Post, rows, key=["id"], update=[name for name in (rows[0] if rows else ()) if name not in KEPT])
    # Two sources in one second: the first stays.
    insert_missing(PostSnapshot, snapshots)


def _post_row(account: Account, post: PostData, captured_at: datetime) -> dict[str, Any]:
    return {
        "id": post.post_id,
        "account_id": post.account_id or account.id,
        "author_handle": post.author_handle or account.handle,
        "posted_at": post.posted_at,
        "caption": post.caption,
        "kind": post.kind,
        "duration_seconds": post.duration_seconds,
        "cover_url": post.cover_url,
        "hashtags": post.hashtags,
        "music_title": post.music_title,
        "availability": Post.Availability.AVAILABLE,
        "unavailable_reason": "",
        "first_seen_at": captured_at,
        "seen_at": captured_at,
        "seq": account.ingested_seq,
    }


def _effective(known: Counts | None, data: AccountData | PostData, names: Sequence[str]) -> Counts:
    """The current numbers after this observation: effective counts, and the last known ones where none was made."""
    counts: Counts = {}
    for name in names:
        before = known[name] if known is not None else None
        observed = effective_count(before, getattr(data, name), data.source_rounds)
        counts[name] = before if observed is None else observed
    return counts


def _precision(data: AccountData | PostData, names: Sequence[str]) -> str:
    """`rounded` if any observed count is, `exact` if none is."""
    values = [getattr(data, name) for name in names]
    rounded = any(value is not None and is_rounded(value, data.source_rounds) for value in values)
    return "rounded" if rounded else "exact"


def _last_counts(post_ids: Sequence[int]) -> dict[int, Counts]:
    rows = Post.objects.filter(id__in=post_ids).values("id", *POST_COUNTS)
    return {row.pop("id"): row for row in rows}


def _note_listing(account: Account, posts: Sequence[PostData], captured_at: datetime) -> Account:
    """The account after its posts were read: seen, public, with the handle that they carry and a new sequence."""
    account.handle = _handle_shown(account, posts)
    account.posts_seen_at = captured_at
    account.state = Account.State.ACTIVE
    with connections[history_alias()].cursor() as cursor:
        cursor.execute(
            "UPDATE scraping_account SET handle = %s, posts_seen_at = %s, state = %s, ingested_seq = ingested_seq + 1"
            " WHERE id = %s RETURNING ingested_seq",
            [account.handle, captured_at, account.state, account.id],
        )
        (account.ingested_seq,) = cursor.fetchone()
    return account


def advance_seq(account_id: int) -> None:
    """Advance the account's sequence; holds its row until the commit, so sequences become visible in order."""
    Account.objects.filter(id=account_id).update(ingested_seq=F("ingested_seq") + 1)


def _handle_shown(account: Account, posts: Sequence[PostData]) -> str:
    """The handle that the account's newest own post carries: how a rename is noticed."""
    shown = [post.author_handle for post in posts if post.account_id == account.id and post.author_handle]
    return shown[-1] if shown else account.handle


def _note_read_back(target: ScrapeTarget, read_back_to: datetime | None) -> None:
    if read_back_to is not None and (target.read_back_to is None or read_back_to < target.read_back_to):
        ScrapeTarget.objects.filter(id=target.id).update(read_back_to=read_back_to)
