"""Deciding on posts that wait, and undoing it. Works in the open scope.

Posts are locked in the order of their ids, and the organization's row, where the plan's room is asked for, before any
post: so two who decide at once wait for each other, never in a circle.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q

from orgs import audit
from orgs.limits import require_room
from orgs.models import User
from orgs.scope import current_org_id
from projects.models import Project
from projects.services import require_open
from videos.changes import Change, Kind, record
from videos.models import Decision, Video
from videos.queries import UNDECIDED_STATUSES, VideoQuerySet

TRACKED = "max_tracked_videos_per_org"
# Longer ago is no longer the last thing somebody did.
UNDO_FOR = timedelta(hours=24)

_DECIDE = """
WITH chosen AS MATERIALIZED ({chosen})
UPDATE videos_video SET tracking_status = %s, decision_id = %s,
    status_before = CASE WHEN decision_id IS NULL THEN chosen.tracking_status ELSE status_before END
FROM chosen WHERE videos_video.id = chosen.id
RETURNING videos_video.id, chosen.tracking_status, videos_video.tracking_status
"""
_UNDO = """
WITH chosen AS MATERIALIZED ({chosen})
UPDATE videos_video SET tracking_status = status_before, decision_id = NULL, status_before = ''
FROM chosen WHERE videos_video.id = chosen.id
RETURNING videos_video.id, chosen.tracking_status, videos_video.tracking_status
"""


class NothingToUndo(Exception):
    """Nobody's last decision is there to be undone."""

    def __str__(self) -> str:
        return "There is nothing to undo."


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of a decision; `decision` is None where it changed nothing.

    `already`: posts that were left alone because somebody had decided on them before, each with that decision.
    """

    decision: Decision | None
    already: tuple[Video, ...] = ()

    @property
    def number(self) -> int:
        """On how many posts was decided."""
        return self.decision.video_count if self.decision else 0


@dataclass(frozen=True, slots=True)
class Undone:
    """A decision that was undone, and the posts that wait again, or are what they were before."""

    decision: Decision
    video_ids: tuple[UUID, ...]

    @property
    def restored(self) -> int:
        """How many posts are what they were."""
        return len(self.video_ids)

    @property
    def decided_since(self) -> int:
        """How many posts were decided anew in the meantime and stay as they are."""
        return self.decision.video_count - self.restored


def videos_decide(
    *,
    project: Project,
    videos: VideoQuerySet,
    tracking_status: str,
    by: User,
    now: datetime,
    overrule_until: datetime | None = None,
) -> Decided:
    """Approve (`included`) or exclude posts of a project: however many, one statement decides on them.

    Only discovered posts can be decided on; what was added by URL is switched off instead. A post on which somebody
    has decided is left alone and reported, unless that was at or before `overrule_until`, which the person has seen.
    Raises ProjectArchived, and LimitReached where approving posts that were excluded goes beyond the plan.
    """
    require_open(project)
    status = Video.TrackingStatus(tracking_status)
    videos = videos.in_project(project.id)
    overruled = [] if overrule_until is None else _overruled(videos, status, overrule_until)
    free = Q(tracking_status__in=UNDECIDED_STATUSES) | Q(id__in=[one["video"] for one in overruled])
    decision = Decision(
        org_id=project.org_id,
        project=project,
        tracking_status=status,
        made_by=by,
        made_at=now,
        overruled=overruled,
    )
    decision.save()
    changes = _on_each(_DECIDE, videos.filter(free), [status, decision.id])
    decision.video_count = len(changes)
    already = _already(videos, decision)
    if not decision.video_count:
        decision.delete()
        return Decided(None, already)
    decision.save(update_fields=["video_count"])
    record(changes, actor=by, happened_at=now)
    _audit(f"video.{status}", decision, decision.video_count)
    return Decided(decision, already)


def _overruled(videos: VideoQuerySet, status: str, until: datetime) -> list[dict[str, str]]:
    """The posts that somebody has decided otherwise until then, as the undo needs them, locked together with those
    that nobody has decided on; approving those that were excluded takes places of the plan."""
    otherwise = Q(decision__made_at__lte=until) & ~Q(tracking_status=status)
    if status == Video.TrackingStatus.INCLUDED:
        _take_places(videos.filter(otherwise))
    both = _locked(videos.filter(Q(tracking_status__in=UNDECIDED_STATUSES) | otherwise))
    rows = both.values_list("id", "decision_id", "tracking_status")
    return [
        {"video": str(video), "decision": str(past), "status": was} for video, past, was in rows if past is not None
    ]


def _locked(videos: VideoQuerySet) -> VideoQuerySet:
    """These posts, locked when they are read, in the order of their ids."""
    return videos.order_by("id").select_for_update(of=("self",), no_key=True)


def _take_places(videos: VideoQuerySet) -> None:
    """Make sure that the excluded ones among these fit into the plan again. Raises LimitReached."""
    coming = videos.with_status("excluded").filter(tracking_disabled=False, creator__removed_at=None)
    adding = coming.count()
    if adding:
        require_room(current_org_id(), TRACKED, adding=adding)


def _on_each(statement: str, videos: VideoQuerySet, parameters: list[Any]) -> list[Change]:
    """Run one statement over posts, which it locks in the order of their ids; returns what it has changed."""
    chosen = _locked(videos).values("id", "tracking_status")
    try:
        sql, chosen_parameters = chosen.query.sql_with_params()
    except EmptyResultSet:
        # There can be none: nothing was chosen.
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement.format(chosen=sql), [*chosen_parameters, *parameters])
        return [_change(*row) for row in cursor.fetchall()]


def _change(video_id: UUID, before: str, after: str) -> Change:
    was, becomes = {"tracking_status": before}, {"tracking_status": after}
    return Change(video_id, Kind.TRACKING_STATUS_CHANGED, was, becomes)


def _already(videos: VideoQuerySet, decision: Decision) -> tuple[Video, ...]:
    """Those that were to be decided and are not what was decided now."""
    decided = videos.filter(tracking_status__in=("included", "excluded")).exclude(decision=decision)
    return tuple(decided.select_related("creator", "decision__made_by").order_by("-posted_at", "-id"))


def decision_undo(*, project: Project, by: User, now: datetime, decision_id: UUID | None = None) -> Undone:
    """Take back somebody's last decision of the last day in a project, or the one named: posts wait again, or are what
    they were. Posts that were decided anew since stay as they are.

    Raises ProjectArchived, NothingToUndo, and LimitReached where posts that come back go beyond the plan.
    """
    require_open(project)
    decisions = Decision.objects.undoable(project.id, by.id, now - UNDO_FOR).select_for_update(
        of=("self",), no_key=True
    )
    decision = (decisions if decision_id is None else decisions.filter(id=decision_id)).first()
    if decision is None:
        raise NothingToUndo
    videos = Video.objects.filter(decision=decision)
    _take_places(videos)
    changes = [*_restore_overruled(decision), *_on_each(_UNDO, videos, [])]
    record(changes, actor=by, happened_at=now)
    decision.undone_at = now
    decision.save(update_fields=["undone_at"])
    _audit("video.decision_undone", decision, len(changes))
    return Undone(decision, tuple(change.video_id for change in changes))


def _restore_overruled(decision: Decision) -> list[Change]:
    """Give posts back the decision that this one had overruled; returns what that changed."""
    if not decision.overruled:
        return []
    # All of the decision's, so that the others are not locked after them.
    held = {str(video_id) for video_id in _locked(Video.objects.filter(decision=decision)).values_list("id", flat=True)}
    past: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for one in decision.overruled:
        if one["video"] in held:
            past[one["decision"], one["status"]].append(one["video"])
    changes: list[Change] = []
    for (before, status), ids in sorted(past.items()):
        Video.objects.filter(id__in=ids).update(decision_id=before, tracking_status=status)
        changes += [_change(UUID(video_id), decision.tracking_status, status) for video_id in ids]
    return changes


def _audit(action: str, decision: Decision, number: int) -> None:
    """Note what was done to many posts at once; who decided on a single one stands on the post."""
    if number > 1:
        audit.record(
            action=action,
            object_type="decision",
            object_id=decision.id,
            object_label=f"{number:,} posts",
            after={"tracking_status": decision.tracking_status, "video_count": number},
        )
