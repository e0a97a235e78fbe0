"""The list of a project's creators, with the box that adds some and rows that report their own progress."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone

from creators.forms import AddCreatorsForm, HandleForm
from creators.freshness import freshness_of
from creators.models import Creator
from creators.progress import Progress, progress_of
from creators.queries import ORDERS
from creators.services import AddOutcome, AddResult, creators_add, project_update_now
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import Choice, Filter, FilteredListing, Number, project_page
from projects.pages.filtered import TOTALS

SUMS = ("follower_count", "total_likes", "video_count")


def creator_filters() -> list[Filter]:
    """What the list of creators can be narrowed by."""
    return [
        Choice(
            name="mode",
            label="New posts",
            choices=Creator.TrackingMode.choices,
            narrow=lambda creators, mode: creators.filter(tracking_mode=mode),
        ),
        Choice(
            name="status",
            label="Status",
            choices=Creator.Status.choices,
            narrow=lambda creators, status: creators.filter(status=status),
        ),
        Number(name="followers", label="Followers", column="follower_count"),
    ]


def creator_listing(query: QueryDict) -> FilteredListing:
    """The list of creators as its URL asks for it."""
    return FilteredListing(query, name="creators", orders=ORDERS, default="-created_at", filters=creator_filters())


@dataclass(frozen=True)
class Row:
    """A creator with how far reading it has come."""

    creator: Creator
    progress: Progress


def creator_of(project: Project, creator_id: UUID) -> Creator:
    """The tracked creator that the URL names, in this project; anything else is a 404."""
    creator: Creator | None = Creator.objects.in_project(project.id).tracked().filter(id=creator_id).first()
    if creator is None:
        raise Http404("no such creator in this project")
    return creator


def rows_of(creators: Iterable[Creator]) -> list[Row]:
    """Rows for a list, with the progress of all of them read at once."""
    creators = list(creators)
    progress = progress_of(creators, timezone.now())
    return [Row(creator, progress[creator.id]) for creator in creators]


@project_page("GET", "POST")
def creator_list(request: MemberRequest, project: Project) -> HttpResponse:
    """The creators of a project; adding some answers beside the box."""
    if request.method != "POST":
        return _list(request, project, AddCreatorsForm())
    form = AddCreatorsForm(request.POST)
    if not form.is_valid():
        return _list(request, project, form)
    results = creators_add(project=project, entries=form.cleaned_data["entries"], now=timezone.now())
    return _added(request, project, results)


def _added(request: MemberRequest, project: Project, results: list[AddResult]) -> HttpResponse:
    """Everything fine: back to the list. Otherwise the list with a word on each line; what failed stays in the box."""
    failed = [result for result in results if result.outcome is AddOutcome.ERROR]
    if not failed:
        messages.success(request, _summary(results))
        return redirect("creators", org_id=project.org_id, project_id=project.id)
    form = AddCreatorsForm(initial={"entries": "\n".join(result.entry for result in failed)})
    return _list(request, project, form, results=results)


def _summary(results: list[AddResult]) -> str:
    """One sentence on what adding did."""
    new = [result for result in results if result.outcome is not AddOutcome.ALREADY_TRACKED]
    known = len(results) - len(new)
    if not new:
        return "This creator is tracked already." if known == 1 else "These creators are tracked already."
    subject = str(new[0].creator) if len(new) == 1 else f"{len(new)} creators"
    was = "was" if len(new) == 1 else "were"
    back = " back, with the history kept" if all(result.outcome is AddOutcome.REACTIVATED for result in new) else ""
    rest = f" {known} {'is' if known == 1 else 'are'} tracked already." if known else ""
    return f"{subject} {was} added{back}.{rest}"


def freshness_context(project: Project) -> dict[str, Any]:
    """What the strip that tells a project's freshness shows."""
    return {"project": project, "freshness": freshness_of(project.id, timezone.now())}


def _list(
    request: MemberRequest,
    project: Project,
    form: AddCreatorsForm,
    *,
    results: list[AddResult] | None = None,
    reached: LimitReached | None = None,
) -> HttpResponse:
    listing = creator_listing(request.GET)
    creators = listing.narrow(Creator.objects.in_project(project.id).tracked())
    if listing.part == TOTALS:
        totals = listing.totals(creators, SUMS)
        return render(request, "creators/totals.html", {"project": project, "totals": totals})
    page = listing.page(creators)
    context = {
        **freshness_context(project),
        "form": form,
        "results": results or [],
        "reached": reached or next((result.limit for result in results or [] if result.limit), None),
        "listing": listing,
        "page": page,
        "views": listing.saved_views(project),
        "rows": rows_of(page.object_list),
    }
    return render(request, "creators/list.html", context)


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
        return _list(request, project, AddCreatorsForm(), reached=error)
    subject = "1 creator is" if number == 1 else f"{number} creators are"
    messages.success(request, f"{subject} being read from TikTok.")
    return redirect("creators", org_id=project.org_id, project_id=project.id)


@project_page("GET")
def creator_row(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """One row of the list as it is now; it asks again by itself until nothing more is to come."""
    row = rows_of([creator_of(project, creator_id)])[0]
    if "correct" in request.GET:
        form = HandleForm(initial={"handle": row.creator.tiktok_handle})
        return render(request, "creators/row_correct.html", {"project": project, "row": row, "form": form})
    return render(request, "creators/row.html", {"project": project, "row": row})
