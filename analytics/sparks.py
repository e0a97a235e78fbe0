"""What many creators gained day by day: the small lines beside the rows of lists, in one reading for all of them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import numpy as np

from analytics.buckets import Span, seconds
from analytics.formulas import span_rows, span_totals
from analytics.metrics import METRICS
from analytics.panel import Group, Panel
from analytics.parts import NOTHING
from analytics.sets import NO_ACCOUNTS, post_set
from orgs.timezones import local_date
from videos.models import Video

DAYS = 30


@dataclass(frozen=True, slots=True)
class Spark:
    """What was gained on each local day, oldest first, today included; None = unknown. `total`: in all of them."""

    days: tuple[int | None, ...]
    total: int | None


def views_gained_by_day(
    creator_ids: Collection[UUID], *, zone: str, now: datetime, days: int = DAYS
) -> Mapping[UUID, Spark]:
    """The views that creators' counting posts gained on each of the last days in a zone, as `answer` gives them for
    metric `views`. The same two reads whatever the number of creators."""
    today = local_date(now, zone)
    span, at = Span(today - timedelta(days=days - 1), today, zone), seconds(now)
    buckets = span.buckets(at)
    edges = np.unique(np.array([min(edge, at) for one in buckets for edge in (one.start, one.end)], np.int64))
    posts = post_set(Video.objects.counting().filter(creator_id__in=creator_ids))
    panel = Panel(posts, NO_ACCOUNTS, edges, zone, at)
    groups = _groups(panel, creator_ids)
    views = METRICS["views"]
    rows = span_rows(views, panel, groups, span, at, is_cumulative=False, base=views)
    totals = span_totals(views, panel, groups, span, at, is_cumulative=False, base=views)
    return {
        creator_id: Spark(tuple(None if value is None else int(value) for value in row), _whole(total))
        for creator_id, row, total in zip(creator_ids, rows, totals, strict=True)
    }


def _groups(panel: Panel, creator_ids: Collection[UUID]) -> list[Group]:
    positions: dict[UUID | None, list[int]] = defaultdict(list)
    for number, creator_id in enumerate(panel.posts.creator_ids):
        positions[creator_id].append(number)
    return [Group(np.array(positions[creator_id], np.intp), NOTHING) for creator_id in creator_ids]


def _whole(total: object) -> int | None:
    return total if isinstance(total, int) else None
