"""How a creator's new posts are taken in: counted at once, or held back for a decision."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from creators.changes import Kind, record
from creators.models import Creator
from orgs import audit
from projects.models import Project
from projects.services import require_open


def creators_set_mode(
    *, project: Project, creator_ids: Sequence[UUID], tracking_mode: str, now: datetime
) -> list[Creator]:
    """Change the mode of a project's tracked creators; what is posted from now on follows it, what was found before
    stays as it is. Returns those that had another one, in the order of their ids. Raises ProjectArchived."""
    require_open(project)
    mode = Creator.TrackingMode(tracking_mode)
    tracked = Creator.objects.in_project(project.id).tracked().filter(id__in=creator_ids).exclude(tracking_mode=mode)
    changed: list[Creator] = list(tracked.order_by("id").select_for_update(of=("self",), no_key=True))
    for creator in changed:
        before, creator.tracking_mode, creator.updated_at = creator.tracking_mode, mode, now
        _log(creator, before, now)
    Creator.objects.bulk_update(changed, ["tracking_mode", "updated_at"])
    return changed


def _log(creator: Creator, before: str, now: datetime) -> None:
    was, becomes = {"tracking_mode": before}, {"tracking_mode": str(creator.tracking_mode)}
    kind = Kind.TRACKING_MODE_CHANGED
    record(creator, kind, before=was, after=becomes, actor=audit.current_user(), happened_at=now)
    audit.record(
        action=f"creator.{kind.value}",
        object_type="creator",
        object_id=creator.id,
        object_label=str(creator),
        before=was,
        after=becomes,
    )
