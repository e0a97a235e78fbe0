"""One video's page: what it is and how fresh, its numbers, its growth, its readings, what happened to it, notes."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django_htmx.http import HttpResponseClientRefresh

from analytics.gains import gains_of_posts
from analytics.members import Tracked
from analytics.snapshots import readings_of
from orgs.limits import LimitReached, first_day_shown
from orgs.models import Organization
from orgs.pages import MemberRequest
from orgs.timezones import local_date
from projects.models import Project
from projects.pages import project_page
from videos.errors import VideoError
from videos.forms import NotesForm
from videos.models import Video, VideoChange
from videos.pages import rows_of, video_of
from videos.services.tracking import video_update
from videos.services.updates import video_update_now, video_update_progress
from videos.views.curve import SPANS, curve_of

MOST_READINGS, MOST_CHANGES = 100, 100
WEEK = timedelta(days=7)


@project_page("GET")
def video_detail(request: MemberRequest, project: Project, video_id: UUID) -> HttpResponse:
    """Everything about one video."""
    return _page(request, project, video_of(project, video_id))


def _page(
    request: MemberRequest,
    project: Project,
    video: Video,
    *,
    notes: NotesForm | None = None,
    reached: LimitReached | None = None,
) -> HttpResponse:
    now, org = timezone.now(), request.membership.org
    (row,) = rows_of([video], project)
    span = request.GET.get("span", "7")
    span = span if span in SPANS else "7"
    shown_from = _shown_from(org, now)
    gained = gains_of_posts([_tracked(video)], start=now - WEEK, end=now, counters=("view_count",))
    context = {
        "project": project,
        "video": video,
        "row": row,
        "curve": curve_of(video, span=span, shown_from=shown_from, now=now),
        "span": span,
        "spans": {value: words for value, (words, _) in SPANS.items()},
        "gained": gained["view_count"][0],
        "expires_at": video.expired_at(org.video_expiry_days),
        "changes": VideoChange.objects.of_video(video.id).newest_first().select_related("actor")[:MOST_CHANGES],
        "notes": notes or NotesForm(initial={"description": video.description}),
        "reached": reached,
        **_readings(request, video, shown_from),
        **_update(request, video),
    }
    return render(request, "videos/detail.html", context)


def _readings(request: MemberRequest, video: Video, shown_from: datetime | None) -> dict[str, Any]:
    before = _instant(request.GET.get("before", ""))
    found = readings_of(_tracked(video), most=MOST_READINGS, before=before, from_=shown_from)
    older = found[-1].captured_at if len(found) >= MOST_READINGS else None
    return {"readings": found, "readings_before": before, "older": older}


def _update(request: MemberRequest, video: Video) -> dict[str, Any]:
    """How far the update has come that `asked` in the URL tells of."""
    asked = _instant(request.GET.get("asked", ""))
    if asked is None:
        return {}
    return {"asked": asked, "progress": video_update_progress(video, asked_at=asked)}


def _instant(text: str) -> datetime | None:
    try:
        instant = parse_datetime(text)
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None


def _shown_from(org: Organization, now: datetime) -> datetime | None:
    """From when on the plan shows numbers of the past; None: all of them."""
    day = first_day_shown(org, local_date(now, org.timezone))
    return None if day is None else datetime.combine(day, time(), ZoneInfo(org.timezone)).astimezone(UTC)


def _tracked(video: Video) -> Tracked:
    return Tracked(video.post_id, video.tracked_since, video.posted_at)


@project_page("GET")
def video_progress(request: MemberRequest, project: Project, video_id: UUID) -> HttpResponseBase:
    """How far an update has come; it asks again by itself, and shows the page anew once there is a result."""
    video = video_of(project, video_id)
    context = {"project": project, "video": video, **_update(request, video)}
    progress = context.get("progress")
    if progress is not None and progress.is_finished and request.htmx:
        return HttpResponseClientRefresh()
    return render(request, "videos/progress.html", context)


@project_page("POST")
def video_updated(request: MemberRequest, project: Project, video_id: UUID) -> HttpResponse:
    """Read the video's numbers at once, within the day's budget."""
    video, now = video_of(project, video_id), timezone.now()
    try:
        video_update_now(video_id=video.id, now=now)
    except LimitReached as error:
        return _page(request, project, video, reached=error)
    except VideoError as error:
        messages.error(request, str(error))
        return _to_video(video)
    page = _to_video(video)
    page["Location"] += f"?asked={now:%Y-%m-%dT%H:%M:%S.%fZ}"
    return page


@project_page("POST")
def video_notes(request: MemberRequest, project: Project, video_id: UUID) -> HttpResponse:
    """Change the notes."""
    video = video_of(project, video_id)
    form = NotesForm(request.POST)
    if not form.is_valid():
        return _page(request, project, video, notes=form)
    video_update(video_id=video.id, description=form.cleaned_data["description"])
    messages.success(request, "Notes saved.")
    return _to_video(video)


def _to_video(video: Video) -> HttpResponse:
    return redirect("video", org_id=video.org_id, project_id=video.project_id, video_id=video.id)
