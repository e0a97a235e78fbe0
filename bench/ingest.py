"""How fast parsed listing pages are written: against plain COPY of the same snapshot rows into the same table, and
against one save a row. `python -m bench ingest [pages=1000]`"""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from django.db import connections, transaction

from bench._superuser import gather_statistics
from scraping.models import Account, EndedWeeks, Post, PostDays, PostSnapshot, PostSpan, ScrapeTarget
from scraping.packed_weeks import DAYS as WEEK
from scraping.providers.interface import PostData, PostKind
from scraping.services.attempts import Attempt
from scraping.services.ingest import PostsRead, ingest
from scraping.services.observations import POST_COUNTS
from scraping.services.packed_days import keep_zone
from scraping.services.packing import pack
from scraping.services.spans import crossed, move, moved_on, read_spans
from scraping.services.targets import Kind, Wish, claim_due, history_alias, schedule_account
from scraping.services.weeks import read_weeks

# An hour and a half before the midnight of the zone in which days are kept: the first readings come before it.
START, ZONE = datetime(2026, 11, 1, 21, 30, tzinfo=UTC), "Europe/Berlin"
POSTS_PER_PAGE = 15
FIRST_ACCOUNT, FIRST_POST = 7_000_000_000_000_000_000, 7_100_000_000_000_000_000
Pages = list[tuple[Account, tuple[PostData, ...]]]
SNAPSHOT = ("post_id", "captured_at", *POST_COUNTS, "source", "precision")


