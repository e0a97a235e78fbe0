"""The tabs of the section: a range of days, and the reports about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone

from analytics.buckets import Span
from analytics.reports.gained import DEFAULT_ORDER, GAINED
from analytics.reports.video_leaderboard import ORDERS
from analytics.views.cards import campaigns, creators, goals, videos
from analytics.views.cards.figure import Figure, csv_header, csv_row
from analytics.views.ranges import PRESETS, Range, range_asked
from orgs.csv import csv_response
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page

PAGE = 10
# A CSV has the whole list: no project has more rows.
CSV_ROWS = 1_000_000


@project_page("GET")
def analytics_videos(request: MemberRequest, project: Project) -> HttpResponse:
    """Which posts do well, when, and which stand out."""
    return _tab(request, project, "videos")


@project_page("GET")
def analytics_creators(request: MemberRequest, project: Project) -> HttpResponse:
    """Which creators bring the most, for their size, and how steadily."""
    return _tab(request, project, "creators")


@project_page("GET")
def analytics_campaigns(request: MemberRequest, project: Project) -> HttpResponse:
    """What each campaign brought, and what campaigns share."""
    return _tab(request, project, "campaigns")


class Asked:
    """What a tab was asked for: the range, and how its lists are sorted and paged."""

    def __init__(self, project: Project, query: QueryDict, shown: Range, now: datetime) -> None:
        self.project, self.query, self.range, self.now = project, query, shown, now

    @property
    def span(self) -> Span:
        return self.range.span

    def order(self, report: str, choices: tuple[str, ...], default: str) -> str:
        """`?<report>=<order>`; anything else is the default."""
        asked = self.query.get(report, "")
        return asked if asked in choices else default

    def offset(self, report: str) -> int:
        """`?<report>-from=26`: the first row to show, counted from 1."""
        text = self.query.get(f"{report}-from", "")
        return max(int(text) - 1, 0) if text.isdecimal() and len(text) < 8 else 0


Card = Callable[[Asked], Figure]
PagedCard = Callable[[Asked, int, int], Figure]


def _video_leaderboard(asked: Asked, offset: int, limit: int) -> Figure:
    order = asked.order("video-leaderboard", ORDERS, "view_count")
    return videos.video_leaderboard_card(asked.project.id, asked.span, order=order, offset=offset, limit=limit)


def _creator_leaderboard(asked: Asked, offset: int, limit: int) -> Figure:
    order = asked.order("creator-leaderboard", GAINED, DEFAULT_ORDER)
    return creators.creator_leaderboard_card(
        asked.project.id, asked.span, now=asked.now, order=order, offset=offset, limit=limit
    )


def _campaign_leaderboard(asked: Asked, offset: int, limit: int) -> Figure:
    order = asked.order("campaign-leaderboard", GAINED, DEFAULT_ORDER)
    return campaigns.campaign_leaderboard_card(
        asked.project.id, asked.span, now=asked.now, order=order, offset=offset, limit=limit
    )


PAGED: dict[str, PagedCard] = {
    "video-leaderboard": _video_leaderboard,
    "creator-leaderboard": _creator_leaderboard,
    "campaign-leaderboard": _campaign_leaderboard,
}
WHOLE: dict[str, Card] = {
    "view-distribution": lambda asked: videos.distribution_card(asked.project.id, asked.span),
    "posting-heatmap": lambda asked: videos.heatmap_card(asked.project.id, asked.span),
    "outliers": lambda asked: videos.outliers_card(asked.project.id, asked.span, asked.now),
    "creator-scatter": lambda asked: creators.scatter_card(asked.project.id, asked.span),
    "posting-consistency": lambda asked: creators.consistency_card(asked.project.id, asked.span),
    "goal-compliance": lambda asked: goals.goals_card(asked.project.id, asked.now),
    "member-overlap": lambda asked: campaigns.overlap_card(asked.project.id),
}
# Tab → its title and its reports, in the order of the page.
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "videos": ("Videos", ("view-distribution", "posting-heatmap", "video-leaderboard", "outliers")),
    "creators": ("Creators", ("creator-leaderboard", "goal-compliance", "creator-scatter", "posting-consistency")),
    "campaigns": ("Campaigns", ("campaign-leaderboard", "member-overlap")),
}


def _card(report: str, asked: Asked, *, is_whole: bool = False) -> Figure:
    """A report as a card; with `is_whole` all of its rows."""
    if report in WHOLE:
        return WHOLE[report](asked)
    return PAGED[report](asked, 0, CSV_ROWS) if is_whole else PAGED[report](asked, asked.offset(report), PAGE)


def _asked(request: MemberRequest, project: Project) -> Asked:
    now = timezone.now()
    return Asked(project, request.GET, range_asked(request.GET, request.membership.org, now=now), now)


def _tab(request: MemberRequest, project: Project, tab: str) -> HttpResponse:
    asked = _asked(request, project)
    title, reports = TABS[tab]
    context: dict[str, Any] = {
        "project": project,
        "tab": tab,
        "title": title,
        "range": asked.range,
        "notes": asked.range.notes,
        "error": asked.range.error,
        "presets": PRESETS,
        "figures": [_card(report, asked) for report in reports],
    }
    return render(request, "analytics/tab.html", context)


@project_page("GET")
def analytics_csv(request: MemberRequest, project: Project, report: str) -> HttpResponseBase:
    """The whole table of a report as CSV, for the same days and in the same order as on the page."""
    if report not in PAGED and report not in WHOLE:
        raise Http404("no such report")
    asked = _asked(request, project)
    figure = _card(report, asked, is_whole=True)
    span = asked.span
    rows = (csv_row(figure.columns, row) for row in figure.rows)
    return csv_response(f"{report}-{span.first}-{span.last}.csv", csv_header(figure.columns), rows)
