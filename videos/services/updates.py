"""Updating a video now."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from creators.services import MANUAL_TRIGGERS
from creators.updates import UpdateProgress, progress_of_targets
from orgs.limits import daily_take
from orgs.scope import own_organization
from projects.services import require_open
from scraping.models import ScrapeTarget
from scraping.services.targets import request_posts
from scraping.tasks import dispatch_due_targets
from videos.errors import SwitchedOff
from videos.models import Video


def video_update_now(*, video_id: UUID, now: datetime) -> Video:
    """Read a video's numbers at once, outside of its schedule. Raises Video.DoesNotExist, ProjectArchived, SwitchedOff,
    and DailyLimitReached when the organization's manual updates of this UTC day are used up."""
    video = Video.objects.visible().select_related("project").get(id=video_id)
    require_open(video.project)
    if video.tracking_disabled:
        raise SwitchedOff
    daily_take(own_organization(), MANUAL_TRIGGERS, now)
    post_id = video.post_id

    def ask() -> None:
        request_posts([post_id], now)
        dispatch_due_targets.delay()

    transaction.on_commit(ask)
    return video


def video_update_progress(video: Video, *, asked_at: datetime) -> UpdateProgress:
    """How far the update of a video has come that was asked for at `asked_at`: its request ends with it."""
    target_id = ScrapeTarget.id_for(ScrapeTarget.Kind.VIDEO_STATS, post_id=video.post_id)
    waiting = list(ScrapeTarget.objects.filter(id=target_id))
    return progress_of_targets(waiting, asked_at=asked_at) if waiting else UpdateProgress(1, 1, 0, ())
