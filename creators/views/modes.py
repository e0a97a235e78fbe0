"""How one creator's new posts are taken in, with a word on those that wait."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import timezone

from creators.models import Creator
from creators.views.actions import mode_form_of, settings_page
from creators.views.lists import creator_of
from orgs.pages import MemberRequest
from projects.models import Project
from projects.pages import project_page
from videos.services.modes import Waiting, creators_switch_mode


@project_page("POST")
def creator_mode(request: MemberRequest, project: Project, creator_id: UUID) -> HttpResponse:
    """Switch between modes; where posts wait, the form asks what becomes of them. The toast takes all of it back."""
    creator = creator_of(project, creator_id)
    form = mode_form_of(creator, request.POST)
    if not form.is_valid():
        return settings_page(request, project, creator, mode_form=form)
    if form.is_changed:
        mode = form.cleaned_data["tracking_mode"]
        waiting = Waiting(form.cleaned_data["waiting"] or Waiting.LEAVE)
        messages.success(request, _switched(request, project, creator, mode, waiting))
    return redirect("creator_settings", org_id=project.org_id, project_id=project.id, creator_id=creator.id)


def _switched(request: MemberRequest, project: Project, creator: Creator, mode: str, waiting: Waiting) -> str:
    """Do it, and say what was done, with the way back."""
    before = creator.tracking_mode
    switched = creators_switch_mode(
        project=project,
        creator_ids=[creator.id],
        tracking_mode=mode,
        waiting=waiting,
        by=request.user,
        now=timezone.now(),
    )
    words = f"{creator} is {Creator.TrackingMode(mode).label.lower()} now."
    if switched.decision is not None:
        number = switched.decision.video_count
        posts = "post that waited was" if number == 1 else "posts that waited were"
        words += f" {number:,} {posts} {switched.decision.words}."
    undo = {"project": project, "mode": before, "decision": switched.decision, "creators": [creator], "words": words}
    return render_to_string("creators/mode_changed.html", undo | {"token": get_token(request)})
