"""One creator's pages: the overview with its numbers and chart, and the videos."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django_htmx.http import HttpResponseClientRefresh

from analytics.buckets import Span
from analytics.engine import answer
from analytics.entities import entity_of_creator
from analytics.query import Query, shortened
from analytics.totals import totals_of
from analytics.views.figures import Figure
from connections.pages import connection_of
from creators.models import Creator
from creators.views.figures import KEY_METRICS, MODES, RANGES, SHOWN, key_numbers
from creators.views.lists import creator_of
from creators.views.rows import rows_of
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from orgs.timezones import local_date
from projects.models import Project
from projects.pages import project_page
from videos.models import Video
from videos.pages import rows_of as video_rows
from videos.pages import video_listing
from videos.views.lists import list_context, video_part

RECENT_POSTS = 8


@project_page("GET")
def creator_overview(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Who it is, how fresh, the numbers, the chart and the latest posts."""
    creator = creator_of(project, creator_id)
    if "waiting" in request.GET and request.htmx and not head(project, creator, "overview")["is_waiting"]:
        return HttpResponseClientRefresh()
    return overview(request, project, creator)


def overview(
    request: MemberRequest, project: Project, creator: Creator, *, reached: LimitReached | None = None
) -> HttpResponse:
    """The overview, with a dialog if a limit was reached on the way to it."""
    days = _one_of(request.GET.get("days", ""), RANGES)
    shown = _one_of(request.GET.get("show", ""), SHOWN)
    now = timezone.now()
    today = local_date(now, request.membership.org.timezone)
    query = Query("creator", creator.id, shown, mode=MODES[shown], from_=today - timedelta(days=int(days) - 1))
    entity = entity_of_creator(creator)
    chart = answer(shortened(query, now=now), now=now, entity=entity)
    span = Span(chart.from_, chart.to, chart.timezone)
    totals = totals_of(entity, KEY_METRICS, span=span, now=now)
    videos = Video.objects.visible().filter(creator_id=creator.id)
    context = head(project, creator, "overview") | {
        "days": days,
        "ranges": RANGES,
        "shown": shown,
        "choices": SHOWN,
        "figure": Figure.of(chart, SHOWN[shown], is_known=creator.is_read),
        "key_numbers": key_numbers(creator, totals),
        "recent": video_rows(videos.in_order("-posted_at")[:RECENT_POSTS], project),
        "connection": connection_of(creator),
        "reached": reached,
    }
    return render(request, "creators/overview.html", context)


@project_page("GET")
def creator_videos(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponseBase:
    """The creator's videos, searched, filtered, sorted and paged."""
    creator = creator_of(project, creator_id)
    listing = video_listing(request.GET, project, creator=creator)
    part = video_part(request, listing, project, creator=creator)
    if part is not None:
        return part
    context = head(project, creator, "videos") | list_context(listing, project, creator=creator)
    return render(request, "creators/videos.html", context)


def head(project: Project, creator: Creator, tab: str) -> dict[str, Any]:
    """What the top of each of a creator's pages shows. `is_waiting`: a read is due or running: it asks again."""
    now = timezone.now()
    progress = rows_of([creator], now)[0].progress
    is_due = progress.next_update is not None and progress.next_update <= now
    return {
        "project": project,
        "creator": creator,
        "tab": tab,
        "progress": progress,
        "is_waiting": is_due or not progress.is_settled,
        "video_total": Video.objects.visible().filter(creator_id=creator.id).count(),
    }


def _one_of(asked: str, choices: dict[str, str]) -> str:
    return asked if asked in choices else next(iter(choices))
