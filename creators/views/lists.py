"""The list of a project's creators, with the box that adds some and rows that report their own progress."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from creators.adding import AddResult
from creators.forms import AddCreatorsForm, HandleForm
from creators.freshness import freshness_of
from creators.judgements import judgements
from creators.models import Creator, WaitingLink
from creators.services import project_update_now
from creators.views.gained import sortable
from creators.views.links import links_context
from creators.views.rows import Row, creator_listing, listed, listed_alone, rows_of
from orgs.csv import csv_response
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import FilteredListing, project_page
from projects.pages.filtered import CSV, TOTALS

__all__ = ["creator_of", "creator_row", "list_page", "project_freshness", "project_update", "show_list"]

SUMS = ("follower_count", "total_likes", "video_count")
HEADER = (
    "creator_id", "tiktok_handle", "display_name", "profile_url", "status", "tracking_mode", "tracking_start_date",
    "followers", "following", "total_likes", "posts_on_tiktok", "views_gained_30d", "last_scraped_at", "added_at",
    "notes",
)  # fmt: skip


def creator_of(project: Project, creator_id: UUID) -> Creator:
    """The tracked creator that the URL names, in this project; anything else is a 404."""
    creator: Creator | None = Creator.objects.in_project(project.id).tracked().filter(id=creator_id).first()
    if creator is None:
        raise Http404("no such creator in this project")
    return creator


def show_list(request: MemberRequest, project: Project) -> HttpResponseBase:
    """The creators of a project, searched, filtered, sorted and paged; their sums; the same as a download."""
    now = timezone.now()
    listing = creator_listing(request.GET, project, now)
    creators = listing.narrow(Creator.objects.in_project(project.id).tracked())
    if listing.part == TOTALS:
        context = {"project": project, "totals": listing.totals(creators, SUMS), "judgements": judgements()}
        return render(request, "creators/totals.html", context)
    if listing.part == CSV:
        header = [*HEADER, *(judgement.name for judgement in judgements())]
        return csv_response("creators.csv", header, _cells(project, listing, sortable(creators, listing, project, now)))
    return list_page(request, project)


def list_page(
    request: MemberRequest,
    project: Project,
    form: AddCreatorsForm | None = None,
    *,
    results: Sequence[AddResult] = (),
    reached: LimitReached | None = None,
) -> HttpResponse:
    """The list, with what adding some has brought and with a dialog if a limit was reached on the way to it."""
    now = timezone.now()
    listing = creator_listing(request.GET, project, now)
    creators = listing.narrow(Creator.objects.in_project(project.id).tracked())
    page = listing.page(sortable(creators, listing, project, now))
    context = {
        **freshness_context(project),
        **links_context(project, WaitingLink.Purpose.CREATOR),
        "list_path": reverse("creators", kwargs={"org_id": project.org_id, "project_id": project.id}),
        "form": form or AddCreatorsForm(),
        "results": results,
        "reached": reached or next((result.limit for result in results if result.limit), None),
        "listing": listing,
        "page": page,
        "views": listing.saved_views(project),
        "rows": listed(project, page.object_list, now),
        "judgements": judgements(),
        "columns": 9 + len(judgements()),
    }
    return render(request, "creators/list.html", context)


def _cells(project: Project, listing: FilteredListing, creators: Any) -> Iterator[list[Any]]:
    for some in listing.batches(creators):
        for row in listed(project, some, timezone.now()):
            yield _csv_row(row)


def _csv_row(row: Row) -> list[Any]:
    creator = row.creator
    gained = row.gained.total if row.gained is not None and creator.is_read else None
    return [
        creator.id, creator.tiktok_handle, creator.display_name, f"https://www.tiktok.com/@{creator.tiktok_handle}",
        creator.status, creator.tracking_mode, creator.tracking_start_date, creator.follower_count,
        creator.following_count, creator.total_likes, creator.video_count, gained, creator.last_scraped_at,
        creator.created_at, creator.description, *(judged and judged.words for judged in row.judged),
    ]  # fmt: skip


def freshness_context(project: Project) -> dict[str, Any]:
    """What the strip that tells a project's freshness shows."""
    return {"project": project, "freshness": freshness_of(project.id, timezone.now())}


@project_page("GET")
def project_freshness(request: MemberRequest, project: Project) -> HttpResponse:
    """How fresh the project's numbers are, on its own; it asks again by itself while an update is running."""
    return render(request, "creators/freshness.html", freshness_context(project))


@project_page("POST")
def project_update(request: MemberRequest, project: Project) -> HttpResponse:
    """Read all creators of the project at once, within the day's budget."""
    try:
        number = project_update_now(project=project, now=timezone.now())
    except LimitReached as error:
        return list_page(request, project, reached=error)
    subject = "1 creator is" if number == 1 else f"{number} creators are"
    messages.success(request, f"{subject} being read from TikTok.")
    return redirect("creators", org_id=project.org_id, project_id=project.id)


@project_page("GET")
def creator_row(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """One row of the list as it is now; it asks again by itself until nothing more is to come. Where the creator was
    removed meanwhile, no row."""
    now = timezone.now()
    creator = Creator.objects.in_project(project.id).filter(id=creator_id).first()
    if creator is not None and creator.removed_at is not None and request.htmx:
        return HttpResponse()
    if creator is None or creator.removed_at is not None:
        raise Http404("no such creator in this project")
    context: dict[str, Any] = {"project": project, "columns": 9 + len(judgements())}
    if "correct" in request.GET:
        context |= {"row": rows_of([creator], now)[0], "form": HandleForm(initial={"handle": creator.tiktok_handle})}
        return render(request, "creators/row_correct.html", context)
    return render(request, "creators/row.html", context | {"row": listed_alone(project, creator, now)})
