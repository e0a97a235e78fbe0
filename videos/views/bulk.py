"""What is done to the chosen videos of a list, or to all that match its filters; the toast can undo it."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from campaigns.errors import CampaignArchived
from campaigns.models import CampaignItem
from campaigns.pages import campaign_of
from campaigns.services.items import AddOutcome, ItemReference, campaign_items_add
from orgs.limits import LimitReached
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page
from projects.pages.filtered import ids_in
from videos.models import Video
from videos.pages import listed_videos, video_listing
from videos.queries import VideoQuerySet
from videos.services.decisions import NothingToUndo, decision_undo, videos_decide
from videos.services.tracking import Switched, videos_switch_off, videos_switch_on

DECIDED = {"included": "counted", "excluded": "excluded"}


def _chosen(request: MemberRequest, project: Project) -> VideoQuerySet:
    listing = video_listing(request.GET, project)
    return listing.chosen(request.POST, listed_videos(listing, project))


def _back(request: MemberRequest, project: Project) -> HttpResponse:
    """Back to the list as it was, or to the video from whose page it was done."""
    listing = video_listing(request.GET, project)
    for video_id in ids_in(request.POST.getlist("back_to")):
        return redirect("video", org_id=project.org_id, project_id=project.id, video_id=video_id)
    address = redirect("videos", org_id=project.org_id, project_id=project.id).url
    return redirect(f"{address}?{listing.query}" if listing.query else address)


def _posts(number: int) -> str:
    return "1 video" if number == 1 else f"{number:,} videos"


def _say(request: MemberRequest, project: Project, words: str, undo: str = "", **fields: object) -> None:
    """A toast, with a button that undoes it if `undo` names how."""
    context = {"words": words, "undo": undo, "fields": fields, "project": project, "token": get_token(request)}
    messages.success(request, render_to_string("videos/done.html", context))


@project_page("POST")
def videos_off(request: MemberRequest, project: Project) -> HttpResponse:
    """Switch the tracking of the chosen videos off."""
    now = timezone.now()
    done = videos_switch_off(project=project, videos=_chosen(request, project), now=now)
    words = f"Tracking of {_posts(done.number)} is switched off: not scraped, not counted, history kept."
    if done.number:
        _say(request, project, words, "videos_undo_off", at=now.isoformat())
    else:
        messages.warning(request, "None of these was being tracked, so nothing changed.")
    return _back(request, project)


@project_page("POST")
def videos_on(request: MemberRequest, project: Project) -> HttpResponse:
    """Switch the tracking of the chosen videos on again, as many as the plan has room for."""
    done = videos_switch_on(project=project, videos=_chosen(request, project), now=timezone.now())
    _say_switched_on(request, project, done)
    return _back(request, project)


@project_page("POST")
def videos_undo_off(request: MemberRequest, project: Project) -> HttpResponse:
    """Switch on again what one person switched off at one moment."""
    at = _moment(request.POST.get("at", ""))
    videos = Video.objects.switched_off_by(request.user.id, at)
    _say_switched_on(request, project, videos_switch_on(project=project, videos=videos, now=timezone.now()))
    return _back(request, project)


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Http404("no such moment")
    return moment


def _say_switched_on(request: MemberRequest, project: Project, done: Switched) -> None:
    if done.limit is not None:
        words = f"{done.limit} {_posts(done.left_out)} stayed off."
        messages.warning(request, f"{_posts(done.number)} switched on. {words}" if done.number else words)
    elif done.number:
        _say(request, project, f"Tracking of {_posts(done.number)} is on.")
    else:
        messages.warning(request, "All of these were being tracked already.")


@project_page("POST")
def videos_decided(request: MemberRequest, project: Project) -> HttpResponse:
    """Include or exclude the chosen videos, whatever was decided on them before."""
    status, now = request.POST.get("status", ""), timezone.now()
    if status not in DECIDED:
        raise Http404("no such decision")
    videos = _chosen(request, project)
    direct = videos.direct().count()
    try:
        done = videos_decide(
            project=project,
            videos=videos,
            tracking_status=status,
            by=request.user,
            now=now,
            overrule_until=now,
        )
    except LimitReached as error:
        messages.error(request, f"{error} Nothing was changed.")
        return _back(request, project)
    rest = f" {_posts(direct)} added by link: switch the tracking off instead." if direct else ""
    if done.decision is not None:
        verb = "is" if done.number == 1 else "are"
        words = f"{_posts(done.number)} {verb} {DECIDED[status]} now.{rest}"
        _say(request, project, words, "videos_undo_decision", decision=done.decision.id)
    else:
        messages.warning(request, f"Nothing was changed.{rest}")
    return _back(request, project)


@project_page("POST")
def videos_undo_decision(request: MemberRequest, project: Project) -> HttpResponse:
    """Take a decision back that the person has just made."""
    try:
        decision_id = UUID(request.POST.get("decision", ""))
        undone = decision_undo(project=project, by=request.user, now=timezone.now(), decision_id=decision_id)
    except (ValueError, NothingToUndo) as error:
        raise Http404("no such decision of this person") from error
    except LimitReached as error:
        messages.error(request, f"{error} Nothing was changed.")
        return _back(request, project)
    _say(request, project, f"{_posts(len(undone.video_ids))} as before.")
    return _back(request, project)


@project_page("POST")
def videos_to_campaign(request: MemberRequest, project: Project) -> HttpResponse:
    """Put the chosen videos into a campaign."""
    try:
        campaign = campaign_of(project, UUID(request.POST.get("campaign", "")))
    except ValueError as error:
        raise Http404("no such campaign") from error
    ids = _chosen(request, project).order_by("id").values_list("id", flat=True)
    references = [ItemReference(CampaignItem.Type.VIDEO, video_id) for video_id in ids]
    try:
        results = campaign_items_add(campaign_id=campaign.id, references=references)
    except CampaignArchived as error:
        messages.error(request, str(error))
        return _back(request, project)
    added = sum(result.outcome is AddOutcome.ADDED for result in results)
    known = sum(result.outcome is AddOutcome.ALREADY_THERE for result in results)
    failed = [result.error for result in results if result.outcome is AddOutcome.ERROR]
    words = f"{_posts(added)} put into {campaign.name}." + (f" {known} stood there already." if known else "")
    if failed:
        messages.warning(request, f"{words} {_posts(len(failed))} left out: {failed[0]}")
    else:
        _say(request, project, words)
    return _back(request, project)
