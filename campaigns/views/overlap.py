"""What a campaign shares with others: the tab Overlap."""

from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render

from campaigns.models import Campaign
from campaigns.pages import campaign_page, head
from campaigns.queries import project_creators, project_trees
from orgs.csv import csv_response
from orgs.pages import MemberRequest

OVERLAP_HEADER = ("campaign_id", "name", "videos", "shared_videos", "shared_creators", "jaccard_videos")


@dataclass(frozen=True, slots=True)
class Shared:
    """What another campaign of the project has in common with this one.

    `share`: shared ÷ united videos (Jaccard), None where neither has a video. `relation`: in words if one lies beneath
    the other.
    """

    campaign: Campaign
    video_count: int
    shared_videos: int
    shared_creators: int
    share: float | None
    relation: str


@campaign_page("GET")
def campaign_overlap(request: MemberRequest, campaign: Campaign) -> HttpResponse:
    """What a campaign shares with the others of its project, the closest first."""
    context = head(campaign, "overlap") | {"rows": _overlap(campaign)}
    return render(request, "campaigns/overlap.html", context)


@campaign_page("GET")
def campaign_overlap_csv(request: MemberRequest, campaign: Campaign) -> HttpResponseBase:
    """The same list as a download."""
    rows = [
        (
            row.campaign.id, row.campaign.name, row.video_count, row.shared_videos, row.shared_creators,
            None if row.share is None else round(row.share, 6),
        )
        for row in _overlap(campaign)
    ]  # fmt: skip
    return csv_response("campaign-overlap.csv", OVERLAP_HEADER, rows)


def _overlap(campaign: Campaign) -> list[Shared]:
    trees, creators = project_trees(campaign.project_id), project_creators(campaign.project_id)
    above = set(Campaign.objects.above(campaign.id).values_list("id", flat=True))
    below = set(Campaign.objects.beneath(campaign.id).values_list("id", flat=True))
    rows = []
    for other in Campaign.objects.in_project(campaign.project_id).open().exclude(id=campaign.id).order_by("name", "id"):
        shared, united = trees.shared(campaign.id, other.id), trees.united(campaign.id, other.id)
        rows.append(
            Shared(
                campaign=other,
                video_count=trees.count(other.id),
                shared_videos=shared,
                shared_creators=len(creators[campaign.id] & creators[other.id]),
                share=shared / united if united else None,
                relation="contains this campaign" if other.id in above else "is inside it" if other.id in below else "",
            )
        )
    return sorted(rows, key=lambda row: (-(row.share or 0), -row.shared_creators))