def main(pages: int = 1000, naive_pages: int = 20, rounds: int = 3) -> None:
    """Print pages a second of every way, in one run; the best of `rounds`, which is what an idle machine does."""
    accounts = _make_accounts(pages)
    copy, new, known, unchanged, single, spans, daily, plain = (float("inf"),) * 8
    for number in range(rounds):
        for model in (Post, PostSnapshot, PostSpan, PostDays, EndedWeeks):
            model.objects.all().delete()
        at = START + timedelta(days=number * (2 * WEEK + 1))
        first, second, third = (_pages(accounts, views=views) for views in (100, 177, 181))
        copy = min(copy, _copy(second, at))
        new = min(new, _ingest(first, at))
        gather_statistics()
        plain = min(plain, _daily(accounts, at))
        at += timedelta(days=WEEK)
        keep_zone([post.post_id for _, posts in first for post in posts], ZONE)
        known = min(known, _ingest(second, at + timedelta(minutes=20)))
        known = min(known, _ingest(third, at + timedelta(minutes=40)))
        spans = min(spans, _move_spans(third, at + timedelta(minutes=45)))
        unchanged = min(unchanged, _ingest(third, at + timedelta(minutes=50)))
        single = min(single, _one_by_one(_pages(accounts, views=190)[: max(pages // 5, 1)], at + timedelta(minutes=60)))
        daily = min(daily, _daily(accounts, at + timedelta(minutes=80)))
    naive = _save_each(_pages(accounts, views=200)[:naive_pages], START + timedelta(days=20))
    print(f"ingest of {pages:,} pages of {POSTS_PER_PAGE} posts, together ({rounds} rounds, the best of each):")
    print(f"  plain COPY of their snapshots   {_rate(pages, copy)}  {pages * POSTS_PER_PAGE / copy:9,.0f} rows/s")
    for name, took in (("posts nobody had seen", new), ("known posts, new numbers", known)):
        print(f"  {name:31} {_rate(pages, took)}  {copy / took:8.1%} of COPY")
    print(f"  known posts, the same numbers   {_rate(pages, unchanged)}  {copy / unchanged:8.1%} of COPY")
    print("what series over days are read from: how long ingest and packing take together against ingest without it:")
    print(f"  spans, moved on by ingest       {_rate(pages, spans)}")
    print(f"  daily readings, no days kept    {_rate(pages, plain)}")
    print(f"  daily readings, and packing     {_rate(pages, daily)}")
    # Readings some hours apart write the words of posts again, with or without days.
    for name, share, near in (
        ("the same day", 0.0, known),
        ("24 a day", 1 / 24, known),
        ("4 a day", 1 / 4, plain),
        ("once a day", 1.0, plain),
    ):
        print(f"  readings {name:16} {(near + (daily - plain) * share) / (near - spans):8.2f} x")
    print(f"one page at a time                {max(pages // 5, 1) / single:8,.0f} pages/s")
    print(f"the naive way, one save a row     {naive:8,.0f} pages/s")


def _rate(pages: int, seconds: float) -> str:
    return f"{pages / seconds:8,.0f} pages/s"


def _make_accounts(number: int) -> list[Account]:
    accounts = [
        Account(id=FIRST_ACCOUNT + n, handle=f"bench.{n}", first_seen_at=START, seen_at=START) for n in range(number)
    ]
    Account.objects.bulk_create(accounts)
    for account in accounts:
        schedule_account(account.id, Wish({Kind.DISCOVER_VIDEOS: timedelta(hours=1)}, START), now=START)
    return accounts


def _pages(accounts: Sequence[Account], *, views: int) -> Pages:
    post = PostData(
        post_id=0,
        account_id=0,
        author_handle="",
        posted_at=START,
        caption="A day at the market, with everything that was in season #bench #food 🍅",
        kind=PostKind.VIDEO,
        duration_seconds=30,
        cover_url="https://cdn.example.invalid/cover/7100000000000000001.jpeg?x-expires=1790000000",
        hashtags=("bench", "food"),
        music_title="original sound",
        pinned=False,
        view_count=0,
        like_count=0,
        comment_count=3,
        share_count=2,
        save_count=1,
        source_rounds=True,
    )
    return [
        (
            account,
            tuple(
                replace(
                    post,
                    post_id=FIRST_POST + page * POSTS_PER_PAGE + number,
                    account_id=account.id,
                    author_handle=account.handle,
                    posted_at=START - timedelta(hours=number),
                    view_count=views * 100 * number + page,
                    like_count=views + number,
                )
                for number in range(POSTS_PER_PAGE)
            ),
        )
        for page, account in enumerate(accounts)
    ]


def _reads(pages: Pages, at: datetime) -> list[PostsRead]:
    """The pages as a worker holds them: read under a lease, not written yet."""
    ScrapeTarget.objects.update(due_at=at, lease_id=None, lease_until=None)
    claims = {claim.target_id: claim for claim in claim_due(at, limit=len(pages) * 10)}
    by_account = {target.account_id: target for target in ScrapeTarget.objects.all()}
    reads = []
    for account, posts in pages:
        target = by_account[account.id]
        reads.append(PostsRead(Attempt(target, claims[target.id], "simulator", at), account, posts, at))
    return reads


def _ingest(pages: Pages, at: datetime) -> float:
    reads = _reads(pages, at)
    started = time.perf_counter()
    assert len(ingest(reads)) == len(pages)
    return time.perf_counter() - started


def _daily(accounts: Sequence[Account], at: datetime) -> float:
    """Seconds that a reading takes that comes once a day, with all that is packed then; of a week of such readings."""
    seconds = 0.0
    for day in range(1, WEEK + 1):
        seconds += _ingest(_pages(accounts, views=200 + day), at + timedelta(days=day))
        started = time.perf_counter()
        while pack():
            pass
        seconds += time.perf_counter() - started
    return seconds / WEEK


def _move_spans(pages: Pages, at: datetime) -> float:
    """Seconds of an ingest that go into spans; it is taken back."""
    rows = [(post.post_id, *(getattr(post, name) for name in POST_COUNTS)) for _, posts in pages for post in posts]
    ids, *counts = np.array(rows, np.int64).T
    with transaction.atomic(using=history_alias()):
        started = time.perf_counter()
        before = read_spans(ids)
        times = np.full(len(ids), int(at.timestamp()))
        after = moved_on(before, np.arange(len(ids)), times, np.stack(counts, axis=1))
        has_crossed = crossed(before, after, times)
        weeks = read_weeks(before, has_crossed)
        assert not move(before, after, before.is_there, has_crossed=has_crossed, weeks=(weeks, weeks)).any()
        seconds = time.perf_counter() - started
        transaction.set_rollback(True, using=history_alias())
    return seconds


def _one_by_one(pages: Pages, at: datetime) -> float:
    """Seconds that writing each page by itself takes."""
    reads = _reads(pages, at)
    started = time.perf_counter()
    for read in reads:
        ingest([read])
    return time.perf_counter() - started


def _copy(pages: Pages, at: datetime) -> float:
    """Seconds that PostgreSQL's own bulk load takes for the pages' snapshots; they are taken out again."""
    rows = [
        (post.post_id, at, *(getattr(post, name) for name in POST_COUNTS), "simulator", "exact")
        for _, posts in pages
        for post in posts
    ]
    connection = connections[history_alias()]
    with connection.cursor() as cursor:
        started = time.perf_counter()
        with cursor.cursor.copy(f"COPY scraping_postsnapshot ({', '.join(SNAPSHOT)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        seconds = time.perf_counter() - started
        cursor.execute("DELETE FROM scraping_postsnapshot")
    return seconds


def _save_each(pages: Pages, at: datetime) -> float:
    """Pages a second with one query a row."""
    started = time.perf_counter()
    for account, posts in pages:
        with transaction.atomic(using=history_alias()):
            for post in posts:
                counts = {name: getattr(post, name) for name in POST_COUNTS}
                values = {"posted_at": post.posted_at, "caption": post.caption, "kind": post.kind, "seen_at": at}
                Post.objects.update_or_create(
                    id=post.post_id,
                    defaults={"account_id": account.id, **values, **counts},
                    create_defaults={"account_id": account.id, "first_seen_at": at, **values, **counts},
                )
                PostSnapshot.objects.create(
                    post_id=post.post_id, captured_at=at, source="naive", precision="exact", **counts
                )
    return len(pages) / (time.perf_counter() - started)
