"""The list of a project's campaigns, and making a new one."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from campaigns.forms import CampaignForm
from campaigns.models import Campaign, CampaignItem
from campaigns.pace import Target, target_of
from campaigns.services import campaign_create
from campaigns.totals import CountingVideos, Totals
from orgs.csv import csv_response
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import Listing, project_page


@dataclass(frozen=True)
class Row:
    """One campaign with what its union has now. `parents`: the campaigns in which it stands directly."""

    campaign: Campaign
    totals: Totals
    target: Target | None
    item_count: int
    parents: Sequence[str]


# What the list can be sorted by; None stands last whatever the direction.
ORDERS: dict[str, Callable[[Row], Any]] = {
    "name": lambda row: row.campaign.name.casefold(),
    "items": lambda row: row.item_count,
    "videos": lambda row: row.totals.video_count,
    "views": lambda row: row.totals.view_count,
    "engagement": lambda row: row.totals.engagement,
    "pace": lambda row: (row.target.pace if row.target.pace is not None else row.target.share) if row.target else None,
    "created_at": lambda row: row.campaign.created_at,
}
HEADER = (
    "campaign_id", "name", "items", "videos", "views", "likes", "comments", "shares", "saves", "engagement",
    "target_views", "target_at", "pace", "created_at",
)  # fmt: skip


@project_page("GET")
def campaign_list(request: MemberRequest, project: Project) -> HttpResponse:
    """The campaigns of a project with their numbers, searched, sorted and paged."""
    listing, rows, videos = _asked(request, project)
    page = listing.page(rows)
    context = {
        "project": project,
        "listing": listing,
        "page": page,
        "shows_archived": _wants_archived(request),
        "archived_count": Campaign.objects.in_project(project.id).archived().count(),
        "together": videos.campaigns(row.campaign.id for row in rows),
    }
    return render(request, "campaigns/list.html", context)


@project_page("GET")
def campaigns_csv(request: MemberRequest, project: Project) -> HttpResponseBase:
    """The same list as a download, all pages of it."""
    _, rows, _ = _asked(request, project)
    return csv_response("campaigns.csv", HEADER, [_cells(row) for row in rows])


def _cells(row: Row) -> list[Any]:
    campaign, totals, target = row.campaign, row.totals, row.target
    pace = target.pace if target else None
    return [
        campaign.id, campaign.name, row.item_count, totals.video_count, totals.view_count, totals.like_count,
        totals.comment_count, totals.share_count, totals.save_count, totals.engagement, campaign.target_views,
        campaign.target_at, None if pace is None else round(float(pace), 6), campaign.created_at,
    ]  # fmt: skip


def _wants_archived(request: HttpRequest) -> bool:
    return request.GET.get("show") == "archived"


def _asked(request: MemberRequest, project: Project) -> tuple[Listing, list[Row], CountingVideos]:
    listing = Listing.asked(request.GET, orders=tuple(ORDERS), default="-views")
    campaigns = Campaign.objects.in_project(project.id).search(listing.search)
    chosen = campaigns.archived() if _wants_archived(request) else campaigns.open()
    videos = CountingVideos.of_project(project.id)
    rows = list(_rows(project.id, chosen.order_by("id"), videos, timezone.now()))
    return listing, _sorted(rows, listing.order), videos


def _rows(project_id: UUID, campaigns: Iterable[Campaign], videos: CountingVideos, now: datetime) -> Iterator[Row]:
    items = CampaignItem.objects.in_project(project_id)
    item_counts = dict(items.values_list("parent_id").annotate(count=Count("id")).order_by())
    parents: dict[UUID, list[str]] = {}
    for child, name in items.filter(campaign__isnull=False).order_by("id").values_list("campaign_id", "parent__name"):
        parents.setdefault(child, []).append(name)
    for campaign in campaigns:
        totals = videos.campaign(campaign.id)
        target = target_of(campaign, progress=totals.view_count, now=now)
        yield Row(campaign, totals, target, item_counts.get(campaign.id, 0), parents.get(campaign.id, ()))


def _sorted(rows: list[Row], order: str) -> list[Row]:
    """Rows by one of ORDERS, a leading "-" for descending; unknown ones last, ties by id."""
    key = ORDERS[order.removeprefix("-")]
    known = [row for row in rows if key(row) is not None]
    known.sort(key=key, reverse=order.startswith("-"))
    return known + [row for row in rows if key(row) is None]


@project_page("GET", "POST")
def campaign_new(request: MemberRequest, project: Project) -> HttpResponse:
    """A new campaign; its items are added next."""
    form = CampaignForm(request.POST or None)
    reached = None
    if request.method == "POST" and form.is_valid():
        try:
            campaign = campaign_create(project_id=project.id, **form.values())
        except LimitReached as error:
            reached = error
        else:
            messages.success(request, f"{campaign.name} is made. Add what belongs to it.")
            return redirect("campaign_items", org_id=project.org_id, project_id=project.id, campaign_id=campaign.id)
    return render(request, "campaigns/new.html", {"project": project, "form": form, "reached": reached})


@project_page("POST")
def notes_preview(request: MemberRequest, project: Project) -> HttpResponse:
    """Notes as they will be shown."""
    text = request.POST.get("description", "")[: Campaign.NOTES_LENGTH]
    return render(request, "partials/notes_preview.html", {"text": text})
