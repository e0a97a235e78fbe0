"""outliers: posts that did far better or far worse than their creator's usual.

With x = ln(1 + views), the modified z-score 0.6745 · (x − median) ÷ MAD is taken over all of the creator's counting
posts with known views that are older than 48 hours, if there are at least 8; a post with |score| > 3.5 is an outlier
(B. Iglewicz and D. Hoaglin, "How to Detect and Handle Outliers", ASQC, 1993). Where the median absolute deviation is 0,
the score is (x − median) ÷ (1.253314 · mean absolute deviation from the median); where that is 0 too, there are none.
Listed are those posted in the range, the strongest first, ties by id.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from analytics.buckets import Span
from analytics.reports.posts import PLACES, ends
from analytics.reports.view_distribution import percentile
from videos.models import Video

Floats = NDArray[np.float64]

SETTLED = timedelta(hours=48)
MIN_POSTS = 8
THRESHOLD = 3.5
MAD_SCALE = 0.6745
MEAN_SCALE = 1.253314


@dataclass(frozen=True, slots=True)
class Outlier:
    """A post with its score. `creator_median_views`: the median of the views that the score is over."""

    video: Video
    creator_median_views: float
    score: float

    @property
    def direction(self) -> str:
        """high or low."""
        return "high" if self.score > 0 else "low"


def outliers(project_id: UUID, *, span: Span, now: datetime) -> list[Outlier]:
    """The outliers among the posts that were posted in these days."""
    found = {video_id: (median, score) for video_id, median, score in _scored(project_id, span, now)}
    videos = Video.objects.filter(id__in=found).select_related("creator")
    rows = [Outlier(video, *found[video.id]) for video in videos]
    return sorted(rows, key=lambda row: (-abs(row.score), row.video.id))


def _scored(project_id: UUID, span: Span, now: datetime) -> Iterator[tuple[UUID, float, float]]:
    """Id, creator's median views and score of each outlier that was posted in these days."""
    start, end = ends(span)
    settled = Video.objects.in_project(project_id).counting().filter(creator__isnull=False, view_count__isnull=False)
    rows = settled.filter(posted_at__lt=now - SETTLED).order_by("creator_id", "view_count", "id")
    for _, group in groupby(rows.values_list("creator_id", "id", "view_count", "posted_at"), key=itemgetter(0)):
        _, ids, views, posted = zip(*group, strict=True)
        if len(ids) < MIN_POSTS:
            continue
        counts = np.array(views, dtype=np.int64)
        scores = robust_scores(np.log1p(counts))
        median = percentile(counts, 50)
        assert median is not None
        for index in np.flatnonzero(np.abs(scores) > THRESHOLD):
            if start <= posted[index] < end:
                yield ids[index], median, round(float(scores[index]), PLACES)


def robust_scores(x: Floats) -> Floats:
    """The score of each value; all 0 where the values do not deviate."""
    away = x - np.median(x)
    mad = np.median(np.abs(away))
    scale = mad / MAD_SCALE if mad > 0 else MEAN_SCALE * np.mean(np.abs(away))
    return away / scale if scale > 0 else np.zeros_like(x)
