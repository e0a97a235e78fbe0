"""Switching how creators' new posts are taken in, with a word on the posts that already wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from creators.models import Creator
from creators.modes import creators_set_mode
from orgs.models import User
from projects.models import Project
from videos.models import Decision, Video
from videos.services.decisions import videos_decide


class Waiting(StrEnum):
    """What becomes of the posts that wait in the inbox when their creator's mode changes."""

    APPROVE = "approve"
    EXCLUDE = "exclude"
    LEAVE = "leave"


_DECIDED = {
    Waiting.APPROVE: Video.TrackingStatus.INCLUDED,
    Waiting.EXCLUDE: Video.TrackingStatus.EXCLUDED,
}


@dataclass(frozen=True, slots=True)
class Switched:
    """The creators whose mode changed, and what was decided on their posts that waited; None where nothing was."""

    creators: Sequence[Creator]
    decision: Decision | None


def creators_switch_mode(
    *,
    project: Project,
    creator_ids: Sequence[UUID],
    tracking_mode: str,
    waiting: Waiting,
    by: User,
    now: datetime,
) -> Switched:
    """Change the mode of a project's creators, and decide on their posts that wait, or leave them to the inbox; the
    decision is one action, undone like any other. Raises ProjectArchived."""
    changed = creators_set_mode(project=project, creator_ids=creator_ids, tracking_mode=tracking_mode, now=now)
    if not changed or waiting is Waiting.LEAVE:
        return Switched(changed, None)
    videos = Video.objects.in_inbox().filter(creator__in=changed)
    decided = videos_decide(project=project, videos=videos, tracking_status=_DECIDED[waiting], by=by, now=now)
    return Switched(changed, decided.decision)
