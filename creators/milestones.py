"""Follower milestones: each is noted once, when the organization's own readings first reach it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import reduce
from itertools import count, takewhile
from operator import or_

from django.db.models import Q

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


def note_milestones(pairs: Sequence[tuple[Creator, Account]]) -> None:
    """Log the milestones that were reached since each creator's profile was looked through last, up to where its
    account was read; changes the creators, unsaved.

    Every snapshot of the organization's own time counts, so a mark that was passed and lost between two mirrorings is
    noted with its own time. The first one is only where counting starts: growth before it is not ours to claim.
    """
    readings = _readings([(creator, account) for creator, account in pairs if _has_unseen(creator, account)])
    for creator, account in pairs:
        for captured_at, followers in readings[account.id]:
            if _is_unseen(creator, captured_at):
                _note(creator, captured_at, followers)
        creator.profile_read_at = account.seen_at


def _has_unseen(creator: Creator, account: Account) -> bool:
    return account.seen_at is not None and (
        creator.profile_read_at is None or creator.profile_read_at < account.seen_at
    )


def _is_unseen(creator: Creator, captured_at: datetime) -> bool:
    since = creator.profile_read_at
    return captured_at >= creator.tracked_since and (since is None or captured_at > since)


def _readings(pairs: Iterable[tuple[Creator, Account]]) -> defaultdict[int, list[tuple[datetime, int]]]:
    """By account the times at which its followers were read, and how many there were, the earliest first: of everything
    that one of these creators has not looked through."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for creator, account in pairs:
        assert account.seen_at is not None  # has something unseen
        start = creator.profile_read_at or creator.tracked_since
        spans[account.id] = (min(start, spans.get(account.id, (start,))[0]), account.seen_at)
    found: defaultdict[int, list[tuple[datetime, int]]] = defaultdict(list)
    if not spans:
        return found
    unseen = (Q(account_id=account_id, captured_at__range=span) for account_id, span in spans.items())
    rows = AccountSnapshot.objects.filter(reduce(or_, unseen)).exclude(follower_count=None).order_by("captured_at")
    for account_id, captured_at, followers in rows.values_list("account_id", "captured_at", "follower_count"):
        assert followers is not None  # excluded above
        found[account_id].append((captured_at, followers))
    return found


def _note(creator: Creator, captured_at: datetime, followers: int) -> None:
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
