"""video-leaderboard: the counting posts that were posted in the range, by one of their current numbers.

Descending, unknown numbers last, ties by id. What a post gained inside the range plays no part: a post is shown with
the numbers it has now.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Window

from analytics.buckets import Span
from analytics.reports.posts import posted_in
from videos.models import Video
from videos.queries import ORDERS

DEFAULT_ORDER = "view_count"

__all__ = ["DEFAULT_ORDER", "ORDERS", "VideoLeaderboard", "video_leaderboard"]


@dataclass(frozen=True, slots=True)
class VideoLeaderboard:
    """One page of the posts, and how many there are in all."""

    items: list[Video]
    total_count: int


def video_leaderboard(
    project_id: UUID, *, span: Span, order: str = DEFAULT_ORDER, limit: int = 50, offset: int = 0
) -> VideoLeaderboard:
    """The posts from `offset` on, at most `limit`. Raises ValueError for an order that is none of ORDERS."""
    posts = posted_in(project_id, span)
    # How many there are comes with the ids of the page: they are looked through once.
    page = posts.in_order(f"-{order}").annotate(total=Window(Count("*"))).values_list("id", "total")
    found = list(page[offset : offset + limit])
    videos = Video.objects.select_related("creator").in_bulk([video_id for video_id, _ in found])
    return VideoLeaderboard(
        items=[videos[video_id] for video_id, _ in found],
        total_count=found[0][1] if found else posts.count(),
    )
