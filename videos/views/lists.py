"""Everything a project tracks, in one list."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from campaigns.models import Campaign
from campaigns.pages import campaign_of
from campaigns.queries import only_counting_in
from creators.views.lists import freshness_context
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import Listing, project_page
from videos.models import Video
from videos.queries import ORDERS


@project_page("GET")
def video_list(request: MemberRequest, project: Project) -> HttpResponse:
    """A project's videos, searched, sorted and paged."""
    listing = Listing.asked(request.GET, orders=ORDERS, default="-posted_at")
    campaign = _campaign(request, project)
    videos = Video.objects.in_project(project.id).visible()
    if campaign is not None:
        videos = only_counting_in(campaign.id, videos)
    page = listing.page(videos.search(listing.search).in_order(listing.order).select_related("creator"))
    context = {**freshness_context(project), "listing": listing, "page": page, "campaign": campaign}
    return render(request, "videos/list.html", context)


def _campaign(request: MemberRequest, project: Project) -> Campaign | None:
    """The campaign that `campaign` in the URL names, in this project; None without one. Raises Http404 otherwise."""
    asked = request.GET.get("campaign")
    if not asked:
        return None
    try:
        return campaign_of(project, UUID(asked))
    except ValueError as error:
        raise Http404("no such campaign in this project") from error
