"""How fast a listing's posts are written: the product's set-based ingest against one save a row."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction

from scraping.models import Account, Post, PostSnapshot, ScrapeTarget
from scraping.providers.interface import PostData, PostKind
from scraping.services.ingest import POST_COUNTS, Attempt, ingest_posts
from scraping.services.targets import claim_due, schedule_account

START = datetime(2026, 11, 1, tzinfo=UTC)
POSTS, ROUNDS = 60, 40


def main() -> None:
    """Print posts a second for both ways and their ratio."""
    account = Account.objects.create(id=7_000_000_000_000_000_001, handle="bench", first_seen_at=START, seen_at=START)
    naive = _rate(lambda moment: _save_each(account, _posts(account, moment), moment))
    product = _rate(lambda moment: _ingest(account, _posts(account, moment), moment + timedelta(days=1)))
    print(f"ingest: {product:,.0f} posts/s set-based, {naive:,.0f} posts/s one save a row, {product / naive:.1f} x")


def _rate(write: Callable[[datetime], None]) -> float:
    started = time.perf_counter()
    for number in range(ROUNDS):
        write(START + timedelta(minutes=number))
    return POSTS * ROUNDS / (time.perf_counter() - started)


def _posts(account: Account, moment: datetime) -> list[PostData]:
    views = int(moment.timestamp()) % 1_000_000
    return [
        PostData(
            post_id=7_100_000_000_000_000_000 + number,
            account_id=account.id,
            author_handle=account.handle,
            posted_at=START - timedelta(hours=number),
            caption=f"post {number} #bench",
            kind=PostKind.VIDEO,
            duration_seconds=30,
            cover_url="https://cdn.example.invalid/cover.jpeg",
            hashtags=("bench",),
            music_title="original sound",
            pinned=False,
            view_count=views + number,
            like_count=views // 10,
            comment_count=views // 100,
            share_count=views // 200,
            save_count=views // 50,
            source_rounds=True,
        )
        for number in range(POSTS)
    ]


def _ingest(account: Account, posts: Sequence[PostData], moment: datetime) -> None:
    intervals = {ScrapeTarget.Kind.DISCOVER_VIDEOS: timedelta(seconds=1)}
    schedule_account(account.id, intervals, posts_since=START, now=moment)
    ScrapeTarget.objects.update(due_at=moment)
    (claim,) = claim_due(moment)
    attempt = Attempt(ScrapeTarget.objects.get(), claim, "simulator", moment)
    ingest_posts(attempt, account, posts, read_back_to=None, now=moment)


def _save_each(account: Account, posts: Sequence[PostData], moment: datetime) -> None:
    with transaction.atomic():
        for post in posts:
            counts = {name: getattr(post, name) for name in POST_COUNTS}
            values = {"posted_at": post.posted_at, "caption": post.caption, "kind": post.kind, "seen_at": moment}
            Post.objects.update_or_create(
                id=post.post_id,
                defaults={"account_id": account.id, **values, **counts},
                create_defaults={"account_id": account.id, "first_seen_at": moment, **values, **counts},
            )
            PostSnapshot.objects.create(
                post_id=post.post_id, captured_at=moment, source="naive", precision="exact", **counts
            )
