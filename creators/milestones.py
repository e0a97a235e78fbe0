"""Follower milestones: each is noted once, when the organization's own readings first reach it."""

from collections.abc import Iterator
from itertools import count, takewhile

from creators.changes import Kind, record
from creators.models import Creator
from scraping.models import Account, AccountSnapshot

MILLION = 1_000_000
BELOW_A_MILLION = (100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000)


def milestones_between(low: int, high: int) -> list[int]:
    """The milestones above `low`, up to and including `high`, ascending."""
    return [mark for mark in takewhile(lambda mark: mark <= high, _milestones()) if mark > low]


def _milestones() -> Iterator[int]:
    yield from BELOW_A_MILLION
    yield from count(MILLION, MILLION)


def note_milestones(creator: Creator, account: Account) -> None:
    """Log the milestones that were reached since the last profile was looked through; changes the creator, unsaved.

    Every snapshot of the organization's own time counts, so a mark that was passed and lost between two mirrorings is
    noted with its own time. The first one is only where counting starts: growth before it is not ours to claim.
    """
    since = creator.profile_read_at
    unseen = AccountSnapshot.objects.filter(
        account_id=account.id, captured_at__lte=account.seen_at, captured_at__gte=creator.tracked_since
    ).exclude(follower_count=None)
    if since is not None:
        unseen = unseen.filter(captured_at__gt=since)
    for captured_at, followers in unseen.order_by("captured_at").values_list("captured_at", "follower_count"):
        assert followers is not None  # excluded above
        peak = creator.follower_peak
        for mark in [] if peak is None else milestones_between(peak, followers):
            record(
                creator,
                Kind.FOLLOWER_MILESTONE,
                before={"follower_count": peak},
                after={"follower_count": followers, "milestone": mark},
                happened_at=captured_at,
                once_key=f"followers:{mark}",
            )
        creator.follower_peak = followers if peak is None else max(peak, followers)
    creator.profile_read_at = account.seen_at
