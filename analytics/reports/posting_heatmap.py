"""posting-heatmap: weekday × hour of posting in local time, with the mean of the current views.

A post belongs to the hour its local clock showed, so the hour that a change of the clocks repeats takes the posts of
both passes, and the hour that it skips has none. The mean is over posts with known views; None where there are none.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import BigIntegerField, Count, F, Func, Sum

from analytics.buckets import Span
from analytics.reports.posts import posted_in, quotient

# Every offset from UTC since TikTok exists is a whole number of quarters: posts of one quarter share their local hour.
QUARTER_SECONDS = 900


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour of the week. `dow`: 0 = Sunday. `avg_views`: None if no post has known views."""

    dow: int
    hour: int
    post_count: int
    avg_views: float | None


class _Quarter(Func):
    """Whole quarters of an hour since 1970."""

    template = f"floor(extract(epoch FROM %(expressions)s) / {QUARTER_SECONDS})::bigint"
    output_field = BigIntegerField()


def posting_heatmap(project_id: UUID, *, span: Span) -> list[HeatCell]:
    """The hours in which something was posted, by weekday and hour; the clock is that of `span`."""
    quarters = posted_in(project_id, span).values(quarter=_Quarter(F("posted_at")))
    sums = quarters.annotate(posts=Count("id"), known=Count("view_count"), views=Sum("view_count")).order_by()
    zone = ZoneInfo(span.timezone)
    cells: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
    for row in sums:
        local = datetime.fromtimestamp(row["quarter"] * QUARTER_SECONDS, zone)
        cell = cells[local.isoweekday() % 7, local.hour]
        for index, added in enumerate((row["posts"], row["known"], row["views"] or 0)):
            cell[index] += int(added)
    return [
        HeatCell(dow, hour, posts, quotient(views, known))
        for (dow, hour), (posts, known, views) in sorted(cells.items())
    ]
