"""What copying accounts that were read into organizations' rows takes: a batch together, and account by account.

`python -m bench mirror`; BENCH_MIRRORED accounts (default 200) of 15 posts each, tracked by two organizations. Every
post has new numbers each time, half of the accounts a profile that was read anew.
"""

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from creators.adding import creators_add
from orgs.models import User
from orgs.scope import organization_scope
from orgs.services import organization_create
from projects.services import project_create
from scraping.models import Account, Post
from scraping.tasks import BATCH
from videos.services.mirror import mirror_everywhere

ACCOUNTS = int(os.environ.get("BENCH_MIRRORED", "200"))
POSTS, ORGANIZATIONS, ROUNDS = 15, 2, 5
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST_ACCOUNT, FIRST_POST = 7_000_000_000_000_000_000, 7_100_000_000_000_000_000


def main() -> None:
    """Print milliseconds and statements an account, of the best of some rounds."""
    handles = {FIRST_ACCOUNT + number: f"bench.{number}" for number in range(ACCOUNTS)}
    _track(list(handles.values()))
    _read(handles)
    began = time.perf_counter()
    _mirror(handles, BATCH)
    first = time.perf_counter() - began
    print(f"{ACCOUNTS} accounts of {POSTS} posts in {ORGANIZATIONS} organizations, the best of {ROUNDS} rounds:")
    print(f"  copied for the first time, {BATCH} together {1000 * first / ACCOUNTS:8.2f} ms an account")
    for together in (BATCH, 1):
        took, statements = float("inf"), 0
        for number in range(ROUNDS):
            _read_again(number)
            began = time.perf_counter()
            _mirror(handles, together)
            took = min(took, time.perf_counter() - began)
        _read_again(ROUNDS)
        with CaptureQueriesContext(connection) as asked:
            _mirror(dict(list(handles.items())[:BATCH]), together)
        statements = len(asked) / BATCH
        print(
            f"  new numbers, {together:3} together              {1000 * took / ACCOUNTS:8.2f} ms an account,"
            f" {statements:5.1f} statements"
        )
        _mirror(handles, BATCH)


def _track(handles: Sequence[str]) -> None:
    for number in range(ORGANIZATIONS):
        owner = User.objects.create_user(f"mirror.{number}@bench.example")
        org = organization_create(owner=owner, name=f"Bench {number}")
        with organization_scope(org.id):
            creators_add(project=project_create(name="Bench"), entries=handles, now=NOW)


def _read(handles: dict[int, str]) -> None:
    """Accounts and posts as ingest leaves them."""
    seen = {"first_seen_at": NOW, "seen_at": NOW, "posts_seen_at": NOW, "ingested_seq": 1, "follower_count": 900}
    Account.objects.bulk_create(Account(id=one, handle=handle, **seen) for one, handle in handles.items())
    Post.objects.bulk_create(
        Post(
            id=FIRST_POST + number * POSTS + n,
            account_id=account_id,
            author_handle=handle,
            posted_at=NOW + timedelta(hours=n),
            caption="A day at the market, with everything that was in season #bench #food",
            kind="video",
            cover_url=f"https://cdn.example.invalid/cover/{number}-{n}.jpeg?x-expires=1790000000",
            hashtags=["bench", "food"],
            view_count=n,
            seen_at=NOW,
            first_seen_at=NOW,
            seq=1,
        )
        for number, (account_id, handle) in enumerate(handles.items())
        for n in range(POSTS)
    )


def _read_again(number: int) -> None:
    at = NOW + timedelta(minutes=number + 1)
    Post.objects.update(seq=F("seq") + 1, view_count=F("view_count") + 100, seen_at=at)
    Account.objects.update(ingested_seq=F("ingested_seq") + 1, posts_seen_at=at)
    Account.objects.filter(id__lt=FIRST_ACCOUNT + ACCOUNTS // 2).update(seen_at=at, follower_count=F("follower_count"))


def _mirror(handles: dict[int, str], together: int) -> None:
    rows = list(handles.items())
    for start in range(0, len(rows), together):
        mirror_everywhere(dict(rows[start : start + together]), NOW)
