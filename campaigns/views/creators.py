"""Who is in a campaign and how they do against their goals: the tab Creators."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.pages import campaign_page, head
from campaigns.queries import creators_of, videos_of
from creators.models import Creator
from creators.queries import ORDERS
from goals.compliance import CreatorCompliance, compliance_of
from goals.evaluation import ComplianceState
from goals.wording import STATES
from orgs.csv import csv_response
from orgs.pages import MemberRequest
from projects.pages import Listing

HEADER = (
    "creator_id", "tiktok_handle", "display_name", "status", "followers", "videos", "views", "goal_compliance",
)  # fmt: skip
BY_GOALS = "compliance"
# How compliance is sorted: what needs a person first, then what is not known, those without a goal at the end.
RANKS = [*STATES, None]


@dataclass(frozen=True, slots=True)
class Row:
    """A creator of a campaign: counting videos in it, their views now, and what its goals come to (None: no goal)."""

    creator: Creator
    videos: int
    views: int | None
    goals: CreatorCompliance | None

    @property
    def state(self) -> ComplianceState | None:
        return self.goals.state if self.goals else None

    @property
    def failing(self) -> int:
        """How many goals are not on track."""
        goals = self.goals.goals if self.goals else ()
        return sum(one.compliance.state is ComplianceState.NON_COMPLIANT for one in goals)


@campaign_page("GET")
def campaign_creators(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """The creators anywhere beneath a campaign, searched, sorted, filtered by their compliance, and paged."""
    listing, everybody = _asked(request, campaign)
    rows = _of_compliance(request, everybody)
    context = head(campaign, "creators") | {
        "listing": listing,
        "page": listing.page(rows),
        "everybody": len(everybody),
        "compliance": request.GET.get("compliance", ""),
        "counts": {state: sum(row.state is state for row in everybody) for state in STATES},
    }
    return render(request, "campaigns/creators.html", context)


@campaign_page("GET")
def campaign_creators_csv(request: MemberRequest, campaign: Campaign) -> HttpResponseBase:
    """The same list as a download."""
    rows = _of_compliance(request, _asked(request, campaign)[1])
    return csv_response("campaign-creators.csv", HEADER, [_cells(row) for row in rows])


def _cells(row: Row) -> list[object]:
    creator = row.creator
    own = [creator.id, creator.tiktok_handle, creator.display_name, creator.status, creator.follower_count]
    return [*own, row.videos, row.views, row.state.value if row.state else None]


def _asked(request: MemberRequest, campaign: Campaign) -> tuple[Listing, list[Row]]:
    """The creators that are searched for, in the order that is asked for, with their goals read at once."""
    listing = Listing.asked(request.GET, orders=(*ORDERS, BY_GOALS), default="-follower_count")
    by_goals = listing.order.removeprefix("-") == BY_GOALS
    found = creators_of(campaign.id).search(listing.search)
    creators = list(found.in_order("tiktok_handle" if by_goals else listing.order))
    posts = _posts_of(campaign)
    ids = [creator.id for creator in creators]
    compliance = compliance_of(campaign.project_id, now=timezone.now(), creator_ids=ids, known=creators)
    judged = {one.creator.id: one for one in compliance}
    rows = [Row(creator, *posts.get(creator.id, (0, None)), judged.get(creator.id)) for creator in creators]
    if by_goals:
        rows.sort(key=lambda row: RANKS.index(row.state), reverse=listing.order.startswith("-"))
    return listing, rows


def _of_compliance(request: MemberRequest, rows: list[Row]) -> list[Row]:
    """The rows of `?compliance=`; all of them where it names none."""
    wanted = request.GET.get("compliance", "")
    return [row for row in rows if row.state == wanted] if wanted in STATES else rows


def _posts_of(campaign: Campaign) -> dict[UUID, tuple[int, int | None]]:
    """How many counting videos each creator has in a campaign, and their views now."""
    videos = videos_of(campaign.id).filter(creator__isnull=False).order_by().values_list("creator_id")
    return {row[0]: row[1:] for row in videos.annotate(posts=Count("id"), views=Sum("view_count"))}
