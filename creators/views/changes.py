"""The change log of one creator, and of all creators of a project as its activity."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render

from creators.change_words import Difference, differences, sentence, tone
from creators.models import CreatorChange
from creators.queries import CreatorChangeQuerySet
from creators.views.detail import head
from creators.views.lists import creator_of
from orgs.csv import csv_response
from orgs.models import Membership
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import Choice, Choices, Days, FilteredListing, project_page
from projects.pages.filtered import CSV

AUTOMATIC, PEOPLE = "automatic", "people"
CSV_COLUMNS = ("happened_at", "creator_id", "tiktok_handle", "event", "what", "actor", "before", "after")


@dataclass(frozen=True, slots=True)
class Line:
    """An event in words."""

    change: CreatorChange
    sentence: str
    tone: str
    differences: list[Difference]


def lines_of(changes: Iterable[CreatorChange]) -> list[Line]:
    """Events for people."""
    return [Line(change, sentence(change), tone(change), differences(change)) for change in changes]


@project_page("GET")
def creator_changes(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponseBase:
    """What happened to one creator, newest first."""
    creator = creator_of(project, creator_id)
    listing = _listing(request.GET, "creator_changes")
    changes = listing.narrow(CreatorChange.objects.of_creator(creator.id)).with_names()
    if listing.part == CSV:
        return _csv(f"{creator.tiktok_handle}-changes.csv", listing, changes)
    return _page(request, "creators/changes.html", head(project, creator, "changes"), listing, changes)


@project_page("GET")
def creators_activity(request: MemberRequest, project: Project) -> HttpResponseBase:
    """What happened to all creators of a project, removed ones included, newest first."""
    listing = _listing(request.GET, "creators_activity")
    changes = listing.narrow(CreatorChange.objects.in_project(project.id)).with_names()
    if listing.part == CSV:
        return _csv("activity.csv", listing, changes)
    return _page(request, "creators/activity.html", {"project": project, "views": None}, listing, changes)


def _listing(query: QueryDict, name: str) -> FilteredListing:
    members = Membership.objects.select_related("user").order_by("user__name", "user__email")
    people = [(str(member.user_id), member.user.display_name) for member in members]
    return FilteredListing(
        query,
        name=name,
        orders=("happened_at",),
        default="-happened_at",
        filters=[
            Choices(
                name="event",
                label="Event",
                choices=CreatorChange.Kind.choices,
                narrow=lambda changes, kinds: changes.filter(kind__in=kinds),
            ),
            Choice(
                name="by",
                label="Done by",
                choices=[(AUTOMATIC, "trackagoat"), (PEOPLE, "Anybody"), *people],
                any_words="Anybody or trackagoat",
                narrow=_done_by,
            ),
            Days(name="day", label="Day", column="happened_at"),
        ],
    )


def _done_by(changes: CreatorChangeQuerySet, who: str) -> CreatorChangeQuerySet:
    if who in (AUTOMATIC, PEOPLE):
        return changes.filter(actor__isnull=who == AUTOMATIC)
    return changes.filter(actor_id=UUID(who))


def _page(
    request: MemberRequest,
    template: str,
    context: dict[str, Any],
    listing: FilteredListing,
    changes: CreatorChangeQuerySet,
) -> HttpResponse:
    page = listing.page(changes)
    shown = {"listing": listing, "page": page, "lines": lines_of(page.object_list)}
    return render(request, template, context | shown)


def _csv(filename: str, listing: FilteredListing, changes: CreatorChangeQuerySet) -> HttpResponseBase:
    return csv_response(filename, CSV_COLUMNS, _rows(listing.batches(changes)))


def _rows(batches: Iterable[list[CreatorChange]]) -> Iterator[tuple[Any, ...]]:
    for change in (one for batch in batches for one in batch):
        actor = change.actor.email if change.actor else ""
        creator = change.creator
        values = (json.dumps(value, sort_keys=True) if value else None for value in (change.before, change.after))
        yield (change.happened_at, creator.id, creator.tiktok_handle, change.kind, sentence(change), actor, *values)
