"""creator-scatter: followers × average views, a bubble as large as the number of posts.

Followers are the last known ones. Posts are the counting ones that were posted in the range; the average is over those
with known current views, None if there are none. Every creator that is not removed has a row, the most followed first,
unknown followers last, ties by id.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from analytics.buckets import Span
from analytics.reports.posts import posted_in, quotient
from creators.models import Creator


@dataclass(frozen=True, slots=True)
class ScatterPoint:
    """One creator; what is not known is None."""

    creator: Creator
    followers: int | None
    avg_views_per_post: float | None
    posts: int


def creator_scatter(project_id: UUID, *, span: Span) -> list[ScatterPoint]:
    """A point for every tracked creator of the project."""
    posts = posted_in(project_id, span).filter(creator__isnull=False).values_list("creator_id").order_by()
    rows = posts.annotate(posts=Count("id"), known=Count("view_count"), views=Sum("view_count"))
    sums = {creator_id: (count, known, views or 0) for creator_id, count, known, views in rows}
    return [
        _point(creator, *sums.get(creator.id, (0, 0, 0)))
        for creator in Creator.objects.in_project(project_id).tracked().in_order("-follower_count")
    ]


def _point(creator: Creator, posts: int, known: int, views: int) -> ScatterPoint:
    return ScatterPoint(creator, creator.follower_count, quotient(views, known), posts)
