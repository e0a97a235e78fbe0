"""Projects made up by hypothesis, and the plainest reading of which of their posts a report is about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from analytics.buckets import Span
from campaigns.models import CampaignItem
from campaigns.services.items import ItemReference, campaign_items_put_back
from creators.models import Creator
from orgs.scope import organization_scope
from videos.models import Video

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
# Clocks change on October 25 in Berlin, on November 1 in New York, on October 4 in Lord Howe (by half an hour).
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Kiritimati")
BEGIN = datetime(2026, 9, 25, tzinfo=UTC)
SPAN_SECONDS = int((NOW - BEGIN).total_seconds())
COUNTING = {"auto_tracked", "included", "direct_add"}


@dataclass(frozen=True)
class MadePost:
    """A post of the made-up project; `author` 0 is nobody."""

    author: int
    second: int
    views: int | None
    status: str
    disabled: bool

    @property
    def posted_at(self) -> datetime:
        return BEGIN + timedelta(seconds=self.second)

    def local(self, zone: str) -> datetime:
        return self.posted_at.astimezone(ZoneInfo(zone))


@dataclass(frozen=True)
class World:
    """The posts of three creators, the last of whom is removed, and of nobody; a range of days."""

    posts: tuple[MadePost, ...]
    span: Span

    def counts(self, post: MadePost) -> bool:
        if post.disabled or post.status not in COUNTING:
            return False
        return post.author != 3 or post.status == "direct_add"

    def in_range(self) -> list[MadePost]:
        """The counting posts whose local date lies in the range."""
        return [post for post in self.posts if self.counts(post) and self.is_within(post)]

    def is_within(self, post: MadePost) -> bool:
        return self.span.first <= post.local(self.span.timezone).date() <= self.span.last


def dates_of(span: Span) -> list[date]:
    """The local days of a range."""
    return [span.first + timedelta(days=number) for number in range((span.last - span.first).days + 1)]


VIEWS = st.one_of(
    st.none(), st.integers(0, 30), st.integers(0, 5_000_000_000), st.sampled_from([0, 1, 2, 5, 10, 20, 50, 99, 100])
)
# Instants, many of them close to midnights and to each other.
SECONDS = st.one_of(
    st.integers(0, SPAN_SECONDS - 1),
    st.builds(
        lambda hour, away: max(hour * 900 + away, 0), st.integers(0, SPAN_SECONDS // 900 - 1), st.integers(-1, 1)
    ),
)
POSTS = st.builds(
    MadePost,
    author=st.integers(0, 3),
    second=SECONDS,
    views=VIEWS,
    status=st.sampled_from(["auto_tracked", "included", "direct_add", "pending_review", "excluded"]),
    disabled=st.sampled_from([False, False, False, True]),
)


@st.composite
def ranges(draw: Any) -> Span:
    """Up to 40 days that end today at the latest."""
    zone = draw(st.sampled_from(ZONES))
    today = NOW.astimezone(ZoneInfo(zone)).date()
    last = today - timedelta(days=draw(st.integers(0, 50)))
    return Span(last - timedelta(days=draw(st.integers(0, 39))), last, zone)


WORLDS = st.builds(World, posts=st.lists(POSTS, max_size=40).map(tuple), span=ranges())


def store(project: Any, world: World) -> tuple[list[Any], list[Any]]:
    """Write a world into a project; returns the creators (the first is None) and the videos, in the world's order."""
    with organization_scope(project.org_id):
        creators = [None, *(_creator(project, number) for number in (1, 2, 3))]
        videos = [_video(project, creators[post.author], post, number) for number, post in enumerate(world.posts)]
        Video.objects.bulk_create(videos)
    return creators, videos


def _creator(project: Any, number: int) -> Any:
    return Creator.objects.create(
        org_id=project.org_id,
        project=project,
        account_id=number,
        tiktok_handle=f"made.up.{number}",
        tracking_start_date=date(2026, 9, 1),
        tracking_starts_at=datetime(2026, 9, 1, tzinfo=UTC),
        tracked_since=BEGIN,
        follower_count=None if number == 2 else number * 1_000,
        removed_at=NOW if number == 3 else None,
    )


def _video(project: Any, creator: Any, post: MadePost, number: int) -> Any:
    return Video(
        org_id=project.org_id,
        project=project,
        creator=creator,
        post_id=number,
        kind="video",
        posted_at=post.posted_at,
        tracking_status=post.status,
        tracking_disabled=post.disabled,
        tracked_since=BEGIN,
        view_count=post.views,
        like_count=None if post.views is None else post.views // 3,
    )


def put(campaign_id: Any, kind: str, item_id: Any) -> None:
    """Put something into a campaign, also what lists show no more."""
    reference = ItemReference(CampaignItem.Type(kind), item_id)
    campaign_items_put_back(campaign_id=campaign_id, references=[reference])
