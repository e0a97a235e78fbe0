"""What most reports start from: a project's counting posts by when they were posted, and how means are written."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING
from uuid import UUID

from analytics.buckets import Span
from videos.models import Video

if TYPE_CHECKING:
    from videos.queries import VideoQuerySet

PLACES = 6


def posted_in(project_id: UUID, span: Span) -> "VideoQuerySet":
    """The project's counting posts that were posted in these local days."""
    start, end = ends(span)
    videos: VideoQuerySet = Video.objects.in_project(project_id).counting().posted_between(start, end)
    return videos


def ends(span: Span) -> tuple[datetime, datetime]:
    """When the first day begins and the last one ends."""
    return datetime.fromtimestamp(span.start, UTC), datetime.fromtimestamp(span.end, UTC)


def quotient(numerator: int | Fraction, denominator: int) -> float | None:
    """A quotient of whole numbers, computed exactly and rounded half-even to 6 places; None for a denominator of 0."""
    return None if denominator == 0 else float(round(Fraction(numerator) / denominator, PLACES))
