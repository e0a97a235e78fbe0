"""The dashboard's videos: everything a project tracks, in one list."""

from django.http import HttpResponse
from django.shortcuts import render

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
    videos = Video.objects.in_project(project.id).visible().search(listing.search).in_order(listing.order)
    page = listing.page(videos.select_related("creator"))
    return render(request, "videos/list.html", {**freshness_context(project), "listing": listing, "page": page})
