"""A creator's series as the page shows them: key numbers, the chart's data and the table behind it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.queries import CreatorChart
from creators.models import Creator

# Choice in the URL → word on the page; the first one is the default.
RANGES = {"30": "30 days", "90": "90 days"}
SHOWN = {"followers": "Followers", "views": "Views gained", "posts": "Posts"}


@dataclass(frozen=True)
class Day:
    """One line of the table behind a chart."""

    day: date
    value: int | None
    partial: bool
    baseline: bool


@dataclass(frozen=True)
class Figure:
    """One series over days. `total` is the number the chart explains: the latest level, or the sum of gains."""

    title: str
    kind: str
    total: int | None
    days: list[Day]

    @property
    def is_empty(self) -> bool:
        return all(day.value is None for day in self.days)

    @property
    def is_partial(self) -> bool:
        """Whether the last day is still running."""
        return bool(self.days) and self.days[-1].partial

    @property
    def has_baseline(self) -> bool:
        return any(day.baseline for day in self.days)

    @property
    def newest_first(self) -> list[Day]:
        return self.days[::-1]

    def for_script(self) -> dict[str, Any]:
        """What static/js/chart.js draws."""
        return {
            "title": self.title,
            "kind": self.kind,
            "days": [day.day.isoformat() for day in self.days],
            "values": [day.value for day in self.days],
            "baseline": [day.baseline for day in self.days],
            "partial": self.is_partial,
        }


@dataclass(frozen=True)
class KeyNumbers:
    """The numbers above the chart, over its days; None = not known."""

    followers: int | None
    followers_gained: int | None
    total_likes: int | None
    views_gained: int | None
    posts: int | None
    posts_per_week: float | None
    video_count: int | None


def figure(creator: Creator, chart: CreatorChart, shown: str) -> Figure:
    """The series that was chosen. Of an account that nobody has read yet nothing is known, not even "no posts"."""
    series = {"followers": chart.followers, "views": chart.views_gained, "posts": chart.posts}[shown]
    last = len(chart.days) - 1
    days = [
        Day(day, value if creator.is_read else None, chart.partial_last and number == last, baseline)
        for number, (day, value, baseline) in enumerate(zip(chart.days, series.values, series.baseline, strict=True))
    ]
    return Figure(SHOWN[shown], "level" if shown == "followers" else "gain", series.total, days)


def key_numbers(creator: Creator, chart: CreatorChart) -> KeyNumbers:
    """The creator's numbers now and what the chart's days added to them."""
    posts = chart.posts.total if creator.is_read else None
    return KeyNumbers(
        followers=creator.follower_count,
        followers_gained=chart.followers_gained.total,
        total_likes=creator.total_likes,
        views_gained=chart.views_gained.total if creator.is_read else None,
        posts=posts,
        posts_per_week=chart.posts_per_week if creator.is_read else None,
        video_count=creator.video_count,
    )
