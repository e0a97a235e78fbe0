"""Keeping what was read: a row for every reading that showed something new."""

from collections.abc import Collection
from datetime import datetime

from connections.models import ConnectedAccountSnapshot, ConnectedPostSnapshot
from orgs.scope import current_org_id
from scraping.providers.interface import AccountData, PostData


def keep_readings(profile: AccountData, posts: Collection[PostData], *, at: datetime) -> None:
    """Keep one reading of an account and of posts of it, in the open scope. `at` is a whole second; what was kept of
    that second before stays, so doing it again changes nothing."""
    org_id = current_org_id()
    account = ConnectedAccountSnapshot(
        org_id=org_id,
        captured_at=at,
        account_id=profile.account_id,
        follower_count=profile.follower_count,
        following_count=profile.following_count,
        total_likes=profile.total_likes,
        video_count=profile.video_count,
    )
    before = ConnectedAccountSnapshot.objects.of_account(profile.account_id).order_by("-captured_at").first()
    if before is None or (before.counts != account.counts and before.captured_at < at):
        ConnectedAccountSnapshot.objects.bulk_create([account], ignore_conflicts=True)
    known = ConnectedPostSnapshot.objects.latest_of([post.post_id for post in posts])
    read = [
        ConnectedPostSnapshot(
            org_id=org_id,
            captured_at=at,
            post_id=post.post_id,
            view_count=post.view_count,
            like_count=post.like_count,
            comment_count=post.comment_count,
            share_count=post.share_count,
        )
        for post in posts
    ]
    new = [row for row in read if _is_new(row, known.get(row.post_id))]
    ConnectedPostSnapshot.objects.bulk_create(new, ignore_conflicts=True)


def _is_new(row: ConnectedPostSnapshot, before: ConnectedPostSnapshot | None) -> bool:
    return before is None or (before.counts != row.counts and before.captured_at < row.captured_at)
