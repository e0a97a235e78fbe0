"""How fast parsed listing pages are written: against plain COPY of the same snapshot rows into the same table, and
against one save a row. `python -m bench ingest [pages=1000]`"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import inf

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
from scraping.tasks import BATCH

# An hour and a half before the midnight of the zone in which days are kept: the first readings come before it.
START, ZONE = datetime(2026, 11, 1, 21, 30, tzinfo=UTC), "Europe/Berlin"
POSTS_PER_PAGE = 15
FIRST_ACCOUNT, FIRST_POST = 7_000_000_000_000_000_000, 7_100_000_000_000_000_000
Pages = list[tuple[Account, tuple[PostData, ...]]]
SNAPSHOT = ("post_id", "captured_at", *POST_COUNTS, "source", "precision")


@dataclass
class _Days:
    """Seconds of what series over days are read from, the best of some rounds, where so many pages are handed over
    together: a reading of the same day; one that comes once a day with no days kept, and with days and all that is
    packed then; and what of an ingest goes into spans."""

    together: int
    known: float = inf
    plain: float = inf
    daily: float = inf
    spans: float = inf

    def report(self) -> None:
        """Print how long ingest and packing take together against an ingest that keeps neither spans nor days."""
        print(f"  {self.together:5} pages together:", end="")
        # Readings some hours apart write the words of posts again, with or without days.
        for name, share, near in (
            ("the same day", 0.0, self.known),
            ("24 a day", 1 / 24, self.known),
            ("4 a day", 1 / 4, self.plain),
            ("once a day", 1.0, self.plain),
        ):
            print(f"  {name} {(near + (self.daily - self.plain) * share) / (near - self.spans):.2f} x", end="")
        print()


def main(pages: int = 1000, naive_pages: int = 20, rounds: int = 3) -> None:
    """Print pages a second of every way, in one run; the best of `rounds`, which is what an idle machine does."""
    accounts = _make_accounts(pages)
    copy, new, unchanged, single = (inf,) * 4
    all_days = [_Days(BATCH), _Days(pages)]
    for number in range(rounds):
        for model in (Post, PostSnapshot, PostSpan, PostDays, EndedWeeks):
            model.objects.all().delete()
        at = START + timedelta(days=number * (4 * WEEK + 1))
        first, known = _pages(accounts, views=100), _pages(accounts, views=181)
        copy = min(copy, _copy(known, at))
        new = min(new, _ingest(first, at))
        gather_statistics()
        for days in all_days:
            days.plain = min(days.plain, _daily(accounts, at, days.together))
            at += timedelta(days=WEEK)
        keep_zone([post.post_id for _, posts in first for post in posts], ZONE)
        for days in all_days:
            for views in (177, 181):
                at += timedelta(minutes=10)
                days.known = min(days.known, _ingest(_pages(accounts, views=views), at, days.together))
            days.spans = min(days.spans, _move_spans(known, at + timedelta(minutes=5), days.together))
        unchanged = min(unchanged, _ingest(known, at + timedelta(minutes=10)))
        single = min(single, _ingest(_pages(accounts, views=190)[: max(pages // 5, 1)], at + timedelta(minutes=20), 1))
        for days in all_days:
            days.daily = min(days.daily, _daily(accounts, at + timedelta(minutes=40), days.together))
            at += timedelta(days=WEEK)
    naive = _save_each(_pages(accounts, views=200)[:naive_pages], START + timedelta(days=20))
    print(f"ingest of {pages:,} pages of {POSTS_PER_PAGE} posts, together ({rounds} rounds, the best of each):")
    print(f"  plain COPY of their snapshots   {_rate(pages, copy)}  {pages * POSTS_PER_PAGE / copy:9,.0f} rows/s")
    ways = {
        "posts nobody had seen": new,
        "known posts, new numbers": all_days[1].known,
        "known posts, the same numbers": unchanged,
    }
    for name, took in ways.items():
        print(f"  {name:31} {_rate(pages, took)}  {copy / took:8.1%} of COPY")
    print(f"one page at a time                {max(pages // 5, 1) / single:8,.0f} pages/s")
    print(f"the naive way, one save a row     {naive:8,.0f} pages/s")
    print("ingest with what series over days are read from, and packing, against ingest without, by readings of a post")
    for days in all_days:
        days.report()


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


def _ingest(pages: Pages, at: datetime, together: int | None = None) -> float:
    """Seconds that writing pages takes, so many handed over together: all, if it is not said."""
    reads = _reads(pages, at)
    size = together or len(reads)
    started = time.perf_counter()
    written = sum(len(ingest(reads[start : start + size])) for start in range(0, len(reads), size))
    seconds = time.perf_counter() - started
    assert written == len(pages)
    return seconds


def _daily(accounts: Sequence[Account], at: datetime, together: int) -> float:
    """Seconds that a reading takes that comes once a day, with all that is packed then; of a week of such readings."""
    seconds = 0.0
    for day in range(1, WEEK + 1):
        seconds += _ingest(_pages(accounts, views=200 + day), at + timedelta(days=day), together)
        started = time.perf_counter()
        while pack():
            pass
        seconds += time.perf_counter() - started
    return seconds / WEEK


def _move_spans(pages: Pages, at: datetime, together: int) -> float:
    """Seconds of an ingest that go into spans; it is taken back."""
    seconds = 0.0
    with transaction.atomic(using=history_alias()):
        for start in range(0, len(pages), together):
            some = [post for _, posts in pages[start : start + together] for post in posts]
            rows = [(post.post_id, *(getattr(post, name) for name in POST_COUNTS)) for post in some]
            ids, *counts = np.array(rows, np.int64).T
            started = time.perf_counter()
            before = read_spans(ids)
            times = np.full(len(ids), int(at.timestamp()))
            after = moved_on(before, np.arange(len(ids)), times, np.stack(counts, axis=1))
            has_crossed = crossed(before, after, times)
            assert not move(before, after, before.is_there, has_crossed=has_crossed, weeks=before.weeks).any()
            seconds += time.perf_counter() - started
        transaction.set_rollback(True, using=history_alias())
    return seconds


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
