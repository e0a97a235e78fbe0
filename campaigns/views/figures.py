"""A campaign's numbers over a range as its overview shows them: key numbers with their change, and what items added."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from analytics.buckets import Span
from analytics.gains import gains_of_posts
from analytics.members import Tracked
from campaigns.listed import Listed
from campaigns.totals import CountingVideos

# Choice in the URL → word on the page.
RANGES = {"7": "7 days", "30": "30 days", "90": "90 days", "365": "12 months"}
DEFAULT_RANGE = "30"
SHOWN = {"views": "Views gained", "engagement": "Engagement gained", "posts": "Posts"}
# From how many days on a day is too narrow to be drawn.
BY_WEEK_FROM = 180
METRICS = (
    "views",
    "engagement",
    "engagement_rate_by_views",
    "posts",
    "posts_per_week",
    "avg_views_per_post",
)
SHOWN_ITEMS = 10
Number = int | float | None


@dataclass(frozen=True, slots=True)
class Change:
    """A number against the one of the prior period. `words` say how much, with sign and unit; empty if not known."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class KeyNumber:
    """One number over the range with its change."""

    value: Number
    change: Change


def key_numbers(now: Mapping[str, Number], before: Mapping[str, Number] | None) -> dict[str, KeyNumber]:
    """Each of METRICS with its change: in percent, of a rate in points."""
    return {
        name: KeyNumber(now[name], _change(now[name], before[name] if before else None, is_rate="rate" in name))
        for name in METRICS
    }


def _change(value: Number, before: Number, *, is_rate: bool) -> Change:
    if value is None or before is None or (not is_rate and before <= 0):
        return Change("", "")
    moved = value - before if is_rate else (value - before) / before * 100
    unit = " pt" if is_rate else "%"
    shown = round(moved, 1)
    if shown == 0:
        return Change(f"± 0{unit}", "flat")
    return Change(f"{'▲' if shown > 0 else '▼'} {abs(shown):,.1f}{unit}", "up" if shown > 0 else "down")


@dataclass(frozen=True, slots=True)
class ItemGain:
    """What one item added in the range. `share`: of the campaign's gain, in percent; items may share videos."""

    listed: Listed
    gained: int | None
    share: float | None


def item_gains(items: Sequence[Listed], videos: CountingVideos, span: Span) -> list[ItemGain]:
    """The items by the views their videos gained, the largest first, unknown ones last."""
    tracked = [Tracked(*row) for row in videos.histories()]
    gained = gains_of_posts(tracked, start=_instant(span.start), end=_instant(span.end), counters=("view_count",))[
        "view_count"
    ]
    known = np.array([value is not None for value in gained], dtype=bool)
    values = np.array([value or 0 for value in gained], dtype=np.int64)
    whole = int(values.sum())
    rows = []
    for listed in items:
        places = videos.places_of(listed.item)
        sum_ = None if len(places) and not known[places].any() else int(values[places].sum())
        rows.append(ItemGain(listed, sum_, sum_ / whole * 100 if sum_ is not None and whole > 0 else None))
    return sorted(rows, key=lambda row: (row.gained is None, -(row.gained or 0)))


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
