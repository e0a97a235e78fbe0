"""Deciding in the inbox, and undoing it: on one card, on some, on everything that matches."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import FilteredListing, project_page
from projects.pages.filtered import ids_in
from videos.forms import DecisionForm
from videos.models import Video
from videos.queries import VideoQuerySet
from videos.services.decisions import Decided, NothingToUndo, Undone, decision_undo, videos_decide
from videos.views.inbox import CARDS, Card, group_numbers, inbox_listing, narrowed, summary, waiting_in, whole

LIST = "list"


@project_page("POST")
def inbox_decide(request: MemberRequest, project: Project) -> HttpResponse:
    """Approve or exclude the posts named, or all that match; what somebody else has decided is shown with who did."""
    listing = inbox_listing(request.GET, project)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Nothing was decided: reload the page and try again.")
        return _back(project, listing)
    asked = form.cleaned_data
    try:
        decided = videos_decide(
            project=project,
            videos=_asked_for(request, project, listing, asked),
            tracking_status=asked["tracking_status"],
            by=request.user,
            now=timezone.now(),
            overrule_until=asked["overrule_until"],
        )
    except LimitReached as reached:
        return _page(request, project, reached=reached)
    return _decided(request, project, listing, asked["tracking_status"], decided)


def _asked_for(
    request: MemberRequest, project: Project, listing: FilteredListing, asked: dict[str, Any]
) -> VideoQuerySet:
    """Every post that matches and was there when the page was made, or the ones that were chosen."""
    if not asked["all_matching"]:
        return Video.objects.in_project(project.id).filter(id__in=ids_in(request.POST.getlist("ids")))
    videos = narrowed(listing, project)
    if asked["of_creator"]:
        videos = videos.of_creator(asked["of_creator"])
    return videos if asked["as_of"] is None else videos.filter(created_at__lte=asked["as_of"])


def _decided(
    request: MemberRequest, project: Project, listing: FilteredListing, status: str, decided: Decided
) -> HttpResponse:
    differently = [video for video in decided.already if video.tracking_status != status]
    toast = _toast_of_decision(request, project, listing, decided, differently)
    if request.htmx:
        return _answer_decided(request, project, listing, decided, differently, toast)
    if toast:
        messages.success(request, toast)
    if differently:
        return _page(request, project, already=differently)
    return _back(project, listing)


def _toast_of_decision(
    request: MemberRequest,
    project: Project,
    listing: FilteredListing,
    decided: Decided,
    differently: Sequence[Video],
) -> str:
    """What happened, with the way back; nothing where all there is to say stands on cards."""
    same = [video for video in decided.already if video not in differently]
    if decided.decision is None and not same:
        return "" if differently else "These posts wait no longer."
    video = decided.decision.videos.first() if decided.decision and decided.number == 1 else None
    context = {"decided": decided, "video": video, "same": same, "project": project, "listing": listing}
    return render_to_string("videos/inbox/toast_decided.html", context | {"token": get_token(request)})


def _answer_decided(
    request: MemberRequest,
    project: Project,
    listing: FilteredListing,
    decided: Decided,
    differently: Sequence[Video],
    toast: str,
) -> HttpResponse:
    """Instead of the card nothing, or who had decided; the whole list where one action emptied it or changed much."""
    numbers = summary(project, listing)
    if request.htmx.target == LIST or not numbers["number"]:
        context = whole(project, listing, request.GET, already=differently)
        return _answer(request, context | {"toast": toast}, Part.LIST)
    context = numbers | {"already": differently, "toast": toast}
    if "group" in listing.kept and decided.decision is not None:
        videos = list(decided.decision.videos.all())
        left = group_numbers(project, listing, videos)
        context["groups"] = {video.creator_id: left.get(video.creator_id, 0) for video in videos}
    return _answer(request, context, Part.CARD)


@project_page("POST")
def inbox_undo(request: MemberRequest, project: Project) -> HttpResponse:
    """Take back the decision named, or one's last one."""
    listing = inbox_listing(request.GET, project)
    named = next(iter(ids_in(request.POST.getlist("decision"))), None)
    try:
        undone = decision_undo(project=project, by=request.user, now=timezone.now(), decision_id=named)
    except NothingToUndo as nothing:
        return _not_undone(request, project, listing, str(nothing))
    except LimitReached as reached:
        return _not_undone(request, project, listing, "", reached)
    toast = render_to_string("videos/inbox/toast_undone.html", {"undone": undone})
    if request.htmx:
        return _answer_undone(request, project, listing, undone, toast)
    messages.success(request, toast)
    return _back(project, listing)


def _not_undone(
    request: MemberRequest,
    project: Project,
    listing: FilteredListing,
    words: str,
    reached: LimitReached | None = None,
) -> HttpResponse:
    if request.htmx:
        return _answer(request, summary(project, listing) | {"toast": words, "reached": reached}, Part.NONE)
    if words:
        messages.info(request, words)
    return _page(request, project, reached=reached)


def _answer_undone(
    request: MemberRequest, project: Project, listing: FilteredListing, undone: Undone, toast: str
) -> HttpResponse:
    """The cards that are back; the whole list where it is grouped, was empty before, or much of it is back."""
    numbers = summary(project, listing)
    back = narrowed(listing, project).filter(id__in=undone.video_ids).select_related("creator")
    found = [Card(video) for video in back.order_by("-posted_at", "-id")[: CARDS + 1]]
    if len(found) > CARDS or "group" in listing.kept or numbers["number"] <= len(found):
        return _answer(request, whole(project, listing, request.GET) | {"toast": toast}, Part.LIST)
    return _answer(request, numbers | {"toast": toast, "cards": found}, Part.BACK if found else Part.NONE)


class Part(StrEnum):
    """What of the page an answer to htmx stands for, beside its numbers and a toast."""

    LIST = "list"
    BACK = "back"
    CARD = "card"
    NONE = "none"


def _answer(request: MemberRequest, context: dict[str, Any], part: Part) -> HttpResponse:
    context = {"reached": None} | context | {"part": part, "badge": waiting_in(context["project"]).count()}
    response = render(request, "videos/inbox/answer.html", context)
    match part:
        case Part.LIST:
            response["HX-Retarget"], response["HX-Reswap"] = f"#{LIST}", "outerHTML show:none"
        case Part.BACK:
            response["HX-Retarget"], response["HX-Reswap"] = "#cards", "afterbegin"
        case Part.NONE:
            response["HX-Reswap"] = "none"
    return response


def _page(request: MemberRequest, project: Project, **context: Any) -> HttpResponse:
    """The whole page, in answer to an action."""
    listing = inbox_listing(request.GET, project, is_shown=True)
    return render(request, "videos/inbox/page.html", whole(project, listing, request.GET, **context))


def _back(project: Project, listing: FilteredListing) -> HttpResponse:
    destination = redirect("inbox", org_id=project.org_id, project_id=project.id)
    if listing.query:
        destination["Location"] += f"?{listing.query}"
    return destination
