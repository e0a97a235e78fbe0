"""A video's growth since it was posted, beside what is usual for its creator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analytics.cohort import Quartiles, ages, usual_by_age, values_by_age
from analytics.members import Tracked
from videos.models import Video

# How much of a video's life the chart shows, in hours; None: all of it.
SPANS: dict[str, tuple[str, int | None]] = {
    "2": ("48 h", 48),
    "7": ("7 days", 168),
    "30": ("30 days", 720),
    "": ("All", None),
}
# What is usual is told by so many of the creator's other counting posts, the newest first.
COMPARED = 100


@dataclass(frozen=True)
class Point:
    """One age: what the video had, and what is usual."""

    hours: int
    views: int | None
    usual: Quartiles | None

    @property
    def age_words(self) -> str:
        """The age in hours, from two days on in days."""
        days, rest = divmod(self.hours, 24)
        if days < 2:
            return f"{self.hours} h"
        return f"{days} days {rest} h" if rest else f"{days} days"


@dataclass(frozen=True)
class Curve:
    """A video's growth by age. `is_cut`: the plan shows no numbers of its beginning."""

    points: Sequence[Point]
    is_cut: bool

    @property
    def is_empty(self) -> bool:
        return all(point.views is None for point in self.points)

    @property
    def latest(self) -> Point | None:
        """The last age at which both the video and what is usual are known."""
        return next((one for one in reversed(self.points) if one.views is not None and one.usual), None)

    @property
    def factor(self) -> float | None:
        """How many times the median it had then."""
        latest = self.latest
        if latest is None or latest.usual is None or not latest.usual.median:
            return None
        return (latest.views or 0) / latest.usual.median

    @property
    def has_usual(self) -> bool:
        return any(point.usual for point in self.points)

    def for_script(self) -> dict[str, Any]:
        """What static/js/charts/growth.js draws."""
        return {
            "kind": "growth",
            "hours": [point.hours for point in self.points],
            "values": [point.views for point in self.points],
            "low": [point.usual and point.usual.low for point in self.points],
            "median": [point.usual and point.usual.median for point in self.points],
            "high": [point.usual and point.usual.high for point in self.points],
        }


def curve_of(video: Video, *, span: str, shown_from: datetime | None, now: datetime) -> Curve:
    """The growth of a video, its numbers from `shown_from` on alone where the plan shows no more."""
    hours = ages(now, video.posted_at)
    most = SPANS[span][1]
    if most is not None:
        hours = [hour for hour in hours if hour <= most]
    (own,) = values_by_age([_tracked(video)], hours, now=now)
    if shown_from is not None:
        own = [
            value if video.posted_at + timedelta(hours=hour) >= shown_from else None
            for hour, value in zip(hours, own, strict=True)
        ]
    usual = usual_by_age([_tracked(other) for other in _others(video)], hours, now=now)
    points = [Point(*one) for one in zip(hours, own, usual, strict=True)]
    return Curve(points, is_cut=shown_from is not None and shown_from > video.posted_at)


def _others(video: Video) -> list[Video]:
    """The creator's other counting posts that tell what is usual; none for a video without a creator."""
    if video.creator_id is None:
        return []
    others = Video.objects.counting().of_creator(video.creator_id).exclude(id=video.id)
    return list(others.only("post_id", "tracked_since", "posted_at").order_by("-posted_at", "id")[:COMPARED])


def _tracked(video: Video) -> Tracked:
    return Tracked(video.post_id, video.tracked_since, video.posted_at)
