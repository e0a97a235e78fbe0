"""Series for charts: which videos count comes from the tenant layer, what they gained from the canonical one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from analytics.buckets import Days
from analytics.values import Sums, Tracked, account_sums, post_sums
from creators.models import Creator
from videos.models import Video


@dataclass(frozen=True, slots=True)
class Series:
    """One number per day; None where nothing was known yet.

    `baseline`: the day holds a member's first observation, made too late to be a gain.
    """

    values: tuple[int | None, ...]
    baseline: tuple[bool, ...]
    total: int | None


@dataclass(frozen=True, slots=True)
class CreatorChart:
    """A creator's days: followers at each day's end and gained in it, views gained in it and up to its end, posts
    published in it, posts a week over all days.

    `partial_last`: the last day is still running.
    """

    days: tuple[date, ...]
    followers: Series
    followers_gained: Series
    views_gained: Series
    views_total: Series
    posts: Series
    posts_per_week: float
    partial_last: bool


def creator_chart(creator: Creator, *, days: Days, now: datetime) -> CreatorChart:
    """The series of a creator's page, in the open scope."""
    edges = [min(edge, now) for edge in days.edges()]
    account = [Tracked(creator.account_id, creator.tracked_since)] if creator.account_id is not None else []
    posts = tracked_posts(creator)
    views = post_sums(posts, "view_count", edges)
    followers = account_sums(account, "follower_count", edges)
    published = _published(posts, days)
    return CreatorChart(
        days=tuple(days.dates()),
        followers=_levels(followers, days),
        followers_gained=_gains(followers, days, is_empty=False),
        views_gained=_gains(views, days, is_empty=not posts),
        views_total=_levels(views, days, is_empty=not posts),
        posts=published,
        posts_per_week=(published.total or 0) * 7 / len(days.dates()),
        partial_last=days.edges()[-1] > now,
    )


def tracked_posts(creator: Creator) -> list[Tracked]:
    """The creator's counting posts, as the canonical layer is asked for them."""
    rows = Video.objects.counting().filter(creator_id=creator.id).values_list("post_id", "tracked_since", "posted_at")
    return [Tracked(*row) for row in rows]


def _levels(sums: Sums, days: Days, *, is_empty: bool = False) -> Series:
    """Values at the days' ends. An empty set of videos has 0 views; followers of nobody are unknown."""
    unknown = 0 if is_empty else None
    values = tuple(edge.value if edge.is_known else unknown for edge in sums.edges[1:])
    return Series(values, _baseline_days(sums, days), values[-1])


def _gains(sums: Sums, days: Days, *, is_empty: bool) -> Series:
    """Differences between edges. They telescope: the days sum to the total."""
    pairs = zip(sums.edges, sums.edges[1:], strict=False)
    values = tuple(
        (0 if is_empty else None) if not end.is_known else (end.value or 0) - (start.value or 0) for start, end in pairs
    )
    known = [value for value in values if value is not None]
    return Series(values, _baseline_days(sums, days), sum(known) if known else None)


def _published(posts: Sequence[Tracked], days: Days) -> Series:
    counts = [0] * len(days.dates())
    for post in posts:
        index = days.index_of(post.posted_at) if post.posted_at is not None else None
        if index is not None:
            counts[index] += 1
    return Series(tuple(counts), (False,) * len(counts), sum(counts))


def _baseline_days(sums: Sums, days: Days) -> tuple[bool, ...]:
    hit = {days.index_of(instant) for instant in sums.baselines}
    return tuple(number in hit for number in range(len(days.dates())))
