"""Writing the status history: what happened to videos, in one statement for many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from orgs.models import User
from orgs.scope import current_org_id
from videos.models import VideoChange

Kind = VideoChange.Kind
Values = Mapping[str, Any]
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Change:
    """What happened to one video: what changed, by field name; None where there is nothing to say."""

    video_id: UUID
    kind: Kind
    before: Values | None
    after: Values | None


def record(changes: Iterable[Change], *, actor: User | None, happened_at: datetime) -> None:
    """Append events to the histories of videos, in the open scope and the caller's transaction."""
    org_id = current_org_id()
    rows = (
        VideoChange(
            org_id=org_id,
            video_id=change.video_id,
            kind=change.kind,
            before=dict(change.before) if change.before is not None else None,
            after=dict(change.after) if change.after is not None else None,
            actor=actor,
            happened_at=happened_at,
        )
        for change in changes
    )
    VideoChange.objects.bulk_create(rows, batch_size=AT_ONCE)
