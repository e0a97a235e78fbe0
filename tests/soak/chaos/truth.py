"""What the run has stored, held against what the simulator knows. Every function returns the differences in words."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from scraping.counts import effective_count, tiktok_round
from scraping.models import Account, AccountSnapshot, Post, PostSnapshot, ScrapeTarget
from scraping.simulator.process import SimulatorControl
from scraping.simulator.world import World
from tests.soak.chaos.servers import SEED

COUNTS = {
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
    "save_count": "saves",
}


def wrong_post_snapshots() -> Iterator[str]:
    """Post snapshots that are not what TikTok's rounding makes of the true counts at their own second."""
    world = World(SEED)
    previous: dict[str, int | None] = {}
    post_id = 0
    for snapshot in PostSnapshot.objects.order_by("post_id", "captured_at"):
        if snapshot.post_id != post_id:
            post_id, previous = snapshot.post_id, dict.fromkeys(COUNTS)
        post = world.find_post(post_id)
        if post is None:
            yield f"post {post_id} does not exist"
            continue
        truth = post.curve.counters(int(snapshot.captured_at.timestamp()))
        for column, name in COUNTS.items():
            stored = getattr(snapshot, column)
            expected = effective_count(previous[column], tiktok_round(getattr(truth, name)), source_rounds=True)
            if stored != expected:
                yield f"post {post_id} at {snapshot.captured_at}: {column} {stored}, expected {expected}"
            previous[column] = stored


def wrong_account_snapshots(simulator: SimulatorControl, handles: dict[int, str]) -> Iterator[str]:
    """Account snapshots that are not the exact truth of their own second."""
    for snapshot in AccountSnapshot.objects.order_by("account_id", "captured_at"):
        truth = simulator.account(handles[snapshot.account_id], at=snapshot.captured_at)
        for column in ("follower_count", "following_count", "total_likes", "video_count"):
            if getattr(snapshot, column) != truth[column]:
                yield (
                    f"account {snapshot.account_id} at {snapshot.captured_at}: "
                    f"{column} {getattr(snapshot, column)}, expected {truth[column]}"
                )


def missing_posts(simulator: SimulatorControl, handles: dict[int, str], since: datetime) -> Iterator[str]:
    """Posts that TikTok showed when the account's list was read last, and nobody has found."""
    for account_id, handle in handles.items():
        read_at = Account.objects.values_list("posts_seen_at", flat=True).get(id=account_id)
        shown = {int(post["id"]) for post in simulator.posts(handle, after=since, until=read_at)}
        found = set(Post.objects.filter(account_id=account_id).values_list("id", flat=True))
        yield from (f"post {post_id} of @{handle} was never found" for post_id in sorted(shown - found))


def lost_targets(account_ids: list[int], now: datetime) -> Iterator[str]:
    """Accounts that are no longer read as often as they should."""
    for account_id in account_ids:
        targets = {target.kind: target for target in ScrapeTarget.objects.filter(account_id=account_id)}
        for kind in ("creator_profiles", "discover_videos"):
            target = targets.get(kind)
            if target is None:
                yield f"account {account_id} has no target {kind}"
            elif now - (target.last_ok_at or target.requested_at) > timedelta(seconds=2 * target.interval_seconds):
                yield f"account {account_id}: {kind} was last read at {target.last_ok_at}"


def stale_series(account_ids: list[int], now: datetime) -> Iterator[str]:
    """Hours in which an account's listing was not read although every fault is over by then: gaps above a day."""
    for account_id in account_ids:
        times = list(
            AccountSnapshot.objects.filter(account_id=account_id)
            .order_by("captured_at")
            .values_list("captured_at", flat=True)
        )
        for before, after in zip(times, [*times[1:], now], strict=True):
            if after - before > timedelta(hours=24):
                yield f"account {account_id}: no reading between {before} and {after}"
