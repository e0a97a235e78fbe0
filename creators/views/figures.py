"""A creator's numbers as the page shows them: which can be charted, and the key numbers above the chart."""

from collections.abc import Mapping
from dataclasses import dataclass

from creators.models import Creator

# Choice in the URL → word on the page; the first one is the default.
RANGES = {"30": "30 days", "90": "90 days"}
SHOWN = {"followers": "Followers", "views": "Views gained", "posts": "Posts"}
# How each choice is read: followers as a level, the others as what each day added.
MODES = {"followers": "cumulative", "views": "new", "posts": "new"}
KEY_METRICS = ("followers", "views", "posts", "posts_per_week")


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
