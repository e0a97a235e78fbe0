"""A project's videos as a list or as cards, and the same as sums and as a download."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from creators.models import Creator, WaitingLink
from creators.views.links import links_context
from creators.views.lists import freshness_context
from orgs.csv import csv_response
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import FilteredListing, Totals, project_page
from projects.pages.filtered import CSV, TOTALS
from videos.models import Video
from videos.pages import SUMS, listed_videos, rows_of, video_listing, video_of
from videos.queries import VideoQuerySet
from videos.standing import read_once
from videos.templatetags.tiktok import post_url

COLUMNS = (
    "video_id",
    "url",
    "author_handle",
    "creator",
    "title",
    "posted_at",
    "tracking_status",
    "tracking_disabled",
    "availability",
    "unavailable_reason",
    "kind",
    "duration_seconds",
    "hashtags",
    *SUMS,
    "stats_updated_at",
)


@project_page("GET")
def video_list(request: MemberRequest, project: Project) -> HttpResponseBase:
    """A project's videos, searched, filtered, sorted and paged."""
    listing = video_listing(request.GET, project)
    part = video_part(request, listing, project)
    if part is not None:
        return part
    context = {
        **freshness_context(project),
        **links_context(project, WaitingLink.Purpose.VIDEO),
        **list_context(listing, project),
    }
    return render(request, "videos/list.html", context)


def video_part(
    request: MemberRequest, listing: FilteredListing, project: Project, *, creator: Creator | None = None
) -> HttpResponseBase | None:
    """The part of a list that its URL asks for, its sums or its download; None: the page itself."""
    if listing.part == TOTALS:
        context = {"totals": _totals(listing, project, creator), "listing": listing, "project": project}
        return render(request, "videos/totals.html", context)
    if listing.part == CSV:
        videos = listing.narrow(listed_videos(listing, project, creator=creator))
        return csv_response("videos.csv", COLUMNS, _lines(listing, videos.select_related("creator")))
    return None


def _totals(listing: FilteredListing, project: Project, creator: Creator | None) -> Totals:
    videos = listed_videos(listing, project, creator=creator)
    if creator is not None or listing.is_narrowed:
        return listing.totals(listing.narrow(videos), SUMS)
    return read_once("totals", project, lambda: listing.totals(videos, SUMS))


def list_context(listing: FilteredListing, project: Project, *, creator: Creator | None = None) -> dict[str, Any]:
    """What templates/videos/listed.html shows."""
    videos = listing.narrow(listed_videos(listing, project, creator=creator))
    page = listing.page(videos.select_related("creator"))
    return {
        "listing": listing,
        "page": page,
        "rows": rows_of(page.object_list, project),
        "views": listing.saved_views(project),
        "is_cards": listing.kept.get("show") == "cards",
        "campaigns": _campaigns(listing),
    }


def _campaigns(listing: FilteredListing) -> list[tuple[str, str]]:
    """The campaigns that chosen videos can be put into: those the filter offers."""
    return [choice for choice in listing.form.fields["campaign"].choices if choice[0]]  # type: ignore[attr-defined]


def _lines(listing: FilteredListing, videos: VideoQuerySet) -> Iterator[tuple[Any, ...]]:
    for some in listing.batches(videos):
        yield from map(_line, some)


def _line(video: Video) -> tuple[Any, ...]:
    said = {
        "video_id": str(video.id),
        "url": post_url(video),
        "creator": video.creator.display_name if video.creator else None,
        "hashtags": " ".join(f"#{tag}" for tag in video.hashtags),
    }
    return tuple(said[name] if name in said else getattr(video, name) for name in COLUMNS)


@project_page("GET")
def video_row(request: MemberRequest, project: Project, video_id: UUID) -> HttpResponse:
    """One row of the list as it is now; it asks again by itself until its first numbers are there."""
    (row,) = rows_of([video_of(project, video_id)], project)
    context = {"project": project, "row": row, "hide_creator": "own" in request.GET, "is_list": True}
    return render(request, "videos/row.html", context)
