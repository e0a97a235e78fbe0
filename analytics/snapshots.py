"""The readings of one post themselves, as one organization may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from analytics.members import Tracked
from connections.models import ConnectedPostSnapshot
from scraping.models import PostSnapshot

Snapshot = PostSnapshot | ConnectedPostSnapshot


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a post: its effective counts, and how many views it had more than the reading before; None =
    unknown. `precision` is "rounded" where TikTok showed one of them rounded."""

    captured_at: datetime
    view_count: int | None
    like_count: int | None
    comment_count: int | None
    share_count: int | None
    save_count: int | None
    precision: str
    source: str
    views_gained: int | None


def readings_of(
    post: Tracked, *, most: int, before: datetime | None = None, from_: datetime | None = None
) -> list[Reading]:
    """The newest readings of a post since the organization began to track it, newest first, about so many: none of a
    second is left out. Those before an instant, and not before `from_`.

    They are everybody's, of which the first and the last of equal ones in a row are kept, and those of the creator's
    own connection, of which the first is. Each tells what was gained since the one before of its own kind.
    """
    since = post.since if from_ is None else max(post.since, from_)
    kinds: tuple[QuerySet[Any], ...] = (
        PostSnapshot.objects.filter(post_id=post.id),
        ConnectedPostSnapshot.objects.of_post(post.id),
    )
    found = [reading for kind in kinds for reading in _newest(kind, most, since, before)]
    found.sort(key=lambda reading: reading.captured_at, reverse=True)
    last = found[most - 1].captured_at if len(found) >= most else since
    return [reading for reading in found if reading.captured_at >= last]


def _newest(rows: QuerySet[Any], most: int, since: datetime, before: datetime | None) -> list[Reading]:
    rows = rows.filter(captured_at__gte=since)
    if before is not None:
        rows = rows.filter(captured_at__lt=before)
    found = list(rows.order_by("-captured_at")[: most + 1])
    return [_reading(row, found[number + 1 : number + 2]) for number, row in enumerate(found[:most])]


def _reading(row: Snapshot, earlier: Sequence[Snapshot]) -> Reading:
    known = row.view_count is not None and earlier and earlier[0].view_count is not None
    return Reading(
        captured_at=row.captured_at,
        view_count=row.view_count,
        like_count=row.like_count,
        comment_count=row.comment_count,
        share_count=row.share_count,
        save_count=row.save_count,
        precision=row.precision,
        source=row.source,
        views_gained=(row.view_count or 0) - (earlier[0].view_count or 0) if known else None,
    )
