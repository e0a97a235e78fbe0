"""Switching the tracking of videos off and on, and what an organization says about them. Works in the open scope."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from creators.services import schedule_account
from orgs import audit
from orgs.limits import LimitReached, count_changed, limit, room
from orgs.models import Organization
from orgs.scope import current_org_id
from projects.models import Project
from projects.services import require_open
from scraping.services.targets import stop_posts
from videos.changes import Change, Kind, record
from videos.models import Video
from videos.queries import VideoQuerySet
from videos.services.adding import TRACKED_VIDEOS, read_soon


@dataclass(frozen=True, slots=True)
class Switched:
    """How many videos were switched; how many were not because the plan has no room, and then the limit."""

    number: int
    left_out: int = 0
    limit: LimitReached | None = None


def videos_switch_off(*, project: Project, videos: VideoQuerySet, now: datetime) -> Switched:
    """Scrape these videos of a project no longer and count them no longer; their history is kept. Those that are off
    already stay as they are. Raises ProjectArchived."""
    return _switch(project, videos, disabled=True, now=now)


def videos_switch_on(*, project: Project, videos: VideoQuerySet, now: datetime) -> Switched:
    """Scrape and count these videos of a project again, as many as the plan has room for, the newest posts first.
    Raises ProjectArchived."""
    return _switch(project, videos, disabled=False, now=now)


def _switch(project: Project, videos: VideoQuerySet, *, disabled: bool, now: datetime) -> Switched:
    require_open(project)
    org = Organization.objects.select_for_update(no_key=True).get(id=current_org_id())
    rows = videos.in_project(project.id).filter(tracking_disabled=not disabled)
    ids = sorted(rows.values_list("id", flat=True))
    locked = list(Video.objects.filter(id__in=ids).order_by("id").select_for_update(of=("self",), no_key=True))
    places = None if disabled else room(org.id, TRACKED_VIDEOS)
    chosen = sorted(locked, key=lambda video: (video.posted_at, video.id), reverse=True)[:places]
    left_out = len(locked) - len(chosen)
    Video.objects.filter(id__in=[video.id for video in chosen]).update(tracking_disabled=disabled)
    _log(project, chosen, disabled=disabled, now=now)
    count_changed(org.id, TRACKED_VIDEOS)
    _follow(chosen, disabled=disabled, now=now)
    cap = limit(org, TRACKED_VIDEOS) or 0
    return Switched(len(chosen), left_out, LimitReached(TRACKED_VIDEOS, cap, cap) if left_out else None)


def _log(project: Project, videos: list[Video], *, disabled: bool, now: datetime) -> None:
    kind = Kind.TRACKING_DISABLED if disabled else Kind.TRACKING_ENABLED
    states = ({"tracking_disabled": not disabled}, {"tracking_disabled": disabled})
    record((Change(video.id, kind, *states) for video in videos), actor=audit.current_user(), happened_at=now)
    if len(videos) > 1:
        audit.record(
            action=f"video.{kind}",
            object_type="project",
            object_id=project.id,
            object_label=project.name,
            before=states[0],
            after={**states[1], "video_count": len(videos)},
        )


def _follow(videos: Iterable[Video], *, disabled: bool, now: datetime) -> None:
    """Fit the schedule, once it is committed, to what is still wanted of these videos' accounts."""
    accounts = sorted({video.account_id for video in videos if video.account_id is not None})
    unread = [video.post_id for video in videos if video.account_id is None]

    def fit() -> None:
        for account_id in accounts:
            schedule_account(account_id, now)

    transaction.on_commit(fit)
    if unread and disabled:
        transaction.on_commit(lambda: stop_posts(unread))
    elif unread:
        read_soon(unread, now)


def video_update(*, video_id: UUID, description: str) -> Video:
    """Change an organization's notes on a video. Raises Video.DoesNotExist, ProjectArchived."""
    rows = Video.objects.select_related("project").select_for_update(of=("self",), no_key=True)
    video = rows.get(id=video_id)
    require_open(video.project)
    video.description = description
    video.save(update_fields=["description"])
    return video
