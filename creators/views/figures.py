"""A creator's series as the page shows them: key numbers, the chart's data and the table behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from analytics.engine import Answer
from creators.models import Creator

# Choice in the URL → word on the page; the first one is the default.
RANGES = {"30": "30 days", "90": "90 days"}
SHOWN = {"followers": "Followers", "views": "Views gained", "posts": "Posts"}
# How each choice is read: followers as a level, the others as what each day added.
MODES = {"followers": "cumulative", "views": "new", "posts": "new"}
KEY_METRICS = ("followers", "views", "posts", "posts_per_week")


@dataclass(frozen=True)
class Day:
    """One line of the table behind a chart."""

    day: date
    value: int | float | None
    partial: bool
    baseline: bool


@dataclass(frozen=True)
class Figure:
    """One series over days. `total` is the number the chart explains: the latest level, or the sum of gains."""

    title: str
    kind: str
    total: int | float | None
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
    followers_gained: int | float | None
    total_likes: int | None
    views_gained: int | float | None
    posts: int | float | None
    posts_per_week: int | float | None
    video_count: int | None


def figure(creator: Creator, answer: Answer, shown: str) -> Figure:
    """The series that was chosen. Of an account that nobody has read yet nothing is known, not even "no posts"."""
    days = [
        Day(date.fromisoformat(day.bucket), day.value if creator.is_read else None, day.partial, day.baseline)
        for day in answer.series
    ]
    return Figure(SHOWN[shown], "level" if shown == "followers" else "gain", answer.total, days)


def key_numbers(creator: Creator, totals: Mapping[str, int | float | None]) -> KeyNumbers:
    """The creator's numbers now and what the chart's days added to them."""
    return KeyNumbers(
        followers=creator.follower_count,
        followers_gained=totals["followers"],
        total_likes=creator.total_likes,
        views_gained=totals["views"] if creator.is_read else None,
        posts=totals["posts"] if creator.is_read else None,
        posts_per_week=totals["posts_per_week"] if creator.is_read else None,
        video_count=creator.video_count,
    )
