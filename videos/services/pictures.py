"""Which of our copies of pictures somebody's creators and videos show, and an end of the others."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from creators.models import Creator
from orgs.scope import platform_scope
from scraping.services.picture_store import delete_dropped, drop_unused, note_used
from videos.models import Video

ROWS_AT_ONCE = 5_000

log = structlog.get_logger(__name__)


def delete_unused_pictures(now: datetime) -> int:
    """Note which copies are shown, and delete those that have not been for long; returns how many were deleted."""
    for keys in _keys_shown():
        note_used(keys, now)
    dropped, deleted = drop_unused(now), delete_dropped(now)
    if dropped or deleted:
        log.info("copies of pictures that nobody shows", dropped=dropped, deleted=deleted)
    return deleted


def _keys_shown() -> Iterator[set[str]]:
    """The keys that any organization's rows hold, hidden ones too: their pictures are wanted if they come back."""
    for model, column in ((Creator, "avatar_key"), (Video, "cover_key")):
        after = None
        while rows := _some(model, column, after):
            yield {key for _, key in rows if key}
            after = rows[-1][0]


def _some(model: Any, column: str, after: UUID | None) -> list[tuple[UUID, str]]:
    with platform_scope():
        rows = model.objects.order_by("id").values_list("id", column)
        return list((rows if after is None else rows.filter(id__gt=after))[:ROWS_AT_ONCE])
