"""The tracking inbox: posts that wait for a decision, as cards that keep coming while one works through them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from creators.models import Creator
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import Choice, Days, FilteredListing, Number, project_page
from projects.pages.filtered import ids_in
from projects.pages.keyset import Cursor
from videos.models import Video
from videos.queries import VideoQuerySet

CARDS = 48
GROUPED = "creator"


def waiting_in(project: Project) -> VideoQuerySet:
    """A project's posts that wait for a decision."""
    return Video.objects.in_project(project.id).in_inbox()


def inbox_listing(query: QueryDict, project: Project, *, is_shown: bool = False) -> FilteredListing:
    """The inbox as its URL asks for it: filtered, the newest first or creator by creator. Creators to choose from are
    read only for a page on which somebody can choose one (`is_shown`)."""
    is_grouped = query.get("group") == GROUPED
    return FilteredListing(
        query,
        name="inbox",
        orders=(),
        default="by_creator" if is_grouped else "-posted_at",
        filters=[
            Choice(
                name="creator",
                label="Creator",
                choices=_creators(project, query.get("creator", ""), is_shown=is_shown),
                narrow=lambda videos, creator_id: videos.of_creator(UUID(creator_id)),
            ),
            Days(name="posted", label="Posted", column="posted_at"),
            Number(name="views", label="Views", column="view_count", has_most=False),
        ],
        kept=("group",) if is_grouped else (),
    )


def _creators(project: Project, asked: str, *, is_shown: bool) -> list[tuple[str, str]]:
    """The creators whose posts wait, and the one that is asked for although all of its posts may be decided by now."""
    ids = set(waiting_in(project).order_by().values_list("creator_id", flat=True).distinct()) if is_shown else set()
    ids.update(ids_in([asked]))
    if not ids:
        return []
    creators = Creator.objects.in_project(project.id).tracked().filter(id__in=ids).order_by("tiktok_handle", "id")
    return [(str(creator.id), str(creator)) for creator in creators.only("id", "tiktok_handle")]


def narrowed(listing: FilteredListing, project: Project) -> VideoQuerySet:
    """The posts that wait and match the filters."""
    found: VideoQuerySet = listing.narrow(waiting_in(project))
    return found


@project_page("GET")
def inbox(request: MemberRequest, project: Project) -> HttpResponse:
    """The posts that wait; `part=cards` gives further cards alone."""
    listing = inbox_listing(request.GET, project, is_shown=True)
    if listing.part == "cards":
        return render(request, "videos/inbox/cards.html", cards(project, listing, request.GET))
    return render(request, "videos/inbox/page.html", whole(project, listing, request.GET))


@project_page("GET")
def inbox_count(request: MemberRequest, project: Project) -> HttpResponse:
    """How many posts wait, for the sidebar, which asks again now and then; nothing where it shows that already."""
    number = waiting_in(project).count()
    if request.GET.get("shown") == str(number):
        return HttpResponse(status=204)
    return render(request, "partials/inbox_count.html", {"project": project, "number": number})


def whole(
    project: Project,
    listing: FilteredListing,
    query: QueryDict,
    *,
    already: Sequence[Video] = (),
    reached: LimitReached | None = None,
) -> dict[str, Any]:
    """What the page shows: all that the filters leave in numbers, and the first cards. `already`: posts that somebody
    else had decided on, which are shown with who did."""
    context = cards(project, listing, query) | summary(project, listing)
    if not context["number"]:
        context["waiting_number"] = waiting_in(project).count()
        context["has_selective"] = Creator.objects.in_project(project.id).selective().exists()
    return context | {"already": already, "reached": reached}


def summary(project: Project, listing: FilteredListing) -> dict[str, Any]:
    """How many posts wait that match the filters, and of how many creators."""
    found = narrowed(listing, project).order_by()
    numbers = found.aggregate(number=Count("id"), creator_number=Count("creator_id", distinct=True))
    # What arrives after this is not what a person means by "all".
    return numbers | {"project": project, "listing": listing, "as_of": timezone.now()}


@dataclass(frozen=True, slots=True)
class Card:
    """A post, and how many wait of its creator where it is the first of a group; None where it is not."""

    video: Video
    heading: int | None = None


def cards(project: Project, listing: FilteredListing, query: QueryDict) -> dict[str, Any]:
    """The cards that the URL asks for."""
    videos = narrowed(listing, project).select_related("creator")
    is_grouped = "group" in listing.kept
    page = listing.page(videos.by_creator() if is_grouped else videos, size=CARDS)
    shown = _with_headings(project, listing, query, page.object_list) if is_grouped else map(Card, page.object_list)
    return {"project": project, "listing": listing, "page": page, "cards": list(shown)}


def _with_headings(
    project: Project, listing: FilteredListing, query: QueryDict, videos: Sequence[Video]
) -> Iterator[Card]:
    numbers = group_numbers(project, listing, videos)
    before = _creator_before(query)
    for video in videos:
        yield Card(video, numbers.get(video.creator_id, 0) if video.creator_id != before else None)
        before = video.creator_id


def group_numbers(project: Project, listing: FilteredListing, videos: Iterable[Video]) -> dict[UUID | None, int]:
    """How many posts wait that match the filters, of each creator of these posts."""
    creator_ids = {video.creator_id for video in videos if video.creator_id is not None}
    found = narrowed(listing, project).filter(creator_id__in=creator_ids).order_by()
    return dict(found.values_list("creator_id").annotate(Count("id")))


def _creator_before(query: QueryDict) -> UUID | None:
    """Whose post the page before this one ended with: what follows of the same creator needs no heading."""
    cursor = Cursor.read(query.get("after", ""), is_backward=False)
    if cursor is None:
        return None
    found: UUID | None = Video.objects.filter(id=cursor.id).values_list("creator_id", flat=True).first()
    return found
