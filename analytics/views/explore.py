"""Exploring any metric of anything, with the notes on its days."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from analytics.buckets import Granularity
from analytics.exports import SERIES_HEADER, series_rows
from analytics.forms import AnnotationForm
from analytics.models import Annotation
from analytics.services import annotation_create
from analytics.views.cards.timeline import Timeline
from analytics.views.exploration import Exploration, explore
from analytics.views.ranges import PRESETS
from campaigns.models import Campaign
from creators.models import Creator
from orgs.csv import csv_response
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import MAX_SEARCH, project_page
from videos.models import Video

FOUND_OF_EACH = 6


def explore_url(project: Project, query: str) -> str:
    """The page of an exploration."""
    path = reverse("analytics_explore", kwargs={"org_id": project.org_id, "project_id": project.id})
    return f"{path}?{query}" if query else path


@project_page("GET", "POST")
def analytics_explore(request: MemberRequest, project: Project) -> HttpResponse:
    """One question, its number, its chart; posting writes a note on a day."""
    form = AnnotationForm(request.POST or None, initial={"date": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        annotation_create(project_id=project.id, **form.cleaned_data)
        messages.success(request, "The note is on the charts.")
        return HttpResponseRedirect(explore_url(project, request.GET.urlencode()))
    return render(request, "analytics/explore.html", _context(request, project, form))


def _context(request: MemberRequest, project: Project, form: AnnotationForm) -> dict[str, Any]:
    found = explore(request.GET, project, request.membership.org, now=timezone.now())
    span = found.range.span
    return {
        "project": project,
        "tab": "explore",
        "title": "Explore",
        "exploration": found,
        "words": found.words,
        "timeline": Timeline.of(found) if found.answers else None,
        "range": found.range,
        "notes": found.notes,
        "error": found.error,
        "presets": PRESETS,
        "granularities": [(value, _granularity_word(value)) for value in Granularity],
        "annotations": Annotation.objects.between(project.id, span.first, span.last),
        "form": form,
    }


def _granularity_word(granularity: Granularity) -> str:
    return f"By {granularity}"


@project_page("GET")
def analytics_explore_csv(request: MemberRequest, project: Project) -> HttpResponseBase:
    """The series of an exploration as CSV; an error leads back to the page that says what is wrong."""
    found = explore(request.GET, project, request.membership.org, now=timezone.now())
    if not found.answers:
        return HttpResponseRedirect(explore_url(project, request.GET.urlencode()))
    span, words = found.range.span, found.words
    return csv_response(f"{words.metric}-{span.first}-{span.last}.csv", SERIES_HEADER, _rows(found))


def _rows(found: Exploration) -> Iterator[list[Any]]:
    for one in found.answers:
        yield from series_rows(one)


@project_page("GET")
def analytics_entities(request: MemberRequest, project: Project) -> HttpResponse:
    """What can be explored, by a part of its name: links that show it alone or add it to what is shown."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:MAX_SEARCH]
    creators = Creator.objects.in_project(project.id).tracked().search(text).in_order("-follower_count")
    campaigns = Campaign.objects.in_project(project.id).search(text).order_by("name", "id")
    videos = Video.objects.in_project(project.id).counting().search(text).in_order("-view_count")
    groups: list[tuple[str, list[tuple[str, str]]]] = [
        ("Project", [] if text else [(f"project.{project.id}", project.name)]),
        ("Campaigns", [(f"campaign.{row.id}", row.name) for row in campaigns[:FOUND_OF_EACH]]),
        ("Creators", [(f"creator.{row.id}", f"@{row.tiktok_handle}") for row in creators[:FOUND_OF_EACH]]),
        ("Videos", [(f"video.{row.id}", row.title or "No caption") for row in videos[:FOUND_OF_EACH]]),
    ]
    shown = [
        (word, [(label, *_links(request, project, ref)) for ref, label in found]) for word, found in groups if found
    ]
    return render(request, "analytics/entities.html", {"groups": shown, "search": text})


def _links(request: MemberRequest, project: Project, ref: str) -> tuple[str, str]:
    """The addresses of the page with this alone, and with this added; the rest of the question stays."""
    kept = [(name, value) for name, values in request.GET.lists() for value in values if name not in {"q", "show"}]
    others = [("show", value) for value in request.GET.getlist("show") or [f"project.{project.id}"] if value != ref]
    alone, added = [("show", ref), *kept], [*others, ("show", ref), *kept]
    return explore_url(project, urlencode(alone)), explore_url(project, urlencode(added))
